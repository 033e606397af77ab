import { compareInstants, findInstant } from './instant';

const LARGEST_BATCH = 1000;
const SECOND = 1_000_000_000n;

/**
 * How many commits of a branch to read next: as many as may be discovered, then twice as
 * many each time, never more than a thousand.
 */
export function nextBatchSize(
  discoveryLimit: number,
  previous: number | undefined,
): number {
  if (previous === undefined) return discoveryLimit;
  return Math.min(previous * 2, LARGEST_BATCH);
}

/** Commits selected so far, and whether reading on could add any. */
export interface BranchSelection<T> {
  readonly commits: readonly T[];
  readonly isComplete: boolean;
}

/**
 * Adds the commits of one batch that pass to those selected so far, up to the limit. An
 * empty batch is the end of the branch.
 */
export function selectFromBatch<T>(
  selected: readonly T[],
  batch: readonly T[],
  options: { limit: number; accepts: (commit: T) => boolean },
): BranchSelection<T> {
  const commits = [...selected];
  for (const commit of batch) {
    if (commits.length >= options.limit) break;
    if (options.accepts(commit)) commits.push(commit);
  }
  const isComplete = batch.length === 0 || commits.length >= options.limit;
  return { commits, isComplete };
}

/**
 * Cuts a history, newest first, at the first commit older than `since` (inclusive, to the
 * second), as `git log --since` does: one back-dated commit hides everything below it.
 */
export function cutAtSince<T extends { readonly commitDate: string }>(
  history: readonly T[],
  since: string,
): T[] {
  const oldest = findInstant(since);
  if (oldest === undefined) return [...history];
  const bound = oldest - (((oldest % SECOND) + SECOND) % SECOND);
  const end = history.findIndex(({ commitDate }) => {
    const date = findInstant(commitDate);
    return date !== undefined && compareInstants(date, bound) < 0;
  });
  return end < 0 ? [...history] : history.slice(0, end);
}
