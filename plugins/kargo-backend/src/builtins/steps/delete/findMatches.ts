import { isError } from '@backstage/errors';
import { TerminalError } from 'backstage-plugin-kargo-node';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { compileGlob } from '../../../logic/selection/glob';
import { RESERVED_FOLDER } from '../shared/workspacePath';

/**
 * Paths in the work folder, relative to it, that a glob matches. Links are matched but not
 * entered.
 *
 * @throws TerminalError when the glob is malformed.
 */
export async function findMatches(
  workDir: string,
  glob: string,
  signal: AbortSignal,
): Promise<string[]> {
  const matches = compile(glob);
  if (glob.startsWith('/') || glob.split('/').includes('..')) {
    return [];
  }
  const found: string[] = [];
  const pending = [''];
  for (
    let folder = pending.pop();
    folder !== undefined;
    folder = pending.pop()
  ) {
    signal.throwIfAborted();
    const entries = await readdir(path.join(workDir, folder), {
      withFileTypes: true,
    });
    for (const entry of entries) {
      const relative = folder ? `${folder}/${entry.name}` : entry.name;
      if (relative === RESERVED_FOLDER) {
        continue;
      }
      if (matches(relative)) {
        found.push(relative);
      } else if (entry.isDirectory()) {
        pending.push(relative);
      }
    }
  }
  return found.sort();
}

function compile(glob: string): (path: string) => boolean {
  try {
    return compileGlob(glob.replace(/^(?:\.\/)+/, '').replace(/\/$/, ''));
  } catch (error) {
    // A malformed pattern stays malformed.
    throw new TerminalError(
      isError(error) ? error.message : `"${glob}" is not a valid glob`,
    );
  }
}
