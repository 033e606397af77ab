/** The policies that there are. */
export type RetentionPolicyName = 'promotions' | 'freight' | 'events';

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
export interface SieveVerdict {
  /** Whether none of those that follow can change anything. */
  isLast: boolean;
  /** A member that may go: enough newer ones stay. */
  garbage?: string;
}

/** Whether a resource is not old enough to go. Epoch milliseconds. */
export function isTooYoung(
  { minAgeMs }: RetentionPolicy,
  createdMs: number,
  nowMs: number,
): boolean {
  return nowMs - createdMs < minAgeMs;
}

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
  policy: RetentionPolicy,
  nowMs: number,
): (member: RetentionCandidate) => SieveVerdict {
  const retained: RetentionCandidate[] = [];
  /** Whether the oldest that is left is too young, and with it all others. */
  const isLast = () =>
    retained.length > 0 && isTooYoung(policy, retained[0].createdMs, nowMs);
  return member => {
    if (member.isInUse) {
      return { isLast: true };
    }
    retained.push(member);
    const isDecided = retained.length > policy.maxRetained && !isLast();
    const decided = isDecided ? retained.shift() : undefined;
    return {
      isLast: isLast(),
      ...(decided && !decided.isProtected && { garbage: decided.name }),
    };
  };
}
