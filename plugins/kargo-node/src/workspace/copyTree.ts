import { FileEntry } from '../contracts/files';
import { listFolder, permissionsOf, statIfThere } from './entries';
import { FileWriter } from './FileWriter';
import { FolderHandle, using } from './FolderHandle';
import { assertUsable } from './judgeName';

/** What a copy of a folder needs. */
export interface CopyTree {
  writer: FileWriter;
  skip: (entry: FileEntry) => boolean;
  /** How many parts lead to where the copy began. */
  depth: number;
  /** Opens a folder by its path with the links followed, where the target holds a link. */
  follow: (userPath: string) => Promise<FolderHandle>;
  /** Writes a file by its path with the links followed, where the target holds a link. */
  writeThrough: (
    userPath: string,
    content: AsyncIterable<Uint8Array>,
    mode: number,
  ) => Promise<void>;
}

interface Side {
  folder: FolderHandle;
  parts: readonly string[];
}

/**
 * Merges the content of a folder into another.
 *
 * @remarks
 * Links in the source are left out. One in the target is followed as any path is, so that
 * what a checkout brought along cannot carry the copy out of the Promotion's folder.
 */
export async function copyTree(
  copy: CopyTree,
  from: Side,
  to: Side,
): Promise<void> {
  for (const entry of await listFolder(from.folder, from.parts, copy.depth)) {
    const isCopied = entry.kind === 'file' || entry.kind === 'folder';
    if (!isCopied || copy.skip(entry)) {
      continue;
    }
    const parts = [...to.parts, entry.name];
    // What is harmless where it lies need not be where it goes.
    assertUsable(parts, parts.join('/'));
    if (entry.kind === 'folder') {
      await copyFolder(copy, from, to, entry);
    } else {
      await copyFile(copy, from, to, entry);
    }
  }
  // Last: a folder may forbid writing into it.
  await to.folder.chmod(permissionsOf(await from.folder.statSelf()));
}

async function copyFolder(
  copy: CopyTree,
  from: Side,
  to: Side,
  { name }: FileEntry,
): Promise<void> {
  const parts = [...to.parts, name];
  const userPath = parts.join('/');
  const source = await from.folder.openFolder(name);
  await using(source, async () => {
    const target = (await isLink(to.folder, name))
      ? await copy.follow(userPath)
      : await copy.writer.provideFolder(to.folder, name, userPath);
    await using(target, () =>
      copyTree(
        copy,
        { folder: source, parts: [...from.parts, name] },
        { folder: target, parts },
      ),
    );
  });
}

async function copyFile(
  copy: CopyTree,
  from: Side,
  to: Side,
  { name }: FileEntry,
): Promise<void> {
  const userPath = [...to.parts, name].join('/');
  const file = await from.folder.openFile(name);
  try {
    const mode = permissionsOf(await file.stat());
    const content = file.createReadStream({ autoClose: false });
    if (await isLink(to.folder, name)) {
      await copy.writeThrough(userPath, content, mode);
    } else {
      await copy.writer.write({
        folder: to.folder,
        name,
        userPath,
        content,
        mode,
      });
    }
  } finally {
    await file.close();
  }
}

async function isLink(folder: FolderHandle, name: string): Promise<boolean> {
  return (await statIfThere(folder, name))?.isSymbolicLink() ?? false;
}
