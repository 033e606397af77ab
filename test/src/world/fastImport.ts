import { once } from 'node:events';
import type { WorldGit } from './WorldGit';

/**
 * A file in a commit: its text or bytes, `undefined` to delete it, or with a mode; or the commit
 * that a submodule is at.
 */
export type CommitFile =
  | string
  | Buffer
  | undefined
  | { content: string | Buffer; mode: '100644' | '100755' | '120000' }
  | { submodule: string };

/** Who made a commit. */
export interface CommitPerson {
  readonly name: string;
  readonly email: string;
}

/** A commit to add to a branch. */
export interface NewCommit {
  readonly branch: string;
  readonly message: string;
  readonly files: Readonly<Record<string, CommitFile>>;
  readonly author?: CommitPerson;
  readonly committer?: CommitPerson;
  /** Seconds since 1970 of both author and committer. */
  readonly date?: number;
  /** The first parent: a revision, or `undefined` for the head of the branch, or `none` for a root commit. */
  readonly parent?: string;
  /** A second parent, which makes it a merge. */
  readonly merge?: string;
}

/** Somebody to put on commits nobody asked about. */
const defaultPerson: CommitPerson = {
  name: 'Demo Developer',
  email: 'developer@example.com',
};

/**
 * Writes a commit in the language of `git fast-import`.
 *
 * @remarks
 * fast-import needs neither an index nor a work tree, so a bare repository can
 * be filled with fifty thousand commits in seconds.
 */
export function* writeCommit(
  commit: NewCommit & { date: number; mark?: number },
): Generator<string | Buffer> {
  const author = commit.author ?? defaultPerson;
  const committer = commit.committer ?? author;
  yield `commit refs/heads/${commit.branch}\n`;
  if (commit.mark !== undefined) yield `mark :${commit.mark}\n`;
  yield `author ${writePerson(author, commit.date)}\n`;
  yield `committer ${writePerson(committer, commit.date)}\n`;
  yield* writeData(commit.message);
  if (commit.parent !== undefined && commit.parent !== 'none') {
    yield `from ${commit.parent}\n`;
  }
  if (commit.merge !== undefined) yield `merge ${commit.merge}\n`;
  for (const [path, file] of Object.entries(commit.files)) {
    yield* writeFile(path, file);
  }
  yield '\n';
}

/** Writes an annotated tag in the language of `git fast-import`. */
export function* writeTag(tag: {
  name: string;
  target: string;
  message: string;
  date: number;
  tagger?: CommitPerson;
}): Generator<string | Buffer> {
  yield `tag ${tag.name}\nfrom ${tag.target}\n`;
  yield `tagger ${writePerson(tag.tagger ?? defaultPerson, tag.date)}\n`;
  yield* writeData(tag.message);
}

function* writeFile(
  path: string,
  file: CommitFile,
): Generator<string | Buffer> {
  const name = JSON.stringify(path);
  if (file === undefined) {
    yield `D ${name}\n`;
    return;
  }
  if (typeof file === 'object' && 'submodule' in file) {
    yield `M 160000 ${file.submodule} ${name}\n`;
    return;
  }
  const isPlain = typeof file === 'string' || Buffer.isBuffer(file);
  yield `M ${isPlain ? '100644' : file.mode} inline ${name}\n`;
  yield* writeData(isPlain ? file : file.content);
}

function* writeData(content: string | Buffer): Generator<string | Buffer> {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  yield `data ${bytes.length}\n`;
  yield bytes;
  yield '\n';
}

function writePerson(person: CommitPerson, date: number): string {
  return `${person.name} <${person.email}> ${date} +0000`;
}

/** Feeds a stream of commands to `git fast-import` in a bare repository. */
export async function fastImport(
  git: WorldGit,
  repository: string,
  commands: Iterable<string | Buffer>,
): Promise<void> {
  const { stdin, stdout, stderr, ended } = await git.start([
    ...['-C', repository, 'fast-import', '--quiet', '--force'],
  ]);
  stdout.resume();
  let pending: Array<string | Buffer> = [];
  let size = 0;
  const flush = async () => {
    const bytes = Buffer.concat(
      pending.map(part =>
        typeof part === 'string' ? Buffer.from(part) : part,
      ),
    );
    pending = [];
    size = 0;
    // One that dies early closes its input; how it ended tells the story.
    if (!stdin.write(bytes) && !stdin.destroyed) {
      await Promise.race([once(stdin, 'drain').catch(() => {}), ended]);
    }
  };
  for (const part of commands) {
    pending.push(part);
    size += part.length;
    if (size > 1 << 18) await flush();
  }
  await flush();
  stdin.end();
  const end = await ended;
  if (end.kind !== 'exited' || end.code !== 0) {
    throw new Error(`git fast-import failed: ${await stderr}`);
  }
}
