import { FileChange } from 'backstage-plugin-kargo-common';
import { TreeChanges } from '../../../ports/GitWorkingTree';
import { CloneGit } from './gitOfTree';
import { ChangedFile, parseChangedFiles, parsePatch } from './parseDiff';

/** Who looks at changes does not read more; the number of all is told. */
const LISTED_FILES = 300;
/** Lines of one file: what is longer was written by a program, and is only listed. */
const READABLE_LINES = 10_000;
const MAX_PATCH_BYTES = 4 * 1024 * 1024;
/** Of the repository's own settings nothing is obeyed, and submodules are not looked into. */
const DIFF = [
  'diff',
  '--no-color',
  '--no-ext-diff',
  '--no-textconv',
  '--find-renames',
  '--ignore-submodules=dirty',
];

/** Compares what is committed since a commit with it, or what is staged if nothing is. */
export async function readTreeChanges(
  git: CloneGit,
  { from, head }: { from: string; head: string },
): Promise<TreeChanges> {
  const isCommitted = head !== from;
  const sides = isCommitted ? [from, head] : ['--cached', from];
  const { stdout } = await git.run({
    args: [...DIFF, '--raw', '--numstat', '-z', ...sides, '--'],
  });
  const files = parseChangedFiles(stdout);
  const listed = files.slice(0, LISTED_FILES);
  const readable = listed.filter(isReadable);
  const diffs = await readDiffs(git, sides, readable);
  return {
    isCommitted,
    fileCount: files.length,
    files: listed.map(file => describe(file, diffs.get(file))),
  };
}

function isReadable({ kind, added, removed }: ChangedFile): boolean {
  return (
    // Git tells a file that becomes a link as two changes.
    kind !== 'T' &&
    added !== undefined &&
    removed !== undefined &&
    added + removed <= READABLE_LINES
  );
}

interface FileDiff {
  text: string;
  isCut: boolean;
}

async function readDiffs(
  git: CloneGit,
  sides: readonly string[],
  files: readonly ChangedFile[],
): Promise<ReadonlyMap<ChangedFile, FileDiff>> {
  if (files.length === 0) {
    return new Map();
  }
  const { text, isCut } = await readPatch(git, [
    ...DIFF,
    '--patch',
    ...sides,
    '--',
    ...files.flatMap(({ path, previousPath }) =>
      previousPath === undefined ? [path] : [previousPath, path],
    ),
  ]);
  // Git tells files in one order, however it tells them.
  const diffs = parsePatch(text);
  if (!isCut && diffs.length !== files.length) {
    // What was moved is found otherwise among fewer files. Better no lines than another file's.
    return new Map();
  }
  return new Map(
    diffs.map((diff, index) => [
      files[index],
      { text: diff, isCut: isCut && index === diffs.length - 1 },
    ]),
  );
}

async function readPatch(
  git: CloneGit,
  args: readonly string[],
): Promise<{ text: string; isCut: boolean }> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of git.stream({
    args,
    env: { GIT_LITERAL_PATHSPECS: '1' },
  })) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > MAX_PATCH_BYTES) {
      break;
    }
  }
  return {
    text: Buffer.concat(chunks).toString(),
    isCut: size > MAX_PATCH_BYTES,
  };
}

const CHANGES: Record<string, FileChange['change']> = {
  A: 'Added',
  D: 'Removed',
  R: 'Moved',
};

function describe(file: ChangedFile, diff: FileDiff | undefined): FileChange {
  const { path, previousPath, kind, added, removed } = file;
  return {
    path,
    ...(previousPath !== undefined && { previousPath }),
    change: CHANGES[kind] ?? 'Changed',
    ...(added !== undefined && { added }),
    ...(removed !== undefined && { removed }),
    ...(diff?.text && { diff: diff.text }),
    ...((diff?.isCut || isTooLong(file, diff)) && { isCut: true }),
  };
}

/** Of a text that differs there is more to see than is told. */
function isTooLong(
  { added = 0, removed = 0 }: ChangedFile,
  diff: FileDiff | undefined,
): boolean {
  return diff === undefined && added + removed > 0;
}
