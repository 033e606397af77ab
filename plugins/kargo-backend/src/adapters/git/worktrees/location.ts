import { InputError } from '@backstage/errors';
import { readdir, readFile, realpath, rm } from 'node:fs/promises';
import path from 'node:path';
import { sha256Hex } from '../../../logic/hash';

/** Part of a Promotion's folder where clones live; no path of a user leads there. */
const CLONES = path.join('.kargo', 'git');

/** Where the parts of a clone are. */
export interface CloneLocation {
  /** HOME of git. */
  readonly home: string;
  /** The bare repository. */
  readonly repository: string;
  /** Only there when commits are signed. */
  readonly signingKeyFile: string;
}

/** Where a checkout and its administrative files are. */
export interface TreeLocation extends CloneLocation {
  /** Root of the checkout. */
  readonly root: string;
  /** Administrative folder of the checkout inside of the bare repository. */
  readonly gitDir: string;
}

/** Where the clone of a name lives. */
export function locateClone(workDir: string, name: string): CloneLocation {
  return cloneAt(path.join(workDir, CLONES, sha256Hex(name).slice(0, 12)));
}

/**
 * Finds the checkout that a folder lies in.
 *
 * @remarks
 * Git itself is never asked to find it: it would take any folder that looks like a
 * repository for one, together with the programs that its configuration names. Only
 * checkouts of clones in the reserved part count.
 *
 * @throws InputError when there is none.
 */
export async function locateTree(
  workDir: string,
  dir: string,
): Promise<TreeLocation> {
  const clones = await realpath(path.join(workDir, CLONES)).catch(
    () => undefined,
  );
  for (let root = dir; clones !== undefined; root = path.dirname(root)) {
    const gitDir = await readGitDir(path.join(root, '.git'));
    const [name, repo, worktrees, tree, ...rest] =
      gitDir === undefined ? [] : path.relative(clones, gitDir).split(path.sep);
    const isOurs =
      name !== '..' &&
      repo === 'repo' &&
      worktrees === 'worktrees' &&
      tree &&
      rest.length === 0;
    if (gitDir !== undefined && isOurs) {
      return { ...cloneAt(path.join(clones, name)), root, gitDir };
    }
    if (gitDir !== undefined || root === workDir || root === '/') {
      break;
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
  const worktrees = path.join(clone.repository, 'worktrees');
  const root = await realpath(workDir);
  for (const name of await readdir(worktrees).catch(() => [])) {
    const checkout = await findCheckout(path.join(worktrees, name, 'gitdir'));
    // The file is ours, and yet nothing outside may ever be removed by what it says.
    if (checkout?.startsWith(`${root}${path.sep}`)) {
      await rm(checkout, { recursive: true, force: true });
    }
  }
  await rm(clone.home, { recursive: true, force: true });
}

/** The checkout that an administrative file of git points to. */
async function findCheckout(gitDirFile: string): Promise<string | undefined> {
  try {
    const pointer = (await readFile(gitDirFile, 'utf8')).trim();
    return await realpath(path.dirname(pointer));
  } catch {
    // Not written yet, or the checkout is gone: nothing to remove.
    return undefined;
  }
}

function cloneAt(home: string): CloneLocation {
  return {
    home,
    repository: path.join(home, 'repo'),
    signingKeyFile: path.join(home, 'signing-key.asc'),
  };
}

async function readGitDir(file: string): Promise<string | undefined> {
  try {
    const [, target] = /^gitdir: (.+)/.exec(await readFile(file, 'utf8')) ?? [];
    return target && (await realpath(target));
  } catch {
    // No file, or a folder: not a checkout of ours.
    return undefined;
  }
}
