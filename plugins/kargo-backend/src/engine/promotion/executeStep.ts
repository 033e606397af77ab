import { toError } from '@backstage/errors';
import {
  HealthCheck,
  JsonObject,
  PromotionStep,
} from 'backstage-plugin-kargo-common';
import {
  AnyStep,
  checkStepConfig,
  formatStepConfigProblems,
  isTerminalError,
  isUpstreamUnavailableError,
  readStepOutcome,
  redact,
  StepCapability,
  StepContext,
  StepOutcome,
} from 'backstage-plugin-kargo-node';
import { AttemptResult } from '../../logic/promotion/decideNext';
import { Clock } from '../../ports/Clock';
import { isStoreUnavailable } from '../../ports/StoreUnavailableError';
import { untilGivenUp, WorkEnd } from '../runtime/untilGivenUp';

/** One attempt, in the terms of the decision that follows it. */
export interface ExecutedStep {
  result: AttemptResult;
  output?: JsonObject;
  healthCheck?: HealthCheck;
  /** Milliseconds that the step wants to wait before it is looked at again. */
  checkAgainInMs?: number;
  /** The fault is one that usually passes: a host down or throttling. */
  isTransient?: boolean;
  /** Before this, epoch milliseconds, the host does not want to be asked again. */
  retryAt?: number;
  /** It was told to stop and goes on: nothing may run in its folder any more. */
  isAbandoned?: boolean;
  /** The store did not answer, so nothing is known: what the step came to before stands. */
  isUnanswered?: boolean;
}

/** How long a step may go on after it was asked to stop, before it is given up. */
const STEP_GRACE_MS = 5_000;

/** A store that does not answer is asked again after this. */
const UNANSWERED_PAUSE_MS = 10_000;

/** What one attempt is made of. */
export interface ExecuteStepOptions {
  runner: AnyStep;
  step: PromotionStep;
  config: JsonObject;
  /** What the step is told; it is to stop when the signal fires. */
  context: (signal: AbortSignal) => Promise<StepContext<StepCapability>>;
  /** Fires when the whole attempt shall stop: shutdown, a lost lease, an abort. */
  signal: AbortSignal;
  /** Milliseconds that the attempt may last; absent for no limit. */
  limitMs?: number;
  clock: Clock;
  /** Values that must not show in messages; the step may add to them. */
  secrets: Iterable<string>;
}

/**
 * Runs one attempt of a step and puts whatever happened into one shape.
 *
 * @remarks
 * The step's signal fires when the attempt shall stop and when its time is over. A step
 * that ends is taken at its word, also then; one that breaks because of it, or goes on
 * for longer than a grace, has timed out. An abandoned step may still act: its folder
 * must not be used any more.
 *
 * @throws the reason of the signal when that fired and the step did not end by itself:
 * shutdown, lost leases and aborts are no outcomes of the step.
 */
export async function executeStep(
  options: ExecuteStepOptions,
): Promise<ExecutedStep> {
  const { runner, config, secrets, signal, clock } = options;
  const checked = checkStepConfig(runner, config);
  if (!checked.ok) {
    return fromOutcome(
      {
        kind: 'failed',
        reason: formatStepConfigProblems(runner.id, checked.problems),
        final: true,
      },
      options.step.as ?? '',
      secrets,
    );
  }
  const deadline = startDeadline(options);
  try {
    const context = await options.context(
      AbortSignal.any([signal, deadline.signal]),
    );
    const end = await untilGivenUp(
      async () =>
        readStepOutcome(
          runner.id,
          await runner.run(checked.config as never, context),
        ),
      { signal: context.signal, graceMs: STEP_GRACE_MS, clock },
    );
    const { outcome, broken } = readEnd(end);
    if (outcome) {
      const executed = fromOutcome(outcome, context.alias, secrets);
      return deadline.signal.aborted ? asTimedOut(executed) : executed;
    }
    signal.throwIfAborted();
    if (deadline.signal.aborted || end.kind === 'abandoned') {
      return {
        result: { status: 'Errored', isTimedOut: true },
        isAbandoned: end.kind === 'abandoned',
      };
    }
    return {
      ...fromError(toError(broken?.error), context.alias, secrets),
      ...(broken?.output && { output: broken.output }),
    };
  } finally {
    deadline.cancel();
  }
}

