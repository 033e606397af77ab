import { appendFile, mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { localFiles } from 'backstage-plugin-kargo-node/capabilities';
import { CloneGit } from './gitOfTree';

/**
 * Beside the records of a checkout that leaves files out, which are git's own; empty but
 * while git brings some.
 */
const MARK = 'leaves-files-out';
/** What says how files are to be checked out. */
export const ATTRIBUTES = '.gitattributes';
/**
 * What `git add` looks up in folders above a file, which git itself would take from the
 * index, and what `git rm` changes along with a submodule.
 */
const ALWAYS = `${ATTRIBUTES}\n.gitignore\n/.gitmodules\n`;
const ALL_PATTERN = '/*';
/** Git compares each with each file of the checkout. */
const MAX_PATTERNS = 200;
/** What a line of a pattern file cannot hold, and what this process cannot spell. */
const UNSPEAKABLE = /[\n\r\uFFFD]/;

/**
 * How git treats a checkout that leaves files out (gitrepository-layout(5),
 * git-sparse-checkout(1)); no configuration of the clone says so, whose other checkouts may be whole.
 */
const SETTINGS = {
  'core.sparseCheckout': 'true',
  'core.sparseCheckoutCone': 'false',
};

/** What belongs to a checkout. */
export interface Included {
  /** From the top of it; empty for all. */
  readonly name: string;
  readonly kind: 'file' | 'folder';
}

export const ALL: Included = { name: '', kind: 'folder' };

/** Makes a checkout, whose records are made and whose files are not, leave them out. */
export async function leaveFilesOut(gitDir: string): Promise<void> {
  await mkdir(path.join(gitDir, 'info'), { recursive: true });
  await writeFile(patternsOf(gitDir), ALWAYS);
  await writeFile(path.join(gitDir, MARK), '');
}

/** The settings for every call of git in a checkout: none where it is whole. */
export async function settingsOf(
  gitDir: string,
): Promise<Readonly<Record<string, string>>> {
  return (await leavesFilesOut(gitDir)) ? SETTINGS : {};
}

/** Whether files of a checkout may be missing. */
export function leavesFilesOut(gitDir: string): Promise<boolean> {
  return localFiles.isThere(path.join(gitDir, MARK));
}

/**
 * Adds to what belongs to a checkout, and lets git put it there.
 *
 * @remarks
 * Git writes files where they belong and not elsewhere first: who ends it in between finds
 * half of one. See `wasInterrupted`.
 *
 * @returns whether all was brought, also instead of what no pattern can name
 */
export async function include(
  git: CloneGit,
  gitDir: string,
  wanted: Included,
): Promise<boolean> {
  await writeFile(path.join(gitDir, MARK), 'brings\n');
  const isAll = await addPatterns(gitDir, [wanted]);
  await git.run({ args: ['sparse-checkout', 'reapply'] });
  await markBrought(gitDir);
  return isAll;
}

/**
 * Makes files that are there part of what belongs to a checkout: git takes from the disk
 * what is in the index and does not, such as what steps have committed.
 *
 * @returns whether all belongs to it from then on, and some may still have to be brought
 */
export async function keep(
  gitDir: string,
  present: readonly string[],
): Promise<boolean> {
  const known = new Set(
    (await localFiles.readText(patternsOf(gitDir))).split('\n'),
  );
  const isKnown = (name: string) =>
    known.has(path.posix.basename(name)) ||
    known.has(toPattern({ name, kind: 'file' })) ||
    foldersAbove(name).some(folder =>
      known.has(toPattern({ name: folder, kind: 'folder' })),
    );
  const added = known.has(ALL_PATTERN)
    ? []
    : present.filter(name => !isKnown(name));
  return known.size + added.length > MAX_PATTERNS
    ? addPatterns(gitDir, [ALL])
    : addPatterns(
        gitDir,
        added.map(name => ({ name, kind: 'file' })),
      );
}

async function addPatterns(
  gitDir: string,
  wanted: readonly Included[],
): Promise<boolean> {
  const patterns = wanted.map(toPattern);
  await appendFile(
    patternsOf(gitDir),
    patterns.map(pattern => `${pattern}\n`).join(''),
  );
  return patterns.includes(ALL_PATTERN);
}

function toPattern({ name, kind }: Included): string {
  return name === '' || UNSPEAKABLE.test(name)
    ? ALL_PATTERN
    : `/${escape(name)}${kind === 'folder' ? '/' : ''}`;
}

/** Those that a name from the top of the checkout leads through. */
export function foldersAbove(name: string): string[] {
  const parts = name.split('/');
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join('/'));
}

/** Whether git was to put files into a checkout and did not come to an end. */
export async function wasInterrupted(gitDir: string): Promise<boolean> {
  const mark = await localFiles
    .readText(path.join(gitDir, MARK))
    .catch(() => '');
  return mark.length > 0;
}

/** Tells that of no file that is brought there is half. */
export async function markBrought(gitDir: string): Promise<void> {
  await writeFile(path.join(gitDir, MARK), '');
}

/** Says that a checkout is whole, once it is. */
export async function forgetLeftOut(gitDir: string): Promise<void> {
  await rm(path.join(gitDir, MARK), { force: true });
  await rm(patternsOf(gitDir), { force: true });
}

/** How many files a checkout has, those that it leaves out among them (gitformat-index(5)). */
export async function countFiles(gitDir: string): Promise<number> {
  const head = await localFiles.readBytes(path.join(gitDir, 'index'), 12);
  return head.length === 12 ? head.readUInt32BE(8) : 0;
}

function patternsOf(gitDir: string): string {
  return path.join(gitDir, 'info', 'sparse-checkout');
}

/** As gitignore(5) reads it. */
function escape(name: string): string {
  return name.replaceAll(/[\\*?[ ]/g, String.raw`\$&`);
}
