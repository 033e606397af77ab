import { link, mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { localFiles } from 'backstage-plugin-kargo-node/capabilities';
import { copyWhole } from './wholeFiles';

/** What makes up a pack; bitmaps and keep marks belong to the repository that made them. */
const PACK_FILE = /^pack-[0-9a-f]+\.(pack|rev|idx)$/;
/** Git takes a pack to be there as soon as it sees its index. */
const INDEX = '.idx';

/** Names of the files of all packs of a repository, indexes last. */
export async function listPackFiles(repository: string): Promise<string[]> {
  const names = await localFiles
    .readNames(packFolder(repository))
    .catch(() => []);
  const files = names.filter(name => PACK_FILE.test(name));
  return [...files.filter(name => !isIndex(name)), ...files.filter(isIndex)];
}

function isIndex(name: string): boolean {
  return name.endsWith(INDEX);
}

/**
 * Gives a repository the packs of another one that it does not have. Packs never change,
 * so both share the files.
 *
 * @returns how many packs it has then
 */
export async function sharePacks(from: string, to: string): Promise<number> {
  const [here, there] = await Promise.all([
    listPackFiles(to),
    listPackFiles(from),
    mkdir(packFolder(to), { recursive: true }),
  ]);
  const all = new Set([...here, ...there]);
  const missing = there.filter(name => !here.includes(name));
  const shareAll = (names: readonly string[]) =>
    Promise.all(
      names.map(name =>
        share(join(packFolder(from), name), join(packFolder(to), name)),
      ),
    );
  // Side by side: there is a pack for every push since they were last made one.
  await shareAll(missing.filter(name => !isIndex(name)));
  await shareAll(missing.filter(isIndex));
  return [...all].filter(isIndex).length;
}

/** Hands the packs of a repository on to another one on the same disk. */
export async function movePacks(from: string, to: string): Promise<void> {
  await mkdir(packFolder(to), { recursive: true });
  for (const name of await listPackFiles(from)) {
    await rename(join(packFolder(from), name), join(packFolder(to), name));
  }
}

async function share(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // Another process was faster. What has the same name is the same pack.
    if (code === 'EEXIST') {
      return;
    }
    // Not every file system knows files of two names.
    if (code !== 'EPERM' && code !== 'EXDEV' && code !== 'EMLINK') {
      throw error;
    }
    await copyWhole(from, to);
  }
}

/** Where a repository keeps its packs. */
export function packFolder(repository: string): string {
  return join(repository, 'objects', 'pack');
}
