import { rm, rmdir } from 'node:fs/promises';
import path from 'node:path';
import { localFiles } from 'backstage-plugin-kargo-node/capabilities';
import { CloneGit } from './gitOfTree';
import {
  ALL,
  foldersAbove,
  forgetLeftOut,
  include,
  keep,
  leavesFilesOut,
  markBrought,
  wasInterrupted,
} from './leftOut';
import { TreeLocation } from './location';
import {
  LIST_CHANGES,
  LIST_INDEX,
  MissingFiles,
  parseIndex,
} from './missingFiles';

/** What is on the disk of a checkout. */
interface Found {
  /** From the top of the checkout. */
  readonly name: string;
  readonly isFolder: boolean;
}

/**
 * Takes away what a git that was ended has put into a checkout without getting so far as to
 * say so in the index: half a file is among it, and the next git would take it for a step's
 * work.
 *
 * @param git - at the top of the checkout
 */
export async function removeHalfBrought(
  git: CloneGit,
  { gitDir, root }: TreeLocation,
): Promise<void> {
  if (!(await wasInterrupted(gitDir))) {
    return;
  }
  // Otherwise git takes for there what is on the disk.
  const config = { 'sparse.expectFilesOutsideOfPatterns': 'true' };
  const { stdout } = await git.run({ args: LIST_INDEX, config });
  const missing = MissingFiles.of(parseIndex(stdout));
  for (const { name, isFolder } of await look(root)) {
    if (!isFolder && missing.kindOf(name) === 'file') {
      await rm(path.join(root, name));
    }
  }
  await markBrought(gitDir);
}

/**
 * To be called before git changes what is on the disk by what others have committed, or
 * removes it: it puts and takes nothing where files are left out, and so does not notice
 * what is in the way.
 *
 * @remarks
 * Folders that are there only because a step asked for them go. Where there is something
 * that is not committed, or a submodule, which is a folder to git, nothing is left out any
 * more.
 */
export async function makeReadyForChanges(
  git: CloneGit,
  location: TreeLocation,
): Promise<void> {
  if (await leavesFilesOut(location.gitDir)) {
    await git.alone(alone => makeReady(alone, location));
  }
}

async function makeReady(
  anywhere: CloneGit,
  { gitDir, root }: TreeLocation,
): Promise<void> {
  const git = anywhere.inTree({ dir: root, gitDir });
  const { stdout } = await git.run({ args: LIST_CHANGES });
  const entries = parseIndex(stdout);
  const missing = MissingFiles.of(entries);
  const known = new Set(entries.map(({ name }) => name));
  // Git leaves the folder in which it runs.
  const here = path.relative(root, anywhere.cwd);
  const used = new Set([here, ...foldersAbove(here)]);
  let isWanted = entries.some(entry => entry.isSubmodule || entry.isChanged);
  // What is in a folder comes behind it.
  for (const { name, isFolder } of (await look(root)).reverse()) {
    const isEmpty = isFolder && !used.has(name);
    if (isEmpty && missing.kindOf(name) === 'folder') {
      await rmdir(path.join(root, name));
    } else {
      used.add(path.posix.dirname(name));
      isWanted ||= isEmpty || (!isFolder && !known.has(name));
    }
  }
  const present = entries.filter(({ isLeftOut }) => !isLeftOut);
  isWanted ||= await keep(
    gitDir,
    present.map(({ name }) => name),
  );
  if (isWanted) {
    await include(git, gitDir, ALL);
    // Git looks less closely as long as anything could be left out.
    await forgetLeftOut(gitDir);
  }
}

/** All that is on the disk but for git's own, and of a checkout in it no more than that it is there. */
async function look(root: string, folder = ''): Promise<Found[]> {
  const entries = await localFiles.readEntries(path.join(root, folder));
  if (folder !== '' && entries.some(({ name }) => name === '.git')) {
    return [{ name: folder, isFolder: false }];
  }
  const found: Found[] =
    folder === '' ? [] : [{ name: folder, isFolder: true }];
  for (const entry of entries) {
    const name = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) {
      found.push(...(await look(root, name)));
    } else if (name !== '.git') {
      found.push({ name, isFolder: false });
    }
  }
  return found;
}
