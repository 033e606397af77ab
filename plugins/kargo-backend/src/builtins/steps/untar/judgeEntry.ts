import { Header } from 'tar-stream';
import { IgnoreTest } from '../shared/ignorePatterns';

/** What becomes of an entry: a path below the folder to unpack into, or why it is left out. */
export type EntryVerdict =
  | { kind: 'file' | 'folder'; path: string }
  | { kind: 'link'; path: string; target: string }
  | { kind: 'left-out'; because: LeftOut };

/** `dot`: its name starts with `./`; `short`: nothing is left of its name. */
export type LeftOut = 'name' | 'dot' | 'short' | 'link' | 'type' | 'ignored';

/** Decides about an entry of an archive. Nothing that leads elsewhere is unpacked. */
export function judgeEntry(
  {
    name,
    type,
    linkname,
  }: Pick<Header, 'name' | 'type'> & { linkname?: string | null },
  options: { stripComponents: number; isIgnored: IgnoreTest },
): EntryVerdict {
  const isFolder = type === 'directory';
  const path = stripped(name, options.stripComponents);
  const problem = judgeName(name, path);
  if (problem) {
    // A folder by whose name nothing is lost is what the others are in.
    const isNothing = problem === 'short' && isFolder;
    return { kind: 'left-out', because: isNothing ? 'ignored' : problem };
  }
  if (isIgnoredWithin(path, isFolder, options.isIgnored)) {
    return { kind: 'left-out', because: 'ignored' };
  }
  switch (type) {
    case 'file':
    case 'contiguous-file':
      return { kind: 'file', path };
    case 'directory':
      return { kind: 'folder', path };
    case 'symlink':
      return isSafe(linkname ?? '')
        ? { kind: 'link', path, target: linkname ?? '' }
        : { kind: 'left-out', because: 'link' };
    default:
      return { kind: 'left-out', because: 'type' };
  }
}

function stripped(name: string, stripComponents: number): string {
  return name.replace(/\/$/, '').split('/').slice(stripComponents).join('/');
}

/** What is wrong with a name, of which a path is what is to be unpacked. */
function judgeName(
  name: string,
  path: string,
): 'name' | 'dot' | 'short' | undefined {
  if (!isInside(name)) {
    return 'name';
  }
  if (path === '' || path === '.') {
    return 'short';
  }
  if (path.startsWith('./')) {
    return 'dot';
  }
  return isSafe(path) ? undefined : 'name';
}

function isSafe(path: string): boolean {
  return (
    path !== '' && path !== '.' && !path.startsWith('./') && isInside(path)
  );
}

function isInside(path: string): boolean {
  return (
    !path.startsWith('/') &&
    !path.includes('\\') &&
    !path.split('/').includes('..')
  );
}

/** What lies in a folder that is left out is left out with it. */
function isIgnoredWithin(
  path: string,
  isFolder: boolean,
  isIgnored: IgnoreTest,
): boolean {
  const parts = path.split('/');
  return parts.some((_, index) => {
    const isWhole = index === parts.length - 1;
    return isIgnored(
      parts.slice(0, index + 1).join('/'),
      isWhole ? isFolder : true,
    );
  });
}
