import {
  ANNOTATIONS,
  durationToMilliseconds,
  Warehouse,
} from 'backstage-plugin-kargo-common';

/** Why discovery runs now. */
export type DiscoveryReason =
  | 'never-ran'
  | 'spec-changed'
  | 'refresh-requested'
  | 'interval-elapsed'
  | 'retry-due';

/** The token by which somebody asked for a refresh. */
export function refreshToken(resource: {
  metadata: { annotations?: Record<string, string> };
}): string | undefined {
  return resource.metadata.annotations?.[ANNOTATIONS.refresh] || undefined;
}

/**
 * Whether a Warehouse must discover now, and why.
 *
 * @param nowMs - epoch milliseconds
 */
export function isDiscoveryDue(
  warehouse: Warehouse,
  nowMs: number,
): DiscoveryReason | undefined {
  const { status, spec, metadata } = warehouse;
  const discoveredAt = status?.discoveredArtifacts?.discoveredAt;
  const token = refreshToken(warehouse);
  if (metadata.generation > (status?.observedGeneration ?? 0) && discoveredAt) {
    return 'spec-changed';
  }
  if (token !== undefined && token !== status?.lastHandledRefresh) {
    return 'refresh-requested';
  }
  // Before what failed: a look at all of them looks at that, too.
  const interval = durationToMilliseconds(spec.interval);
  // Ahead by as much as that is what a clock that was set back has written.
  if (discoveredAt && Math.abs(nowMs - Date.parse(discoveredAt)) >= interval) {
    return 'interval-elapsed';
  }
  const retryAt = nextRetryAt(warehouse);
  if (retryAt !== undefined && retryAt <= nowMs) {
    return 'retry-due';
  }
  // A first pass that failed entirely waits for its retry instead of spinning.
  return !discoveredAt && retryAt === undefined ? 'never-ran' : undefined;
}

/** When the first failed subscription is tried again, epoch milliseconds. */
export function nextRetryAt(warehouse: Warehouse): number | undefined {
  const times = (warehouse.status?.subscriptionFailures ?? []).flatMap(
    ({ retryAt }) => (retryAt ? [Date.parse(retryAt)] : []),
  );
  return times.length > 0 ? Math.min(...times) : undefined;
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
  const interval = Math.max(
    durationToMilliseconds(warehouse.spec.interval),
    minimumMs,
  );
  const discoveredAt = warehouse.status?.discoveredArtifacts?.discoveredAt;
  const retryAt = nextRetryAt(warehouse);
  const lastMs = discoveredAt ? Date.parse(discoveredAt) : nowMs;
  const regular = Math.min(lastMs, nowMs) + interval * (1 + JITTER * random);
  return Math.max(Math.min(regular, retryAt ?? Infinity) - nowMs, 100);
}
