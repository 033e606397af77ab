import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { mirrorUsedAt } from './GitMirror';

/** A mirror on disk. */
export interface StoredMirror {
  readonly dir: string;
  readonly bytes: number;
  /** Epoch milliseconds. */
  readonly usedAt: number;
}

/** How much mirrors may take up. */
export interface MirrorLimits {
  /** Of all mirrors together. */
  readonly maxBytes: number;
  /** Milliseconds without use after which a mirror goes. */
  readonly maxIdleMs: number;
}

/**
 * Chooses the mirrors to throw away: those idle for too long, then the least recently
 * used until the rest fits.
 */
export function selectEvictions(
  mirrors: readonly StoredMirror[],
  limits: MirrorLimits & { now: number },
): StoredMirror[] {
  const { maxBytes, maxIdleMs, now } = limits;
  const newestFirst = [...mirrors].sort((a, b) => b.usedAt - a.usedAt);
  let kept = 0;
  return newestFirst.filter(({ bytes, usedAt }) => {
    const fits = kept + bytes <= maxBytes && now - usedAt <= maxIdleMs;
    kept += fits ? bytes : 0;
    return !fits;
  });
}

/** Lists the mirrors in a folder with their size. */
export async function listStoredMirrors(
  folder: string,
): Promise<StoredMirror[]> {
  const names = await readdir(folder).catch(() => []);
  const found = await Promise.all(
    names
      .filter(name => name.endsWith('.git'))
      .map(async name => {
        const dir = join(folder, name);
        const usedAt = await mirrorUsedAt(dir);
        return usedAt === undefined
          ? []
          : [{ dir, usedAt, bytes: await measure(join(dir, 'objects')) }];
      }),
  );
  return found.flat();
}

async function measure(folder: string): Promise<number> {
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  const sizes = await Promise.all(
    names.map(name =>
      stat(join(folder, name)).then(
        entry => (entry.isFile() ? entry.size : 0),
        // Packs come and go while a mirror is fetched.
        () => 0,
      ),
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
