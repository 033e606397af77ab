import { InputError, isError } from '@backstage/errors';
import { lstat, readlink, realpath } from 'node:fs/promises';
import path from 'node:path';

/**
 * Folder in a Promotion's work folder that belongs to the engine: clones, their
 * configuration and signing keys. No path that a user writes may lead there, because git
 * runs commands that such configuration names.
 */
export const RESERVED_FOLDER = '.kargo';

// As Linux does; a longer chain is a loop or an attack.
const MAX_LINKS = 255;

/**
 * Resolves a path as if the work folder were the root of the file system: `..`, absolute
 * paths and symbolic links that would leave it are rooted in it again.
 *
 * @remarks
 * What is returned contains no symbolic link. Parts that do not exist are allowed.
 *
 * @throws InputError for a loop of links or a path into {@link RESERVED_FOLDER}.
 */
export async function resolveInWorkspace(
  workDir: string,
  userPath: string,
): Promise<string> {
  assertNoNul(userPath);
  const pending = components(userPath);
  const resolved: string[] = [];
  let links = 0;
  for (
    let component = pending.shift();
    component !== undefined;
    component = pending.shift()
  ) {
    if (component === '..') {
      resolved.pop();
      continue;
    }
    const target = await readLinkTarget(
      path.join(workDir, ...resolved, component),
    );
    if (target === undefined) {
      resolved.push(component);
      continue;
    }
    links++;
    if (links > MAX_LINKS) {
      throw new InputError(`path "${userPath}" is a loop of symbolic links`);
    }
    if (path.isAbsolute(target)) {
      resolved.length = 0;
    }
    pending.unshift(...components(target));
  }
  assertNotReserved(resolved, userPath);
  return path.join(workDir, ...resolved);
}

/**
 * Resolves a path whose last part is to be removed and is therefore not followed.
 *
 * @returns `undefined` when a folder on the way does not exist.
 * @throws InputError when the path, or a link on the way, leaves the work folder, and for
 * the work folder itself.
 */
export async function findRemovablePath(
  workDir: string,
  userPath: string,
): Promise<string | undefined> {
  assertNoNul(userPath);
  const root = await realpath(workDir);
  const joined = path.join(root, userPath);
  const leaf = path.basename(joined);
  if (!isInside(root, joined)) {
    throw outside(userPath);
  }
  const parent = await findRealPath(path.dirname(joined));
  if (parent === undefined) {
    return undefined;
  }
  if (parent !== root && !isInside(root, parent)) {
    throw outside(userPath);
  }
  const target = path.join(parent, leaf);
  assertNotReserved(components(path.relative(root, target)), userPath);
  return target;
}

/** Whether a path lies below a folder, by text alone. */
export function isInside(folder: string, candidate: string): boolean {
  const relative = path.relative(folder, candidate);
  return (
    relative !== '' &&
    relative !== '..' &&
    !relative.startsWith(`..${path.sep}`) &&
    !path.isAbsolute(relative)
  );
}

function components(text: string): string[] {
  return text.split('/').filter(part => part !== '' && part !== '.');
}

async function readLinkTarget(absolute: string): Promise<string | undefined> {
  try {
    const stats = await lstat(absolute);
    return stats.isSymbolicLink() ? await readlink(absolute) : undefined;
  } catch (error) {
    // What does not exist, or lies below a file, is no link; opening it will tell.
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) {
      return undefined;
    }
    throw error;
  }
}

async function findRealPath(absolute: string): Promise<string | undefined> {
  try {
    return await realpath(absolute);
  } catch (error) {
    // Nothing to remove below a folder that is not there.
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) {
      return undefined;
    }
    throw error;
  }
}

function hasCode(error: unknown, ...codes: string[]): boolean {
  return (
    isError(error) &&
    typeof error.code === 'string' &&
    codes.includes(error.code)
  );
}

function assertNoNul(userPath: string): void {
  if (userPath.includes('\0')) {
    throw new InputError('a path must not contain a NUL character');
  }
}

function assertNotReserved(resolved: string[], userPath: string): void {
  // Some file systems take `.KARGO` for the same folder.
  if (resolved[0]?.toLowerCase() === RESERVED_FOLDER) {
    throw new InputError(
      `path "${userPath}" leads into "${RESERVED_FOLDER}", which is reserved for the engine`,
    );
  }
}

function outside(userPath: string): InputError {
  return new InputError(
    `path "${userPath}" does not lead to something inside the work folder`,
  );
}
