import {
  ANNOTATIONS,
  durationToMilliseconds,
  SubscriptionFailure,
  Warehouse,
} from 'backstage-plugin-kargo-common';

/** Why discovery runs now. */
export type DiscoveryReason =
  | 'never-ran'
  | 'spec-changed'
  | 'refresh-requested'
  | 'interval-elapsed'
  | 'retry-due';

/** What tells whether something is due. */
export interface DiscoveryMoment {
  /** Epoch milliseconds. */
  nowMs: number;
  /** Of each subscription the version of the credentials that there are for it, where they are known. */
  credentials?: readonly string[];
}

/** The token by which somebody asked for a refresh. */
export function refreshToken(resource: {
  metadata: { annotations?: Record<string, string> };
}): string | undefined {
  return resource.metadata.annotations?.[ANNOTATIONS.refresh] || undefined;
}

/** Whether a Warehouse must discover now, and why. */
export function isDiscoveryDue(
  warehouse: Warehouse,
  moment: DiscoveryMoment,
): DiscoveryReason | undefined {
  const { status, spec, metadata } = warehouse;
  const discoveredAt = status?.discoveredArtifacts?.discoveredAt;
  const failures = status?.subscriptionFailures ?? [];
  const hasLooked = discoveredAt !== undefined || failures.length > 0;
  const token = refreshToken(warehouse);
  if (hasLooked && metadata.generation > (status?.observedGeneration ?? 0)) {
    return 'spec-changed';
  }
  if (token !== undefined && token !== status?.lastHandledRefresh) {
    return 'refresh-requested';
  }
  if (!hasLooked) {
    return 'never-ran';
  }
  // Before what failed: a look at the others looks at what is due of that, too.
  const interval = durationToMilliseconds(spec.interval);
  const lastMs = lastLookAtAll(warehouse);
  if (lastMs !== undefined && isOver(interval, lastMs, moment.nowMs)) {
    return 'interval-elapsed';
  }
  return failures.some(failure => isRetryDue(failure, moment))
    ? 'retry-due'
    : undefined;
}

/** Whether there are other credentials for a subscription than when it failed. */
export function isCured(
  { index, credentials: before, retryAt }: SubscriptionFailure,
  credentials: readonly string[] | undefined,
): boolean {
  const version = credentials?.[index];
  return (
    retryAt !== undefined &&
    before !== undefined &&
    version !== undefined &&
    before !== version
  );
}

/**
 * Whether a subscription that failed is to be tried again now: its pause is over, or there are
 * other credentials for it than when it failed.
 */
export function isRetryDue(
  failure: SubscriptionFailure,
  { nowMs, credentials }: DiscoveryMoment,
): boolean {
  const { failedAt, retryAt } = failure;
  if (!retryAt) {
    return false;
  }
  const failedMs = Date.parse(failedAt);
  return (
    isCured(failure, credentials) ||
    isOver(Date.parse(retryAt) - failedMs, failedMs, nowMs)
  );
}

/** Ahead by as much as the time is what a clock that was set back has written. */
function isOver(durationMs: number, sinceMs: number, nowMs: number): boolean {
  return Math.abs(nowMs - sinceMs) >= durationMs;
}

/**
 * From when the interval of all subscriptions counts, epoch milliseconds; `undefined` while
 * each of them failed and waits for a retry of its own.
 */
function lastLookAtAll({ spec, status }: Warehouse): number | undefined {
  const failures = status?.subscriptionFailures ?? [];
  const isRetried = (index: number) =>
    failures.some(failure => failure.index === index && failure.retryAt);
  if (spec.subscriptions.every((_, index) => isRetried(index))) {
    return undefined;
  }
  const looks = [
    status?.discoveredArtifacts?.discoveredAt,
    ...failures.flatMap(({ failedAt, retryAt }) => (retryAt ? [] : failedAt)),
  ].flatMap(time => (time ? [Date.parse(time)] : []));
  return looks.length > 0 ? Math.max(...looks) : undefined;
}

/**
 * When a Warehouse is to look again, epoch milliseconds: its interval since it looked at all
 * subscriptions, or the first retry of one that failed, whichever comes first; `undefined`
 * when it has never looked.
 */
export function nextDiscoveryAt(
  warehouse: Warehouse,
  { nowMs = Infinity, intervalMs }: { nowMs?: number; intervalMs: number },
): number | undefined {
  const { status } = warehouse;
  const lastMs = lastLookAtAll(warehouse);
  const times = [
    ...(lastMs === undefined ? [] : [Math.min(lastMs, nowMs) + intervalMs]),
    ...(status?.subscriptionFailures ?? []).flatMap(({ retryAt }) =>
      retryAt ? [Date.parse(retryAt)] : [],
    ),
  ];
  return times.length > 0 ? Math.min(...times) : undefined;
}

/** Milliseconds from one look at all subscriptions to the next, not under the operator's minimum. */
export function intervalOf({ spec }: Warehouse, minimumMs: number): number {
  return Math.max(durationToMilliseconds(spec.interval), minimumMs);
}

/** Part of the interval by which passes of equal Warehouses are spread. */
const JITTER = 0.1;

/**
 * Milliseconds until a Warehouse is looked at again: its interval (not under the
 * operator's minimum) since the last discovery, or the first retry of a failed
 * subscription, whichever comes first.
 *
 * @param options.random - uniform in [0, 1); stretches the interval by at most 10 %
 */
export function discoveryDelay(
  warehouse: Warehouse,
  options: { minimumMs: number; nowMs: number; random: number },
): number {
  const { minimumMs, nowMs, random } = options;
  const intervalMs = intervalOf(warehouse, minimumMs) * (1 + JITTER * random);
  const next = nextDiscoveryAt(warehouse, { nowMs, intervalMs });
  return Math.max((next ?? nowMs + intervalMs) - nowMs, 100);
}
