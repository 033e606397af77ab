/** For so long something is tried to be made in a cluster that does not answer. */
const PATIENCE_MS = 5 * 60_000;
/** An API server works on a request for one minute unless it is told otherwise. */
const LATE_MS = 2 * 60_000;

/** Errors of a cluster that say nothing about what runs there, and may be over the next time. */
const PASSING = new Set([
  'UpstreamUnavailableError',
  // Rights are given and taken by people, and certificates renewed.
  'CredentialsRejectedError',
]);

/** Whether a cluster that answers so may answer another time what it was asked. */
export function isPassing({ name }: Error): boolean {
  return PASSING.has(name);
}

/**
 * Whether it is not tried any more to make something in a cluster.
 *
 * @param unavailableSinceMs - when the first of the tries failed, in epoch milliseconds;
 * time in which nobody tried before it says nothing about the cluster
 */
export function isCreationGivenUp(
  unavailableSinceMs: number | undefined,
  nowMs: number,
): boolean {
  return (
    unavailableSinceMs !== undefined && nowMs - unavailableSinceMs > PATIENCE_MS
  );
}

/**
 * Milliseconds for which something may still come to be in a cluster that did not answer
 * when it was asked for it; 0 when it may not.
 *
 * @param givenUpAtMs - after the last time that it was asked, in epoch milliseconds
 */
export function untilNoneComesLate(givenUpAtMs: number, nowMs: number): number {
  return Math.max(givenUpAtMs + LATE_MS - nowMs, 0);
}
