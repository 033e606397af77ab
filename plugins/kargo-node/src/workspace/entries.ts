import { Stats } from 'node:fs';
import { FileEntry, FileInfo } from '../contracts/files';
import { hasCode } from './fileError';
import { FolderHandle, using } from './FolderHandle';
import { isHidden } from './judgeName';

const PERMISSIONS = 0o777;

/** What the system says of an entry, in the words of the contract. */
export function describe(parts: readonly string[], stats: Stats): FileInfo {
  return {
    path: parts.join('/'),
    kind: kindOf(stats),
    size: stats.isFile() ? stats.size : 0,
    mode: permissionsOf(stats),
  };
}

/** Without the bits that lend a program the rights of its owner. */
export function permissionsOf(stats: Stats): number {
  return stats.mode & PERMISSIONS;
}

/** What steps see of a folder, by name. */
export async function listFolder(
  folder: FolderHandle,
  parts: readonly string[],
  depth: number,
): Promise<FileEntry[]> {
  const entries: FileEntry[] = [];
  for (const name of (await folder.names()).sort()) {
    const own = [...parts, name];
    const stats = isHidden(own) ? undefined : await statIfThere(folder, name);
    if (stats) {
      const relativePath = own.slice(depth).join('/');
      entries.push({ ...describe(own, stats), name, relativePath });
    }
  }
  return entries;
}

/** All that steps see below a folder; it is closed by the caller. */
export async function* walkFolder(options: {
  folder: FolderHandle;
  parts: readonly string[];
  /** How many parts lead to where the walk began. */
  depth: number;
  enter: (entry: FileEntry) => boolean;
  signal: AbortSignal;
}): AsyncGenerator<FileEntry, void, undefined> {
  const { folder, parts, depth, enter, signal } = options;
  signal.throwIfAborted();
  for (const entry of await listFolder(folder, parts, depth)) {
    yield entry;
    if (entry.kind === 'folder' && enter(entry)) {
      const inner = await folder.openFolder(entry.name);
      try {
        yield* walkFolder({
          ...options,
          folder: inner,
          parts: [...parts, entry.name],
        });
      } finally {
        await inner.close();
      }
    }
  }
}

/** Removes an entry with all that is in it, whatever it is; says how much that was. */
export async function removeEntry(
  folder: FolderHandle,
  name: string,
  signal: AbortSignal,
): Promise<{ bytes: number; entries: number }> {
  signal.throwIfAborted();
  const stats = await folder.stat(name);
  if (!stats.isDirectory()) {
    await folder.unlink(name);
    return { bytes: stats.isFile() ? stats.size : 0, entries: 1 };
  }
  const removed = { bytes: 0, entries: 1 };
  await using(await folder.openFolder(name), async inner => {
    for (const child of await inner.names()) {
      const { bytes, entries } = await removeEntry(inner, child, signal);
      removed.bytes += bytes;
      removed.entries += entries;
    }
  });
  await folder.removeFolder(name);
  return removed;
}

/** `undefined` when it is not there, or not any more. */
export async function statIfThere(
  folder: FolderHandle,
  name: string,
): Promise<Stats | undefined> {
  try {
    return await folder.stat(name);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) {
      return undefined;
    }
    throw error;
  }
}

function kindOf(stats: Stats): FileInfo['kind'] {
  if (stats.isFile()) {
    return 'file';
  }
  if (stats.isDirectory()) {
    return 'folder';
  }
  return stats.isSymbolicLink() ? 'link' : 'other';
}
