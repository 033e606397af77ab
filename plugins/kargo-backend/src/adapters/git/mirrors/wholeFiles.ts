import { randomUUID } from 'node:crypto';
import {
  copyFile,
  readdir,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';

/** What is on its way has a name of its own, so that no other process writes to it as well. */
const HALF = '.half';
const TRASH = '.trash';
/** What a killed process leaves behind: ours, and git's own. */
const LEFTOVER = /\.(?:half|trash)$|^\.?tmp[-_]/;
/** Nobody who is still at it leaves a file or folder alone for so long. */
const ABANDONED_MS = 60 * 60_000;

/** Copies a file so that nobody ever sees half of it. */
export async function copyWhole(from: string, to: string): Promise<void> {
  await bringWhole(to, half => copyFile(from, half));
}

/** Writes a file so that nobody ever sees half of it. */
export async function writeWhole(file: string, text: string): Promise<void> {
  await bringWhole(file, half => writeFile(half, text));
}

async function bringWhole(
  to: string,
  bring: (half: string) => Promise<void>,
): Promise<void> {
  const half = `${to}.${randomUUID()}${HALF}`;
  try {
    await bring(half);
    await rename(half, to);
  } catch (error) {
    await rm(half, { force: true });
    throw error;
  }
}

/** Removes a folder so that nobody ever sees half of it. */
export async function removeFolder(dir: string): Promise<void> {
  const trash = `${dir}.${randomUUID()}${TRASH}`;
  const isMoved = await rename(dir, trash).then(
    () => true,
    () => false,
  );
  if (isMoved) {
    await rm(trash, { recursive: true, force: true });
  }
}

/**
 * Removes what processes that were killed have left in a folder, as long as nobody can be at
 * work there any more. Folders within it are not looked into.
 *
 * @param now - epoch milliseconds
 */
export async function clearLeftovers(
  folder: string,
  now: number,
): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names.filter(each => LEFTOVER.test(each))) {
    const path = join(folder, name);
    const touchedAt = await stat(path).then(
      // When it was renamed, too.
      ({ ctimeMs }) => ctimeMs,
      () => now,
    );
    if (now - touchedAt > ABANDONED_MS) {
      // Another process may be removing it as well.
      await rm(path, { recursive: true, force: true }).catch(() => {});
    }
  }
}
