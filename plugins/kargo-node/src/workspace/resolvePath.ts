import { InputError } from '@backstage/errors';
import path from 'node:path';
import { ifThere } from './fileError';
import { assertUsable } from './judgeName';
import { LateFiles, NOTHING_LATE } from './LateFiles';
import { localFiles } from './localFiles';

// As Linux does; a longer chain is a loop or an attack.
const MAX_LINKS = 255;
const MAX_PATH_LENGTH = 4096;

/** How the links of a path are taken. */
export interface ResolveOptions {
  /** `follow` unless told; `leaf` follows all but the last part. */
  links?: 'follow' | 'leaf' | 'refuse';
  /** What may have to be brought before it can be looked at; nothing unless told. */
  late?: LateFiles;
}

/**
 * Resolves a path as if the folder were the root of the file system: `..`, absolute paths
 * and links that would leave it are rooted in it again.
 *
 * @returns the parts of the path from the root, none of them a link; parts that do not exist
 * are allowed.
 * @throws InputError for a loop of links and for what steps may not use.
 */
export async function resolvePath(
  root: string,
  userPath: string,
  { links = 'follow', late = NOTHING_LATE }: ResolveOptions = {},
): Promise<string[]> {
  assertPath(userPath);
  const pending = components(userPath);
  const resolved: string[] = [];
  let followed = 0;
  for (
    let component = pending.shift();
    component !== undefined;
    component = pending.shift()
  ) {
    if (component === '..') {
      resolved.pop();
      continue;
    }
    // Also what the next `..` would take away again.
    assertUsable([...resolved, component], userPath);
    await late.bring([...resolved, component], 'entry');
    const isLeaf = pending.length === 0;
    const target =
      links === 'leaf' && isLeaf
        ? undefined
        : await readLinkTarget(path.join(root, ...resolved, component));
    if (target === undefined) {
      resolved.push(component);
      continue;
    }
    if (links === 'refuse') {
      throw new InputError(`path "${userPath}" leads through a symbolic link`);
    }
    followed++;
    if (followed > MAX_LINKS) {
      throw new InputError(`path "${userPath}" is a loop of symbolic links`);
    }
    if (path.isAbsolute(target)) {
      resolved.length = 0;
    }
    pending.unshift(...components(target));
  }
  return resolved;
}

/**
 * Resolves a path whose last part is to be removed and is therefore not followed.
 *
 * @param root - with its links resolved
 * @returns `undefined` when a folder on the way does not exist.
 * @throws InputError when the path, or a link on the way, leaves the root, for the root
 * itself and for what steps may not use.
 */
export async function resolveRemovable(
  root: string,
  userPath: string,
): Promise<string[] | undefined> {
  assertPath(userPath);
  const joined = path.join(root, userPath);
  if (!isInside(root, joined)) {
    throw outside(userPath);
  }
  assertUsable(components(path.relative(root, joined)), userPath);
  const parent = await ifThere(() => localFiles.realPath(path.dirname(joined)));
  if (parent === undefined) {
    return undefined;
  }
  if (parent !== root && !isInside(root, parent)) {
    throw outside(userPath);
  }
  const target = path.join(parent, path.basename(joined));
  const parts = components(path.relative(root, target));
  assertUsable(parts, userPath);
  return parts;
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

/** What does not exist, or lies below a file, is no link; opening it will tell. */
function readLinkTarget(absolute: string): Promise<string | undefined> {
  return ifThere(async () => {
    const stats = await localFiles.stat(absolute);
    return stats.isSymbolicLink() ? localFiles.readLink(absolute) : undefined;
  });
}

function assertPath(userPath: string): void {
  if (userPath.includes('\0')) {
    throw new InputError('a path must not contain a NUL character');
  }
  if (userPath.length > MAX_PATH_LENGTH) {
    throw new InputError(
      `a path must not have more than ${MAX_PATH_LENGTH} characters`,
    );
  }
}

function outside(userPath: string): InputError {
  return new InputError(
    `path "${userPath}" does not lead to something inside the work folder`,
  );
}
