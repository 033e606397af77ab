import { createStep, StepFiles } from 'backstage-plugin-kargo-node';
import { DeleteConfig } from './config';
import { findMatches } from './findMatches';

/** Removes files and folders; links are removed themselves, never what they point to. */
export const deleteStep = createStep({
  id: 'delete',
  description: 'Removes files and folders.',
  config: DeleteConfig,
  needs: ['files'],
  workspace: 'writes',
  async run(config, { files }) {
    const { pathsAreGlobs, strict } = config;
    const targets = new Set<string>();
    // All are looked up before the first goes, so that a mistake removes nothing.
    for (const path of config.paths ?? [config.path ?? '']) {
      const named = pathsAreGlobs ? await findMatches(files, path) : [path];
      const existing = await findExisting(files, named);
      if (strict && existing.length === 0) {
        throw new Error(`nothing to delete at "${path}"`);
      }
      existing.forEach(target => targets.add(target));
    }
    for (const target of targets) {
      await files.remove(target);
    }
    return { kind: 'succeeded' };
  },
});

async function findExisting(
  files: StepFiles,
  paths: string[],
): Promise<string[]> {
  const existing: string[] = [];
  for (const path of paths) {
    const found = await files.findRemovable(path);
    if (found) {
      existing.push(found.path);
    }
  }
  return existing;
}
