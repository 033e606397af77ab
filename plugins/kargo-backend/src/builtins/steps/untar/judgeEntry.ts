import { Header } from 'tar-stream';
import { IgnoreTest } from '../shared/ignorePatterns';

/** What becomes of an entry: a path below the folder to unpack into, or why it is left out. */
export type EntryVerdict =
  | { kind: 'file' | 'folder'; path: string }
  | { kind: 'link'; path: string; target: string }
  | { kind: 'left-out'; because: 'name' | 'link' | 'type' | 'ignored' };

/** Decides about an entry of an archive. Nothing that leads elsewhere is unpacked. */
export function judgeEntry(
  {
    name,
    type,
    linkname,
  }: Pick<Header, 'name' | 'type'> & { linkname?: string | null },
  options: { stripComponents: number; isIgnored: IgnoreTest },
): EntryVerdict {
  const path = findPath(name, options.stripComponents);
  if (path === undefined) {
    return { kind: 'left-out', because: 'name' };
  }
  const isFolder = type === 'directory';
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

function findPath(name: string, stripComponents: number): string | undefined {
  const parts = name.replace(/\/$/, '').split('/');
  const stripped = parts.slice(stripComponents).join('/');
  return isSafe(stripped) && isInside(name) ? stripped : undefined;
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
