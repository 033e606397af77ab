import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { localFiles } from './localFiles';

const PREFIX = '.kargo-temporary-';
const NAME = /^\.kargo-temporary-[0-9a-f-]{36}$/;

/** A name at the root of a Promotion's files that nobody can foresee. */
export function newTemporaryName(): string {
  return PREFIX + randomUUID();
}

/**
 * Removes the temporary folders that a process left which was ended at its work.
 *
 * @param root - of a Promotion's files; no step works there at the moment
 * @public
 */
export async function removeTemporaryFolders(root: string): Promise<void> {
  for (const name of await localFiles.readNames(root)) {
    if (NAME.test(name)) {
      await rm(join(root, name), { recursive: true, force: true });
    }
  }
}
