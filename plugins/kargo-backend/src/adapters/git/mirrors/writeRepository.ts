import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RefFiles } from './packedRefs';
import { writeWhole } from './wholeFiles';

/** Of a repository, beside its refs. */
export const CONFIG_FILE = 'config';
export const REFS_FILE = 'packed-refs';

/** A bare repository without objects. */
export async function writeRepository(
  repository: string,
  { head, packedRefs }: RefFiles,
  config: string,
): Promise<void> {
  await Promise.all(
    ['refs/heads', 'refs/tags', 'objects/info'].map(folder =>
      mkdir(join(repository, folder), { recursive: true }),
    ),
  );
  await Promise.all([
    writeFile(join(repository, 'HEAD'), head),
    writeFile(join(repository, REFS_FILE), packedRefs),
    writeFile(join(repository, CONFIG_FILE), config),
  ]);
}

/** Gives a repository other refs, each file whole: git may be reading them. */
export async function writeRefs(
  repository: string,
  { head, packedRefs }: RefFiles,
): Promise<void> {
  await Promise.all([
    writeWhole(join(repository, REFS_FILE), packedRefs),
    writeWhole(join(repository, 'HEAD'), head),
  ]);
}
