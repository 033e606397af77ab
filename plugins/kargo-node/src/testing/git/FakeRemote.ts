import { createHash } from 'node:crypto';

/** A file as a commit has it; of a link the content is where it leads. */
export interface FakeEntry {
  readonly content: Buffer;
  readonly mode: 'file' | 'executable' | 'link';
}

/** Files by their path. */
export type FakeFiles = ReadonlyMap<string, FakeEntry>;

/** A commit, with all of its files. */
export interface FakeCommit {
  readonly id: string;
  readonly parents: readonly string[];
  readonly files: FakeFiles;
  readonly message: string;
  /** `Name <address>` */
  readonly author: string;
}

/** What came of bringing commits together with others. */
export type FakeRebase =
  | { kind: 'rebased'; head: string }
  | { kind: 'conflict'; path: string };

/** A repository as its host has it, and every commit that was ever made for it. */
export class FakeRemote {
  readonly branches = new Map<string, string>();
  readonly tags = new Map<string, string>();
  /** What is neither, by the full name. */
  readonly refs = new Map<string, string>();
  defaultBranch: string | undefined;
  readonly #commits = new Map<string, FakeCommit>();

  add(commit: Omit<FakeCommit, 'id'>): FakeCommit {
    const id = sha1(
      ...[commit.message, commit.author, treeOf(commit.files)],
      ...commit.parents,
    );
    const made = { ...commit, id };
    this.#commits.set(id, made);
    return made;
  }

  find(id: string): FakeCommit | undefined {
    return this.#commits.get(id);
  }

  get(id: string): FakeCommit {
    const commit = this.find(id);
    if (!commit) {
      throw new Error(`there is no commit ${id}`);
    }
    return commit;
  }

  /** The commit of a branch, a tag, a full name or an id. */
  resolve(revision: string): FakeCommit | undefined {
    const id =
      this.tags.get(revision.replace(/^refs\/tags\//, '')) ??
      this.branches.get(revision.replace(/^refs\/heads\//, '')) ??
      this.refs.get(revision) ??
      revision;
    return this.find(id);
  }

  /** From a commit to the first one. */
  *history(id: string): Generator<FakeCommit> {
    for (let next = this.find(id); next; next = this.find(next.parents[0])) {
      yield next;
    }
  }

  /** Makes the commits of one side anew on top of the other. */
  rebase(head: string, onto: string): FakeRebase {
    const known = new Set([...this.history(onto)].map(({ id }) => id));
    const ours = [...this.history(head)].filter(({ id }) => !known.has(id));
    let tip = this.get(onto);
    for (const { files, parents, ...commit } of ours.reverse()) {
      const before = parents[0] === undefined ? [] : this.get(parents[0]).files;
      const merged = carryOver(new Map(before), files, tip.files);
      if (typeof merged === 'string') {
        return { kind: 'conflict', path: merged };
      }
      if (!areEqual(merged, tip.files)) {
        tip = this.add({ ...commit, parents: [tip.id], files: merged });
      }
    }
    return { kind: 'rebased', head: tip.id };
  }
}

/** Does to other files what was done between two commits; the path of the first conflict. */
function carryOver(
  from: FakeFiles,
  to: FakeFiles,
  onto: FakeFiles,
): FakeFiles | string {
  const result = new Map(onto);
  for (const path of new Set([...from.keys(), ...to.keys()])) {
    const [before, after] = [from.get(path), to.get(path)];
    const there = onto.get(path);
    if (isSame(before, after) || isSame(there, after)) {
      continue;
    }
    if (!isSame(there, before)) {
      return path;
    }
    if (after) {
      result.set(path, after);
    } else {
      result.delete(path);
    }
  }
  return result;
}

/** Whether two commits have the same files. */
export function areEqual(a: FakeFiles, b: FakeFiles): boolean {
  return (
    a.size === b.size &&
    [...a].every(([path, file]) => isSame(file, b.get(path)))
  );
}

function isSame(a: FakeEntry | undefined, b: FakeEntry | undefined): boolean {
  return a && b ? a.mode === b.mode && a.content.equals(b.content) : a === b;
}

/** What names the content of a commit: equal files, equal names. */
export function treeOf(files: FakeFiles): string {
  const lines = [...files]
    .map(([path, { mode, content }]) => `${path} ${mode} ${sha1(content)}`)
    .sort();
  return sha1(...lines);
}

function sha1(...parts: Array<string | Buffer>): string {
  const hash = createHash('sha1');
  parts.forEach(part => hash.update(part).update('\0'));
  return hash.digest('hex');
}
