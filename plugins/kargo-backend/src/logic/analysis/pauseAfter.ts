const LONGEST_PAUSE_MS = 10_000;
const SHORTEST_PAUSE_MS = 1_000;

/**
 * Milliseconds until something that runs in a cluster is looked at again: seldom when it
 * takes long, as Argo Rollouts looks, but not later than every ten seconds.
 */
export function pauseAfter(elapsedMs: number): number {
  const pauseMs = Math.sqrt((2 * Math.max(elapsedMs, 0)) / 1_000) * 1_000;
  return Math.min(Math.max(pauseMs, SHORTEST_PAUSE_MS), LONGEST_PAUSE_MS);
}
