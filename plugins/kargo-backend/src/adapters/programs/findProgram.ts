import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, isAbsolute, join } from 'node:path';

/** The absolute path of a program on a search path; `undefined` when it is not there. */
export async function findProgram(
  path: string,
  searchPath: string,
): Promise<string | undefined> {
  const candidates = isAbsolute(path)
    ? [path]
    : searchPath
        .split(delimiter)
        .filter(folder => isAbsolute(folder))
        .map(folder => join(folder, path));
  for (const candidate of candidates) {
    try {
      await access(candidate, constants.X_OK);
      return candidate;
    } catch {
      // Not in this folder.
    }
  }
  return undefined;
}
