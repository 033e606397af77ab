import { InputError } from '@backstage/errors';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { localFiles } from 'backstage-plugin-kargo-node/capabilities';
import { sha256Hex } from '../../../logic/hash';

/** A `.git` file is a line with a path; anybody's program may have put another in its place. */
const MAX_POINTER_BYTES = 16 * 1024;

/** Where the parts of a clone are. */
export interface CloneLocation {
  /** HOME of git. */
  readonly home: string;
  /** The bare repository. */
  readonly repository: string;
  /** Only there when commits are signed. */
  readonly signingKeyFile: string;
  /** What later steps need to know of the clone. */
  readonly recordFile: string;
}

/** Where a checkout and its administrative files are. */
export interface TreeLocation extends CloneLocation {
  /** Root of the checkout. */
  readonly root: string;
  /** Administrative folder of the checkout inside of the bare repository. */
  readonly gitDir: string;
}

/**
 * The folder with all clones of a Promotion.
 *
 * @remarks
 * It lies beside the Promotion's folder and not in it: git runs programs that the
 * configuration of a repository names, so no path of a step may lead there.
 */
export function clonesFolder(workDir: string): string {
  return `${workDir}.git`;
}

/** Where the clone of a name lives. */
export function locateClone(workDir: string, name: string): CloneLocation {
  const folder = sha256Hex(name).slice(0, 12);
  return cloneAt(path.join(clonesFolder(workDir), folder));
}

/**
 * Finds the checkout that a folder lies in.
 *
 * @remarks
 * Neither git nor the `.git` file of a checkout is asked, both of which a step can lead
 * elsewhere: git's own record in the clone says where its checkouts are. The `.git` file
 * only has to be the one that belongs there.
 *
 * @throws InputError when there is none.
 */
export async function locateTree(
  workDir: string,
  dir: string,
): Promise<TreeLocation> {
  const work = await localFiles.realPath(workDir);
  const real = path.join(work, path.relative(workDir, dir));
  const around = (await listTrees(workDir))
    .filter(({ root }) => real === root || real.startsWith(root + path.sep))
    // Checkouts may lie in each other.
    .sort((a, b) => b.root.length - a.root.length);
  for (const tree of around) {
    if ((await readGitDir(path.join(tree.root, '.git'))) === tree.gitDir) {
      return tree;
    }
  }
  throw new InputError(
    `"${
      path.relative(workDir, dir) || '.'
    }" is not in a checkout made by a git-clone step`,
  );
}

/** Removes a clone with all its checkouts, as far as an earlier attempt got. */
export async function removeClone(
  workDir: string,
  clone: CloneLocation,
): Promise<void> {
  const work = await localFiles.realPath(workDir);
  for (const { root } of await treesOf(clone)) {
    // The record is git's own, and yet nothing outside may ever be removed by it.
    if (root.startsWith(work + path.sep)) {
      await rm(root, { recursive: true, force: true });
    }
  }
  await rm(clone.home, { recursive: true, force: true });
}

/** All checkouts in a Promotion's folder. */
export async function listTrees(workDir: string): Promise<TreeLocation[]> {
  const clones = await localFiles
    .realPath(clonesFolder(workDir))
    .catch(() => undefined);
  const names = clones === undefined ? [] : await localFiles.readNames(clones);
  const found = await Promise.all(
    names.map(name => treesOf(cloneAt(path.join(clones ?? '', name)))),
  );
  return found.flat();
}

async function treesOf(clone: CloneLocation): Promise<TreeLocation[]> {
  const worktrees = path.join(clone.repository, 'worktrees');
  const trees: TreeLocation[] = [];
  for (const name of await localFiles.readNames(worktrees).catch(() => [])) {
    const gitDir = path.join(worktrees, name);
    const root = await findCheckout(path.join(gitDir, 'gitdir'));
    if (root !== undefined) {
      trees.push({ ...clone, root, gitDir });
    }
  }
  return trees;
}

/** The checkout that an administrative file of git points to. */
async function findCheckout(gitDirFile: string): Promise<string | undefined> {
  try {
    const pointer = (await localFiles.readText(gitDirFile)).trim();
    return await localFiles.realPath(path.dirname(pointer));
  } catch {
    // Not written yet, or the checkout is gone: nothing to find.
    return undefined;
  }
}

function cloneAt(home: string): CloneLocation {
  return {
    home,
    repository: path.join(home, 'repo'),
    signingKeyFile: path.join(home, 'signing-key.asc'),
    recordFile: path.join(home, 'clone.json'),
  };
}

/** What a `.git` file says where the git data is; `undefined` when there is no such file. */
export async function readGitDir(file: string): Promise<string | undefined> {
  try {
    const [, target] =
      /^gitdir: (.+)\n?$/.exec(
        (await localFiles.readBytes(file, MAX_POINTER_BYTES)).toString(),
      ) ?? [];
    return (
      target &&
      (await localFiles.realPath(path.resolve(path.dirname(file), target)))
    );
  } catch {
    // No file, or a folder: not a checkout of ours.
    return undefined;
  }
}