type Broken = Extract<StepOutcome, { kind: 'broken' }>;

/** What a step came to by itself, or what broke it; neither of one that was given up. */
function readEnd(end: WorkEnd<StepOutcome>): {
  outcome?: Exclude<StepOutcome, Broken>;
  broken?: { error: unknown; output?: JsonObject };
} {
  if (end.kind === 'abandoned') {
    return {};
  }
  if (end.kind === 'threw') {
    return { broken: { error: end.error } };
  }
  return end.value.kind === 'broken'
    ? { broken: end.value }
    : { outcome: end.value };
}

/** A signal that fires when the time of the attempt is over. */
function startDeadline({ limitMs, clock }: ExecuteStepOptions): {
  signal: AbortSignal;
  cancel: () => void;
} {
  const deadline = new AbortController();
  const over = new AbortController();
  if (limitMs !== undefined) {
    clock.sleep(limitMs, over.signal).then(
      () => deadline.abort(new Error('The time of the step is over')),
      // It ended before.
      () => undefined,
    );
  }
  return { signal: deadline.signal, cancel: () => over.abort('over') };
}

function asTimedOut(executed: ExecutedStep): ExecutedStep {
  return { ...executed, result: { ...executed.result, isTimedOut: true } };
}

function fromOutcome(
  outcome: Exclude<StepOutcome, Broken>,
  alias: string,
  secrets: Iterable<string>,
): ExecutedStep {
  const { output } = outcome;
  switch (outcome.kind) {
    case 'succeeded':
      return {
        result: {
          status: 'Succeeded',
          ...(outcome.message && { message: redact(outcome.message, secrets) }),
        },
        output,
        ...(outcome.healthCheck && { healthCheck: outcome.healthCheck }),
      };
    case 'skipped':
      return {
        result: { status: 'Skipped', message: redact(outcome.reason, secrets) },
        output,
      };
    case 'waiting':
      return {
        result: { status: 'Running', message: redact(outcome.reason, secrets) },
        output,
        checkAgainInMs: outcome.checkAgainInMs,
      };
    default:
      return {
        result: {
          status: 'Failed',
          error: `step "${alias}": ${redact(outcome.reason, secrets)}`,
          terminal: outcome.final,
        },
        output,
      };
  }
}

function fromError(
  error: Error,
  alias: string,
  secrets: Iterable<string>,
): ExecutedStep {
  const message = `error running step "${alias}": ${redact(
    error.message,
    secrets,
  )}`;
  return (
    fromPassingError(error, message) ?? {
      result: {
        status: 'Errored',
        error: message,
        terminal: isTerminalError(error),
      },
    }
  );
}

/**
 * What an attempt came to that was broken by what usually passes; `undefined` for any other
 * error. A store that does not answer is waited for: it says nothing of the step, so it does
 * not count among its errors either.
 */
export function fromPassingError(
  error: unknown,
  message: string,
): ExecutedStep | undefined {
  if (isStoreUnavailable(error)) {
    return {
      result: { status: 'Running', message },
      isUnanswered: true,
      checkAgainInMs: UNANSWERED_PAUSE_MS,
    };
  }
  return isUpstreamUnavailableError(error) && !isTerminalError(error)
    ? {
        result: { status: 'Errored', error: message },
        isTransient: true,
        ...retryAtOf(error),
      }
    : undefined;
}

/** Recognised by its name, so what else it has is looked at with care. */
function retryAtOf(error: Error): { retryAt?: number } {
  const { retryAt } = error as { retryAt?: unknown };
  return Number.isFinite(retryAt) ? { retryAt: retryAt as number } : {};
}
