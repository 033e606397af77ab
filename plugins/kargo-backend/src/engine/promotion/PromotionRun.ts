import { toError } from '@backstage/errors';
import { PromotionStatus } from 'backstage-plugin-kargo-common';
import { AnyStep } from 'backstage-plugin-kargo-node';
import {
  backoff,
  elapsedSince,
  pollInterval,
  STEP_BACKOFF,
} from '../../logic/backoff';
import { abortRequest } from '../../logic/promotion/abortRequest';
import { decideNext, NextDecision } from '../../logic/promotion/decideNext';
import { finalPhase } from '../../logic/promotion/finalPhase';
import { unreadableStatus } from '../../logic/promotion/passStatus';
import { onlyComputes } from '../../logic/promotion/planReplay';
import { toTimestamp } from '../../logic/timestamps';
import { isStoreUnavailable } from '../../ports/StoreUnavailableError';
import { stopScopeOf } from '../runtime/stopping';
import { PromotionOutputs } from './PromotionOutputs';
import { PromotionRunOptions } from './PromotionRunOptions';
import { RunState } from './RunState';
import { StepAttempts } from './StepAttempts';
import { limitsOf } from './stepLimits';
import { describeUnknownKind } from './unknownKind';

/** How a run ended: for good, or until later. */
export type PromotionRunResult =
  | { kind: 'ended'; status: PromotionStatus }
  | { kind: 'waiting'; status: PromotionStatus; afterMs: number }
  /** Somebody wants it to end, by an abort or by deleting the Promotion. */
  | { kind: 'stopped'; status: PromotionStatus };

type StepEnd = { kind: 'next' } | { kind: 'waiting'; afterMs: number };

/** So long people see nothing of steps that have ended and are not written for another reason. */
const SHOWN_AFTER_MS = 500;
/** Whether a step is to run is asked again after this, where nobody could tell. */
const UNDECIDED_PAUSE_MS = 10_000;
/** And whether the outputs of earlier steps can be read, after this. */
const UNREADABLE_PAUSE_MS = 60_000;

class Run {
  private readonly attempts: StepAttempts;
  /** Whether steps have ended that the written status does not tell of. */
  private isAhead = false;
  /** Of the monotonic clock. */
  private writtenAt: number;

  constructor(
    private readonly options: PromotionRunOptions,
    private readonly state: RunState,
  ) {
    this.attempts = new StepAttempts(options, state);
    this.writtenAt = options.clock.monotonic();
  }

  async execute(): Promise<PromotionRunResult> {
    try {
      return await this.executeSteps();
    } catch (error) {
      if (stopScopeOf(this.options.signal) === 'aborted') {
        return { kind: 'stopped', status: this.state.status };
      }
      throw error;
    }
  }

  private async executeSteps(): Promise<PromotionRunResult> {
    const { signal, persist, latest } = this.options;
    for (
      let index = this.state.status.currentStep ?? 0;
      index < this.state.steps.length;
      index++
    ) {
      signal.throwIfAborted();
      this.state.change({ currentStep: index });
      this.attempts.nameFolder(index);
      await this.writeBefore(index);
      if (abortRequest(latest())) {
        return { kind: 'stopped', status: this.state.status };
      }
      const end = await this.advance(index);
      if (end.kind === 'waiting') {
        const nextCheckAt = toTimestamp(this.options.clock.now() + end.afterMs);
        this.state.change({ nextCheckAt });
        this.attempts.nameFolder();
        await persist(this.state.status);
        return {
          kind: 'waiting',
          status: this.state.status,
          afterMs: end.afterMs,
        };
      }
      this.isAhead = true;
    }
    if (stopScopeOf(signal) === 'aborted') {
      // The last step has ended all the same; what was asked for stands.
      return { kind: 'stopped', status: this.state.status };
    }
    const { phase, message } = finalPhase(
      this.state.steps,
      this.state.status.stepExecutionMetadata ?? [],
    );
    return {
      kind: 'ended',
      status: {
        ...this.state.status,
        phase,
        message,
        nextCheckAt: undefined,
        untriedStep: undefined,
        interruptedStep: undefined,
        currentStep: Math.max(this.state.steps.length - 1, 0),
        finishedAt: toTimestamp(this.options.clock.now()),
      },
    };
  }

  /** One attempt of a step, or the decision not to make one. */
  private async advance(index: number): Promise<StepEnd> {
    const step = this.state.steps[index];
    const entry = this.state.entryAt(index);
    if (!entry.startedAt) {
      const verdict = await this.attempts.shouldRun(index);
      if (verdict !== true) {
        this.state.record(index, verdict);
        return verdict.status === 'Running'
          ? { kind: 'waiting', afterMs: UNDECIDED_PAUSE_MS }
          : { kind: 'next' };
      }
    }
    const runner = this.options.steps.get(step.uses ?? '');
    if (!runner) {
      this.state.record(index, {
        status: 'Errored',
        message: describeUnknownKind(step, this.options.steps),
      });
      return { kind: 'next' };
    }
    const isFirst = !entry.startedAt;
    if (isFirst) {
      this.state.record(index, {
        status: 'Running',
        startedAt: toTimestamp(this.options.clock.now()),
        errorCount: 0,
      });
    }
    return this.attempt(index, runner, isFirst);
  }

