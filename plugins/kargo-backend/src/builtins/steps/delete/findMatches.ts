import { isError } from '@backstage/errors';
import { StepFiles, TerminalError } from 'backstage-plugin-kargo-node';
import { compileGlob } from '../../../logic/selection/glob';

/**
 * Paths in the work folder, relative to it, that a glob matches. Links are matched but not
 * entered. A glob that names the folder itself matches that, for the caller to refuse.
 *
 * @throws TerminalError when the glob is malformed.
 */
export async function findMatches(
  files: StepFiles,
  glob: string,
): Promise<string[]> {
  const pattern = glob.replace(/^(?:\.\/)+/, '').replace(/\/$/, '');
  const matches = compile(pattern);
  if (glob.startsWith('/') || glob.split('/').includes('..')) {
    return [];
  }
  if (pattern === '' || pattern === '.') {
    return ['.'];
  }
  const found: string[] = [];
  const enter = ({ path }: { path: string }) => !matches(path);
  for await (const { path } of files.walk('.', { enter })) {
    if (matches(path)) {
      found.push(path);
    }
  }
  return found;
}

function compile(glob: string): (path: string) => boolean {
  try {
    return compileGlob(glob);
  } catch (error) {
    // A malformed pattern stays malformed.
    throw new TerminalError(
      isError(error) ? error.message : `"${glob}" is not a valid glob`,
    );
  }
}
