const LARGEST_BATCH = 1000;

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