  private async attempt(
    index: number,
    runner: AnyStep,
    isFirst: boolean,
  ): Promise<StepEnd> {
    const { progress, clock } = this.options;
    const step = this.state.steps[index];
    const { startedAt } = this.state.entryAt(index);
    const started = clock.monotonic();
    const before =
      isFirst || !startedAt ? 0 : elapsedSince(startedAt, clock.now());
    const executed = await this.attempts.tryStep({
      index,
      runner,
      isFirst,
      elapsedMs: before,
    });
    if (!executed) {
      return { kind: 'next' };
    }
    const durationMs = clock.monotonic() - started;
    const entry = this.state.entryAt(index);
    const limits = limitsOf(step, runner, executed.isTransient ?? false);
    const elapsedMs = before + durationMs;
    const decision = decideNext(entry, executed.result, limits, elapsedMs);
    this.state.record(index, {
      status: decision.status,
      message: decision.message,
      errorCount: decision.errorCount,
      ...(decision.done && { finishedAt: toTimestamp(clock.now()) }),
    });
    progress.stepAttempted({
      uses: runner.id,
      status: decision.status,
      durationMs,
    });
    if (decision.done) {
      if (decision.status === 'Succeeded') {
        this.state.keepHealthCheck(executed.healthCheck);
      }
      if (decision.status !== 'Skipped') {
        progress.stepEnded({
          project: this.options.promotion.metadata.namespace ?? '',
          uses: runner.id,
          status: decision.status,
          durationMs: elapsedMs,
        });
      }
      return { kind: 'next' };
    }
    const { retryAt } = executed;
    const asked = retryAt === undefined ? undefined : retryAt - clock.now();
    const poll = pollInterval({
      suggestedMs: executed.checkAgainInMs ?? asked,
      timeoutMs: limits.timeoutMs,
      // As the next look will reckon it, which knows the timestamp only.
      elapsedMs: startedAt ? elapsedSince(startedAt, clock.now()) : elapsedMs,
    });
    // A host that named a time is not asked before it.
    const isHurried = decision.retry && asked === undefined;
    return {
      kind: 'waiting',
      afterMs: isHurried ? this.delay(decision, poll) : poll,
    };
  }

  /**
   * Writes what led to a step that may act on the world, and what came of one: whoever goes
   * on after a crash must not come to it by another way, nor act a second time. Before
   * anything has acted, what only fills the folder is written with what follows, unless
   * people wait to see it: after a crash it is repeated in another folder, because the
   * status names none meanwhile. What only computes is repeated without anybody noticing.
   */
  private async writeBefore(index: number): Promise<void> {
    const { steps, persist, latest, clock } = this.options;
    const runner = steps.get(this.state.steps[index].uses ?? '');
    if (!runner || onlyComputes(runner)) {
      return;
    }
    const isAwaited = clock.monotonic() - this.writtenAt > SHOWN_AFTER_MS;
    const tells =
      this.isAhead && (isAwaited || !this.attempts.mayRunAhead(index));
    const isNamedInVain =
      this.state.status.workspace === undefined &&
      latest().status?.workspace !== undefined;
    if (tells || isNamedInVain) {
      await persist(this.state.status);
      this.isAhead = false;
      this.writtenAt = clock.monotonic();
    }
  }

  private delay(decision: NextDecision, poll: number): number {
    const { random } = this.options;
    return Math.min(backoff(decision.errorCount, STEP_BACKOFF, random()), poll);
  }
}

/**
 * Executes the steps of a Promotion from where its status says. The status is written when
 * the run ends or waits, before a step that may act on the world, before the next one that does
 * more than compute, and while steps take their time.
 *
 * @remarks
 * A failed step does not stop the loop: later steps decide by their own `if` whether they
 * run, and by default skip. Whoever goes on after a crash reads the status and continues
 * at the step that had not ended, so every step must be safe to run again. Where the folder
 * is lost, or ahead of the status, the steps that fill it are repeated first, when a step
 * needs it. A step is told to stop when its time is over and when the run's signal fires.
 *
 * @throws the reason of the signal when it fired for a shutdown or a lost lease
 */
export async function runPromotion(
  options: PromotionRunOptions,
): Promise<PromotionRunResult> {
  const { promotion, status, sealer } = options;
  let outputs: PromotionOutputs;
  try {
    outputs = PromotionOutputs.open(promotion, status, sealer);
  } catch (error) {
    const { message } = toError(error);
    return isStoreUnavailable(error)
      ? waitForOutputs(options, message)
      : endWithoutOutputs(options, message);
  }
  return new Run(options, new RunState(options, outputs)).execute();
}

/** Later steps would work with masked values; another replica, or another key, may read them. */
async function waitForOutputs(
  { status: begun, workspace, clock, persist }: PromotionRunOptions,
  reason: string,
): Promise<PromotionRunResult> {
  const afterMs = UNREADABLE_PAUSE_MS;
  const status = {
    ...begun,
    // Nothing has changed what was there.
    workspace: workspace.isNew ? undefined : workspace.id,
    message: describeUnreadable(reason),
    nextCheckAt: toTimestamp(clock.now() + afterMs),
  };
  await persist(status);
  return { kind: 'waiting', status, afterMs };
}

/** Nobody will ever be able to read them. */
function endWithoutOutputs(
  { status, clock }: PromotionRunOptions,
  reason: string,
): PromotionRunResult {
  const message = describeUnreadable(reason);
  return {
    kind: 'ended',
    status: unreadableStatus(status, message, toTimestamp(clock.now())),
  };
}

function describeUnreadable(reason: string): string {
  return `the outputs of earlier steps hold secrets and cannot be read: ${reason}`;
}
