/** How long to wait between failures. */
export interface BackoffPolicy {
  initialMs: number;
  maxMs: number;
  factor: number;
}

/** Back-off of reconciles that failed. */
export const RECONCILE_BACKOFF: BackoffPolicy = {
  initialMs: 1_000,
  maxMs: 300_000,
  factor: 2,
};

/** Back-off of step attempts that broke. */
export const STEP_BACKOFF: BackoffPolicy = {
  initialMs: 1_000,
  maxMs: 60_000,
  factor: 2,
};

/**
 * Milliseconds until the next attempt: exponential with up to 20 % of jitter, so that
 * many failures of one host do not come back together.
 *
 * @param attempt - failures so far, from 1
 * @param random - uniform in [0, 1)
 */
export function backoff(
  attempt: number,
  policy: BackoffPolicy,
  random: number,
): number {
  const exponent = Math.min(Math.max(attempt, 1) - 1, 30);
  const base = Math.min(
    policy.initialMs * policy.factor ** exponent,
    policy.maxMs,
  );
  return Math.round(base * (0.8 + 0.2 * random));
}

const DEFAULT_POLL_MS = 300_000;
const MIN_POLL_MS = 10_000;

/**
 * Milliseconds until a waiting step is looked at again: the step's suggestion, at least
 * 10 seconds, else 5 minutes; earlier when the step's deadline comes first.
 */
export function pollInterval(options: {
  suggestedMs?: number;
  startedAtMs?: number;
  timeoutMs?: number;
  nowMs: number;
}): number {
  const { suggestedMs, startedAtMs, timeoutMs, nowMs } = options;
  const base =
    suggestedMs === undefined
      ? DEFAULT_POLL_MS
      : Math.max(suggestedMs, MIN_POLL_MS);
  if (timeoutMs && startedAtMs !== undefined) {
    const left = startedAtMs + timeoutMs - nowMs;
    // The deadline is exclusive: one millisecond after it the step is timed out.
    return left < base ? Math.max(left + 1, 0) : base;
  }
  return base;
}
