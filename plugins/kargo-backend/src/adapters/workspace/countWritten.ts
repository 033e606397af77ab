import { Dirent } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isError } from '@backstage/errors';

/** What git checks out has this at its top, which no step can make. */
const CHECKOUT = '.git';

/**
 * Bytes and entries below a folder that steps have written, for whoever goes on after a
 * restart.
 *
 * @remarks
 * Working trees are left out whole, as what git checks out is not counted: what steps have
 * written into them since cannot be told from it.
 */
export async function countWritten(
  folder: string,
): Promise<{ bytes: number; entries: number }> {
  const total = { bytes: 0, entries: 0 };
  const folders = [folder];
  for (let next = folders.pop(); next !== undefined; next = folders.pop()) {
    const entries = await list(next);
    if (entries.some(({ name }) => name === CHECKOUT)) {
      continue;
    }
    for (const entry of entries) {
      const path = join(next, entry.name);
      total.entries += 1;
      if (entry.isDirectory()) {
        folders.push(path);
      } else if (entry.isFile()) {
        total.bytes += await sizeOf(path);
      }
    }
  }
  return total;
}

async function list(folder: string): Promise<Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    return ifGone(error, []);
  }
}

async function sizeOf(file: string): Promise<number> {
  try {
    return (await lstat(file)).size;
  } catch (error) {
    return ifGone(error, 0);
  }
}

/** A step of before the restart may still be removing what it has made. */
function ifGone<T>(error: unknown, value: T): T {
  if (isError(error) && error.code === 'ENOENT') {
    return value;
  }
  throw error;
}
