import {
  formatDuration,
  StepExecutionMetadata,
  StepStatus,
} from 'backstage-plugin-kargo-common';

/**
 * What one attempt of a step came to, as the executor saw it.
 *
 * @remarks `error` is set when the attempt threw, `terminal` when retrying is pointless,
 * `isTimedOut` when the step's time was over before the attempt was.
 */
export interface AttemptResult {
  status: StepStatus;
  message?: string;
  error?: string;
  terminal?: boolean;
  isTimedOut?: boolean;
}

/** When a step gives up, after defaults: threshold ≥ 1; no timeout means unlimited. */
export interface StepLimits {
  errorThreshold: number;
  timeoutMs?: number;
}

/** Whether the step is done, and what to record about it. */
export interface NextDecision {
  done: boolean;
  /** The attempt broke and is tried again after a back-off. */
  retry: boolean;
  status: StepStatus;
  message?: string;
  errorCount: number;
}

/** What the message of a step says at its end that is tried again. */
const RETRIED = '; step will be retried';

/**
 * Combines the outcome of an attempt with what happened before.
 *
 * @remarks
 * Rules, first match: success and skip end the step; an attempt cut off by the timeout
 * ends it; a terminal error ends it; an ordinary error counts, and ends it at the
 * threshold; then the timeout, measured from the first attempt, ends it; what is left is
 * tried again. The error count is cumulative. The only place where thresholds and
 * timeouts are compared.
 *
 * @param elapsedMs - since the first attempt began
 */
export function decideNext(
  metadata: StepExecutionMetadata,
  result: AttemptResult,
  limits: StepLimits,
  elapsedMs: number,
): NextDecision {
  const alias = metadata.alias;
  const attempt = normalize(result);
  const count = metadata.errorCount ?? 0;
  if (attempt.status === 'Succeeded' || attempt.status === 'Skipped') {
    return done(attempt.status, attempt.message, count);
  }
  if (attempt.isTimedOut) {
    // What it said then it said because it was told to stop.
    return done('Errored', timeoutMessage(metadata, limits, {}), count);
  }
  if (attempt.error !== undefined && attempt.terminal) {
    return attempt.status === 'Failed'
      ? done('Failed', attempt.error, count)
      : done(
          'Errored',
          `an unrecoverable error occurred: ${attempt.error}`,
          count,
        );
  }
  const errorCount = attempt.error === undefined ? count : count + 1;
  if (attempt.error !== undefined && errorCount >= limits.errorThreshold) {
    return done(
      attempt.status === 'Failed' ? 'Failed' : 'Errored',
      `step "${alias}" met error threshold of ${limits.errorThreshold}: ${attempt.error}`,
      errorCount,
    );
  }
  if (isOver(limits, elapsedMs)) {
    return done(
      'Errored',
      timeoutMessage(metadata, limits, attempt),
      errorCount,
    );
  }
  if (attempt.error !== undefined) {
    return {
      done: false,
      retry: true,
      status: attempt.status,
      message: `${attempt.error}${RETRIED}`,
      errorCount,
    };
  }
  return {
    done: false,
    retry: false,
    status: attempt.status,
    message: attempt.message,
    errorCount,
  };
}

function done(
  status: StepStatus,
  message: string | undefined,
  errorCount: number,
): NextDecision {
  return { done: true, retry: false, status, message, errorCount };
}

function normalize(result: AttemptResult): AttemptResult {
  if (result.error !== undefined) {
    return result.status === 'Failed'
      ? result
      : { ...result, status: 'Errored' };
  }
  return result.status === 'Errored'
    ? { ...result, error: result.message ?? 'the step gave no details' }
    : result;
}

function isOver({ timeoutMs }: StepLimits, elapsedMs: number): boolean {
  return timeoutMs !== undefined && timeoutMs > 0 && elapsedMs > timeoutMs;
}

/** With what the step said last, which is what it did not get over in time. */
function timeoutMessage(
  metadata: StepExecutionMetadata,
  limits: StepLimits,
  { error, message }: Partial<AttemptResult>,
): string {
  const duration = formatDuration(limits.timeoutMs ?? 0);
  const last = error ?? message ?? metadata.message ?? '';
  const said = last.endsWith(RETRIED) ? last.slice(0, -RETRIED.length) : last;
  return `step "${metadata.alias}" timed out after ${duration}${
    said && `: ${said}`
  }`;
}
