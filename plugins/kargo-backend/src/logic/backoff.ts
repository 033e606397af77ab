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

/**
 * Back-off of a subscription whose credentials were refused: hosts lock an account that tries
 * in vain too often.
 */
export const REFUSED_BACKOFF: BackoffPolicy = {
  initialMs: 60_000,
  maxMs: 300_000,
  factor: 2,
};

/** Back-off of an engine that cannot start. */
export const START_BACKOFF: BackoffPolicy = {
  initialMs: 1_000,
  maxMs: 30_000,
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
/** Times have an end, and a look once in a month costs nothing. */
const MAX_POLL_MS = 30 * 24 * 60 * 60 * 1_000;

/**
 * Milliseconds until a waiting step is looked at again: the step's suggestion, at least
 * 10 seconds and at most 30 days, else 5 minutes; earlier when the step's deadline comes first.
 *
 * @param options.elapsedMs - since the step's first attempt began
 */
export function pollInterval(options: {
  suggestedMs?: number;
  timeoutMs?: number;
  elapsedMs: number;
}): number {
  const { suggestedMs, timeoutMs, elapsedMs } = options;
  const base =
    suggestedMs === undefined
      ? DEFAULT_POLL_MS
      : Math.min(Math.max(suggestedMs, MIN_POLL_MS), MAX_POLL_MS);
  if (timeoutMs) {
    const left = timeoutMs - elapsedMs;
    // The deadline is exclusive: one millisecond after it the step is timed out.
    return left < base ? Math.max(left + 1, 0) : base;
  }
  return base;
}

/** The least time that a late look at a waiting step gets, however near its deadline. */
const LAST_LOOK_MS = 10_000;
/** Timestamps are whole seconds: what they name may have been that much later. */
const TIMESTAMP_BLUR_MS = 999;

/**
 * Milliseconds since a recorded moment, never more than have passed: a timeout may come
 * up to a second late, not early. Below zero when the moment has not certainly come.
 */
export function elapsedSince(timestamp: string, nowMs: number): number {
  return nowMs - Date.parse(timestamp) - TIMESTAMP_BLUR_MS;
}

/**
 * Milliseconds that an attempt may last; `undefined` when there is no limit.
 *
 * @remarks A waiting step is looked at once more when its time is over, as what it waits
 * for may have come; that look needs some time of its own.
 */
export function attemptLimit(options: {
  timeoutMs?: number;
  elapsedMs: number;
  isFirst: boolean;
}): number | undefined {
  const { timeoutMs, elapsedMs, isFirst } = options;
  if (!timeoutMs || timeoutMs < 0) {
    return undefined;
  }
  const left = timeoutMs - Math.max(elapsedMs, 0);
  return isFirst ? timeoutMs : Math.max(left, LAST_LOOK_MS);
}
