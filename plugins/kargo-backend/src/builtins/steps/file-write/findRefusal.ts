import { lstat } from 'node:fs/promises';
import path from 'node:path';
import { RESERVED_FOLDER } from '../shared/workspacePath';

// The last three octal digits: owner, group, everybody.
const EXECUTABLE = /[1357]/;
const WORLD_WRITABLE = /[2367]$/;

/** Why a file may not be written there, or with these permissions; `undefined` when it may. */
export async function findRefusal(
  workDir: string,
  userPath: string,
  permissions: string,
): Promise<string | undefined> {
  const normal = path.posix.normalize(userPath);
  const parts = normal.split('/').filter(part => part !== '' && part !== '.');
  if (path.isAbsolute(userPath) || userPath.includes('\0')) {
    return `path "${userPath}" must be relative`;
  }
  if (parts.length === 0 || parts[0] === '..') {
    return `path "${userPath}" does not lead to a file inside the work folder`;
  }
  if (parts.some(part => part.toLowerCase() === '.git')) {
    return `path "${userPath}" leads into ".git"`;
  }
  if (parts[0].toLowerCase() === RESERVED_FOLDER) {
    return `path "${userPath}" leads into "${RESERVED_FOLDER}", which is reserved for the engine`;
  }
  if (EXECUTABLE.test(permissions)) {
    return 'permissions must not make the file executable';
  }
  if (WORLD_WRITABLE.test(permissions)) {
    return 'permissions must not let everybody write';
  }
  return findLink(workDir, parts, userPath);
}

async function findLink(
  workDir: string,
  parts: readonly string[],
  userPath: string,
): Promise<string | undefined> {
  for (let depth = 1; depth <= parts.length; depth++) {
    const stats = await lstat(
      path.join(workDir, ...parts.slice(0, depth)),
    ).catch(() => undefined);
    if (stats?.isSymbolicLink()) {
      return `path "${userPath}" leads through a symbolic link`;
    }
  }
  return undefined;
}
