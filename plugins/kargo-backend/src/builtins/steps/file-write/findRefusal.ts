import { isInputError, StepFiles } from 'backstage-plugin-kargo-node';

// The last three octal digits: owner, group, everybody.
const EXECUTABLE = /[1357]/;
const WORLD_WRITABLE = /[2367]$/;

/** Why a file may not be written there, or with these permissions; `undefined` when it may. */
export async function findRefusal(
  files: StepFiles,
  path: string,
  permissions: string,
): Promise<string | undefined> {
  if (path.startsWith('/') || path.includes('\0')) {
    return `path "${path}" must be relative`;
  }
  const parts = normalParts(path);
  if (parts === undefined || parts.length === 0) {
    return `path "${path}" does not lead to a file inside the work folder`;
  }
  if (EXECUTABLE.test(permissions)) {
    return 'permissions must not make the file executable';
  }
  if (WORLD_WRITABLE.test(permissions)) {
    return 'permissions must not let everybody write';
  }
  return findForbiddenPart(files, parts, path);
}

/** The parts without dots; `undefined` when they lead out of the root. */
function normalParts(path: string): string[] | undefined {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..' && parts.pop() === undefined) {
      return undefined;
    }
    if (part !== '' && part !== '.' && part !== '..') {
      parts.push(part);
    }
  }
  return parts;
}

/** What the files refuse, and links, which are refused here and followed elsewhere. */
async function findForbiddenPart(
  files: StepFiles,
  parts: readonly string[],
  path: string,
): Promise<string | undefined> {
  try {
    for (let depth = 1; depth <= parts.length; depth++) {
      const found = await files.find(parts.slice(0, depth).join('/'), {
        followLinks: false,
      });
      if (found?.kind === 'link') {
        return `path "${path}" leads through a symbolic link`;
      }
    }
    return undefined;
  } catch (error) {
    if (isInputError(error)) {
      return error.message;
    }
    throw error;
  }
}
