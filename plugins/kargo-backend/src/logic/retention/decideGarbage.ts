/** How many of a group are kept, and how old the rest must be. Milliseconds. */
export interface RetentionPolicy {
  maxRetained: number;
  minAgeMs: number;
}

/** One member of a group, newest first. */
export interface RetentionCandidate {
  name: string;
  /** Epoch milliseconds. */
  createdMs: number;
  /** Must stay whatever its age: a running Promotion, Freight in a Stage. */
  isInUse: boolean;
}

/**
 * Names that may go: what stands more than `maxRetained` behind the oldest one in use and
 * is old enough.
 *
 * @param group - newest first
 */
export function decideGarbage(
  group: RetentionCandidate[],
  policy: RetentionPolicy,
  nowMs: number,
): string[] {
  if (group.length <= policy.maxRetained) {
    return [];
  }
  const pivot = group.map(candidate => candidate.isInUse).lastIndexOf(true);
  return group
    .slice(pivot + policy.maxRetained + 1)
    .filter(({ createdMs }) => nowMs - createdMs >= policy.minAgeMs)
    .map(({ name }) => name);
}
