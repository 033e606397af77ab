import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { withFileError } from '../shared/fileError';
import { resolveInWorkspace } from '../shared/workspacePath';

const NAMES = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'];

/**
 * The kustomization of a folder, as a path in the user's words.
 *
 * @throws Error when there is none or more than one.
 */
export async function findKustomization(
  workDir: string,
  folder: string,
): Promise<string> {
  const absolute = await resolveInWorkspace(workDir, folder);
  const entries = await withFileError('read', folder, () =>
    readdir(absolute, { withFileTypes: true }),
  );
  const found = entries
    .filter(entry => entry.isFile() && NAMES.includes(entry.name))
    .map(entry => entry.name);
  if (found.length === 0) {
    throw new Error(
      `no kustomization in "${folder}"; expected one of ${NAMES.join(', ')}`,
    );
  }
  if (found.length > 1) {
    throw new Error(
      `ambiguous kustomization in "${folder}": ${found.sort().join(', ')}`,
    );
  }
  return path.posix.join(folder, found[0]);
}
