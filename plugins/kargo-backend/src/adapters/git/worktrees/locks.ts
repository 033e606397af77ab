import { rm } from 'node:fs/promises';
import path from 'node:path';
import { localFiles } from 'backstage-plugin-kargo-node/capabilities';
import { untilAborted } from '../process/untilAborted';
import { TreeLocation } from './location';

/**
 * Removes lock files that a killed git left behind. Safe because a Promotion's folder has
 * one user at a time.
 */
export async function removeStaleLocks({
  gitDir,
  repository,
}: Pick<TreeLocation, 'gitDir' | 'repository'>): Promise<void> {
  const refs = path.join(repository, 'refs');
  const found = await Promise.all([
    lockFiles(gitDir),
    lockFiles(repository),
    lockFilesBelow(refs),
  ]);
  await Promise.all(found.flat().map(file => rm(file, { force: true })));
}

/** No link is followed: it may lead elsewhere, or back. */
async function lockFilesBelow(folder: string): Promise<string[]> {
  const found = await lockFiles(folder);
  for (const entry of await localFiles.readEntries(folder)) {
    if (entry.isDirectory()) {
      found.push(...(await lockFilesBelow(path.join(folder, entry.name))));
    }
  }
  return found;
}

async function lockFiles(folder: string): Promise<string[]> {
  const names = await localFiles.readNames(folder);
  return names
    .filter(name => name.endsWith('.lock'))
    .map(name => path.join(folder, name));
}

/** Lets one caller at a time do something for a key, in the order of asking. */
export class KeyedLock {
  readonly #tails = new Map<string, Promise<void>>();

  /**
   * Does something as soon as it is its turn.
   *
   * @param signal - gives up the wait; what has begun has to end by itself
   */
  async run<T>(
    key: string,
    work: () => Promise<T>,
    signal?: AbortSignal,
  ): Promise<T> {
    const before = this.#tails.get(key) ?? Promise.resolve();
    const mine = before.then(() => {
      signal?.throwIfAborted();
      return work();
    });
    const end = mine
      // Whether it succeeds is not the business of who comes next.
      .then(
        () => {},
        () => {},
      )
      .then(() => {
        if (this.#tails.get(key) === end) {
          this.#tails.delete(key);
        }
      });
    this.#tails.set(key, end);
    await untilAborted(before, signal);
    return mine;
  }
}
