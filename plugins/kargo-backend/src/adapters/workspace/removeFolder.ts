import { chmod, lstat, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isError } from '@backstage/errors';

/** A process that is being ended may write while its folder is removed. */
const ATTEMPTS = 5;

/**
 * Removes a folder with everything in it, also what its owner may not change, and never
 * follows a link. Nothing happens when there is none.
 */
export async function removeFolder(folder: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await rm(folder, { recursive: true, force: true });
      return;
    } catch (error) {
      if (!isError(error) || attempt === ATTEMPTS) {
        throw error;
      }
      if (error.code === 'EACCES' || error.code === 'EPERM') {
        await allowChanges(folder);
      } else if (error.code !== 'ENOTEMPTY') {
        throw error;
      }
    }
  }
}

/** A step may have copied folders that forbid writing. */
async function allowChanges(folder: string): Promise<void> {
  if (!(await lstat(folder)).isDirectory()) {
    return;
  }
  await chmod(folder, 0o700);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) {
      await allowChanges(join(folder, entry.name));
    }
  }
}
