import {
  chmod,
  lstat,
  mkdir,
  readdir,
  readFile,
  readlink,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { FakeEntry, FakeFiles } from './FakeRemote';

/** What belongs to nobody's commit. */
const HIDDEN = ['.git', '.kargo'];

/** Every file below a folder, by its path in it; of a folder that is not there, none. */
export async function readFiles(folder: string): Promise<FakeFiles> {
  const files = new Map<string, FakeEntry>();
  const visit = async (below: string): Promise<void> => {
    const names = await readdir(join(folder, below)).catch(() => []);
    for (const name of names.filter(each => !HIDDEN.includes(each)).sort()) {
      const path = below === '' ? name : `${below}/${name}`;
      const info = await lstat(join(folder, path));
      if (info.isDirectory()) {
        await visit(path);
      } else if (info.isSymbolicLink()) {
        const target = await readlink(join(folder, path));
        files.set(path, { content: Buffer.from(target), mode: 'link' });
      } else {
        files.set(path, {
          content: await readFile(join(folder, path)),
          mode: (info.mode & 0o100) === 0 ? 'file' : 'executable',
        });
      }
    }
  };
  await visit('');
  return files;
}

/** Writes files below a folder, in the place of what is there by their names. */
export async function writeFiles(
  folder: string,
  files: FakeFiles,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [path, { content, mode }] of files) {
    const file = join(folder, path);
    await rm(file, { recursive: true, force: true });
    await mkdir(dirname(file), { recursive: true });
    if (mode === 'link') {
      await symlink(content.toString(), file);
    } else {
      await writeFile(file, content);
      await chmod(file, mode === 'executable' ? 0o755 : 0o644);
    }
  }
}

/** Removes files below a folder, and the folders that are empty then. */
export async function removeFiles(
  folder: string,
  paths: Iterable<string>,
): Promise<void> {
  for (const path of paths) {
    await rm(join(folder, path), { recursive: true, force: true });
    for (
      let parent = dirname(path);
      parent !== '.' && (await isEmpty(join(folder, parent)));
      parent = dirname(parent)
    ) {
      await rm(join(folder, parent), { recursive: true, force: true });
    }
  }
}

/** Whether nothing is in a folder, or no folder there. */
export async function isEmpty(folder: string): Promise<boolean> {
  return (await readdir(folder).catch(() => [])).length === 0;
}
