/** How many of a group are kept, and how old the rest must be. Milliseconds. */
export interface RetentionPolicy {
  maxRetained: number;
  minAgeMs: number;
}

/** One member of a group. */
export interface RetentionCandidate {
  name: string;
  /** Epoch milliseconds. */
  createdMs: number;
  /** A running Promotion, Freight in a Stage: it and all that is newer stays. */
  isInUse: boolean;
  /** Must stay, but what is newer need not: history, holds. */
  isProtected: boolean;
}

/** What a look at one more member tells. */
export type SieveVerdict =
  /** `garbage` may go: enough newer ones stay. */
  { kind: 'read-on'; garbage?: string } | { kind: 'stop' };

/**
 * Judges a group of resources, one member after the other from the oldest on, so that only
 * the old end of a group is ever read.
 *
 * @remarks
 * Kept are: what is in use and all that is newer, `maxRetained` more beyond that, what is
 * younger than `minAgeMs`, and what is protected. Upstream: `pkg/garbage`, which reads the
 * whole group from its new end and comes to the same.
 */
export function createRetentionSieve(
  { maxRetained, minAgeMs }: RetentionPolicy,
  nowMs: number,
): (member: RetentionCandidate) => SieveVerdict {
  const retained: RetentionCandidate[] = [];
  return member => {
    if (member.isInUse) {
      return { kind: 'stop' };
    }
    retained.push(member);
    if (retained.length <= maxRetained) {
      return { kind: 'read-on' };
    }
    const [oldest] = retained.splice(0, 1);
    if (nowMs - oldest.createdMs < minAgeMs) {
      return { kind: 'stop' };
    }
    return oldest.isProtected
      ? { kind: 'read-on' }
      : { kind: 'read-on', garbage: oldest.name };
  };
}
