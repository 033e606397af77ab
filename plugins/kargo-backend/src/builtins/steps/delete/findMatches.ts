import { isError } from '@backstage/errors';
import {
  FileEntry,
  StepFiles,
  TerminalError,
} from 'backstage-plugin-kargo-node';
import { compileGlob } from '../../../logic/selection/glob';

/**
 * Paths in the work folder, relative to it, that a glob matches. Links are matched but not
 * entered. With a slash at its end a glob matches folders alone, and so does what stands in
 * front of `/**`. A glob that names the folder itself matches that, for the caller to refuse.
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
  const matchesOther = glob.endsWith('/')
    ? () => false
    : compile(pattern.replace(/\/\*\*$/, '/**/*'));
  const found: string[] = [];
  const enter = ({ path }: { path: string }) => !matches(path);
  for await (const { path, kind } of files.walk('.', { enter })) {
    if (!matches(path)) {
      continue;
    }
    if (matchesOther(path) || (await isFolder(files, { path, kind }))) {
      found.push(path);
    }
  }
  return found;
}

/** Also a link to one. */
async function isFolder(
  files: StepFiles,
  { path, kind }: Pick<FileEntry, 'path' | 'kind'>,
): Promise<boolean> {
  return (
    kind === 'folder' ||
    (kind === 'link' && (await files.find(path))?.kind === 'folder')
  );
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
