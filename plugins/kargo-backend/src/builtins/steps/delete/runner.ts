import { createStep } from 'backstage-plugin-kargo-node';
import { lstat, rm } from 'node:fs/promises';
import path from 'node:path';
import { withFileError } from '../shared/fileError';
import { findRemovablePath } from '../shared/workspacePath';
import { DeleteConfig } from './config';
import { findMatches } from './findMatches';

/** Removes files and folders; links are removed themselves, never what they point to. */
export const deleteStep = createStep({
  id: 'delete',
  description: 'Removes files and folders.',
  config: DeleteConfig,
  async run(config, { workDir, signal }) {
    const { pathsAreGlobs, strict } = config;
    const given = config.paths ?? [config.path ?? ''];
    const targets = new Map<string, string>();
    // All are looked up before the first goes, so that a mistake removes nothing.
    for (const userPath of given) {
      const found = pathsAreGlobs
        ? await findMatches(workDir, userPath, signal)
        : [userPath];
      const existing = await findExisting(workDir, found);
      if (strict && existing.length === 0) {
        throw new Error(`nothing to delete at "${userPath}"`);
      }
      existing.forEach(target => targets.set(target, userPath));
    }
    for (const [target, userPath] of targets) {
      await withFileError('delete', userPath, () =>
        rm(target, { recursive: true, force: true }),
      );
    }
    return { kind: 'succeeded' };
  },
});

async function findExisting(
  workDir: string,
  userPaths: string[],
): Promise<string[]> {
  const existing: string[] = [];
  for (const userPath of userPaths) {
    const target = await findRemovablePath(workDir, userPath);
    if (target !== undefined && (await exists(target))) {
      existing.push(path.normalize(target));
    }
  }
  return existing;
}

async function exists(target: string): Promise<boolean> {
  try {
    await lstat(target);
    return true;
  } catch {
    // Gone, or below something that is not a folder: nothing to delete.
    return false;
  }
}
