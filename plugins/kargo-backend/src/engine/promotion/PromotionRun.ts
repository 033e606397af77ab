import { LoggerService } from '@backstage/backend-plugin-api';
import { toError } from '@backstage/errors';
import {
  durationToMilliseconds,
  Freight,
  JsonObject,
  Promotion,
  PromotionStatus,
  PromotionStep,
  Stage,
  StepExecutionMetadata,
} from 'backstage-plugin-kargo-common';
import { AnyStep, listTextFields } from 'backstage-plugin-kargo-node';
import { decideNext, StepLimits } from '../../logic/promotion/decideNext';
import {
  finalPhase,
  hasEarlierFailure,
} from '../../logic/promotion/finalPhase';
import {
  backoff,
  pollInterval,
  STEP_BACKOFF,
} from '../../logic/promotion/retryPolicy';
import { abortRequest } from '../../logic/promotion/startPromotion';
import { toTimestamp } from '../../logic/timestamps';
import { CapabilityFactories } from '../../ports/CapabilityFactories';
import { Workspace } from '../../ports/Workspaces';
import { EngineProgress } from '../runtime/progress';
import { ExecutedStep, executeStep } from './executeStep';
import { buildStepContext } from './stepContext';
import { SecretsInUse } from './SecretsInUse';
import { StepExpressions, StepScope } from './StepExpressions';

/** Attempts of a step that met a fault which usually passes, when the manifest says nothing. */
const TRANSIENT_ERROR_THRESHOLD = 5;
/** A step that runs longer than this is shown as running before it ends. */
const ANNOUNCE_AFTER_MS = 150;

/** What a run needs from the engine. */
export interface PromotionRunOptions {
  promotion: Promotion;
  stage: Stage;
  freight: Freight;
  /** Status from which to go on; phase is Running. */
  status: PromotionStatus;
  workspace: Workspace;
  steps: ReadonlyMap<string, AnyStep>;
  expressions: StepExpressions;
  capabilities: CapabilityFactories;
  uiBaseURL?: string;
  /** Writes the status; the run stops when it throws. */
  persist: (status: PromotionStatus) => Promise<void>;
  /** The Promotion as of the last write, in which a request to abort shows. */
  latest: () => Promotion;
  now: () => number;
  random: () => number;
  signal: AbortSignal;
  logger: LoggerService;
  progress: EngineProgress;
}

/** How a run ended: for good, or until later. */
export type PromotionRunResult =
  | { kind: 'ended'; status: PromotionStatus }
  | { kind: 'waiting'; status: PromotionStatus; afterMs: number }
  | { kind: 'abort-requested'; status: PromotionStatus; actor?: string };

type StepEnd = { kind: 'next' } | { kind: 'waiting'; afterMs: number };

class Run {
  private status: PromotionStatus;
  private readonly planned: PromotionStep[];

  constructor(private readonly options: PromotionRunOptions) {
    this.status = options.status;
    this.planned = options.promotion.spec.steps ?? [];
  }

  async execute(): Promise<PromotionRunResult> {
    const { signal, persist, latest } = this.options;
    for (
      let index = this.status.currentStep ?? 0;
      index < this.planned.length;
      index++
    ) {
      signal.throwIfAborted();
      const abort = abortRequest(latest());
      if (abort) {
        return { kind: 'abort-requested', status: this.status, ...abort };
      }
      this.status = { ...this.status, currentStep: index };
      const end = await this.advance(index);
      if (end.kind === 'waiting') {
        const nextCheckAt = toTimestamp(this.options.now() + end.afterMs);
        this.status = { ...this.status, nextCheckAt };
        await persist(this.status);
        return { kind: 'waiting', status: this.status, afterMs: end.afterMs };
      }
      if (index + 1 < this.planned.length) {
        await persist({ ...this.status, currentStep: index + 1 });
      }
    }
    const { phase, message } = finalPhase(
      this.planned,
      this.status.stepExecutionMetadata ?? [],
    );
    return {
      kind: 'ended',
      status: {
        ...this.status,
        phase,
        message,
        nextCheckAt: undefined,
        currentStep: Math.max(this.planned.length - 1, 0),
        finishedAt: toTimestamp(this.options.now()),
      },
    };
  }

  /** One attempt of a step, or the decision not to make one. */
  private async advance(index: number): Promise<StepEnd> {
    const step = this.planned[index];
    const entry = this.entryAt(index);
    if (!entry.startedAt) {
      const verdict = await this.shouldRun(index);
      if (verdict !== true) {
        this.record(index, verdict);
        return { kind: 'next' };
      }
    }
    const runner = this.options.steps.get(step.uses ?? '');
    if (!runner) {
      this.record(index, {
        status: 'Errored',
        message: `step kind "${
          step.uses
        }" is not registered; known kinds are ${[
          ...this.options.steps.keys(),
        ].join(', ')}`,
      });
      return { kind: 'next' };
    }
    if (!entry.startedAt) {
      this.record(index, {
        status: 'Running',
        startedAt: toTimestamp(this.options.now()),
        errorCount: 0,
      });
    }
    return this.attempt(index, runner);
  }

  private async attempt(index: number, runner: AnyStep): Promise<StepEnd> {
    const { expressions, signal, logger, progress, now } = this.options;
    const step = this.planned[index];
    let evaluated: { config: JsonObject; secrets: string[] };
    try {
      const scope: StepScope = {
        ...this.scope(step),
        listTextFields: config => listTextFields(runner, config),
      };
      evaluated = await expressions.evaluateConfig(scope, signal);
    } catch (error) {
      signal.throwIfAborted();
      this.record(index, {
        status: 'Errored',
        message: `failed to build step context: ${toError(error).message}`,
      });
      return { kind: 'next' };
    }
    const secrets = new SecretsInUse(evaluated.secrets);
    const started = performance.now();
    const announcement = this.announceIfSlow();
    let executed: ExecutedStep;
    try {
      executed = await executeStep({
        runner,
        step,
        config: evaluated.config,
        secrets,
        context: await buildStepContext({
          ...this.options,
          secrets,
          status: this.status,
          step,
          startedAt: this.entryAt(index).startedAt,
          runner,
        }),
        logger,
      });
    } finally {
      await announcement.stop();
    }
    this.keepOutput(step, runner, executed.output);
    const entry = this.entryAt(index);
    const limits = limitsOf(step, runner, executed.isTransient ?? false);
    const decision = decideNext(entry, executed.result, limits, now());
    this.record(index, {
      status: decision.status,
      message: decision.message,
      errorCount: decision.errorCount,
      ...(decision.done && { finishedAt: toTimestamp(now()) }),
    });
    progress.stepAttempted({
      uses: runner.id,
      status: decision.status,
      durationMs: performance.now() - started,
    });
    if (decision.done) {
      if (decision.status === 'Succeeded' && executed.healthCheck) {
        this.status = {
          ...this.status,
          healthChecks: [
            ...(this.status.healthChecks ?? []),
            executed.healthCheck,
          ],
        };
      }
      return { kind: 'next' };
    }
    return {
      kind: 'waiting',
      afterMs: this.delay(
        entry,
        executed,
        limits,
        decision.retry,
        decision.errorCount,
      ),
    };
  }

  private delay(
    entry: StepExecutionMetadata,
    executed: ExecutedStep,
    limits: StepLimits,
    isRetry: boolean,
    errorCount: number,
  ): number {
    const poll = pollInterval({
      suggestedMs: executed.checkAgainInMs,
      startedAtMs: entry.startedAt ? Date.parse(entry.startedAt) : undefined,
      timeoutMs: limits.timeoutMs,
      nowMs: this.options.now(),
    });
    return isRetry
      ? Math.min(backoff(errorCount, STEP_BACKOFF, this.options.random()), poll)
      : poll;
  }

  /** `true`, or what to record instead of running the step. */
  private async shouldRun(
    index: number,
  ): Promise<true | Partial<StepExecutionMetadata>> {
    const { expressions, signal } = this.options;
    const step = this.planned[index];
    if (!step.if) {
      const earlier = (this.status.stepExecutionMetadata ?? []).slice(0, index);
      return hasEarlierFailure(earlier) ? { status: 'Skipped' } : true;
    }
    try {
      return (await expressions.shouldRun(this.scope(step), signal))
        ? true
        : { status: 'Skipped' };
    } catch (error) {
      signal.throwIfAborted();
      return {
        status: 'Errored',
        message: `error checking if step "${step.as}" should be skipped: ${
          toError(error).message
        }`,
      };
    }
  }

  private scope(step: PromotionStep): StepScope {
    const { promotion, stage, freight, uiBaseURL } = this.options;
    return {
      promotion,
      stage,
      status: this.status,
      step,
      ...(freight.alias && { freightAlias: freight.alias }),
      ...(uiBaseURL && { uiBaseURL }),
    };
  }

  private entryAt(index: number): StepExecutionMetadata {
    const step = this.planned[index];
    return (
      this.status.stepExecutionMetadata?.[index] ?? {
        alias: step.as ?? `step-${index + 1}`,
        ...(step.continueOnError && { continueOnError: true }),
      }
    );
  }

  private record(index: number, change: Partial<StepExecutionMetadata>): void {
    const entries = [...(this.status.stepExecutionMetadata ?? [])];
    entries[index] = { ...this.entryAt(index), ...change };
    this.status = {
      ...this.status,
      stepExecutionMetadata: entries,
      nextCheckAt: undefined,
    };
  }

  /** The output replaces the previous one, also when there is none. */
  private keepOutput(
    step: PromotionStep,
    runner: AnyStep,
    output: JsonObject | undefined,
  ): void {
    const alias = step.as ?? '';
    const { [alias]: _, ...state } = this.status.state ?? {};
    if (output) {
      state[alias] = output;
      const [task, name, ...rest] = alias.split('::');
      if (runner.propagatesOutput && name && rest.length === 0) {
        state[task] = { ...(state[task] as JsonObject), ...output };
      }
    }
    this.status = { ...this.status, state };
  }

  /** Writes the running state of a step that takes its time, so that people see it. */
  private announceIfSlow(): { stop(): Promise<void> } {
    let writing: Promise<void> | undefined;
    const { persist, logger } = this.options;
    const timer = setTimeout(() => {
      writing = persist(this.status).catch(error => {
        // The write after the step decides; this one only informs.
        logger.debug('Failed to announce a running step', toError(error));
      });
    }, ANNOUNCE_AFTER_MS);
    return {
      async stop() {
        clearTimeout(timer);
        await writing;
      },
    };
  }
}

/**
 * Executes the steps of a Promotion from where its status says, and writes the status
 * after every attempt.
 *
 * @remarks
 * A failed step does not stop the loop: later steps decide by their own `if` whether they
 * run, and by default skip. Whoever goes on after a crash reads the status and continues
 * at the step that had not ended, so every step must be safe to run again.
 */
export async function runPromotion(
  options: PromotionRunOptions,
): Promise<PromotionRunResult> {
  const run = new Run(options);
  return run.execute();
}

function limitsOf(
  step: PromotionStep,
  runner: AnyStep,
  isTransient: boolean,
): StepLimits {
  const given = step.retry?.errorThreshold;
  const threshold = given || runner.defaults?.errorThreshold || undefined;
  const timeout = step.retry?.timeout;
  return {
    errorThreshold: threshold ?? (isTransient ? TRANSIENT_ERROR_THRESHOLD : 1),
    timeoutMs:
      timeout === undefined
        ? runner.defaults?.timeoutMs
        : durationToMillisecondsOrZero(timeout),
  };
}

function durationToMillisecondsOrZero(text: string): number {
  return text === '0' ? 0 : durationToMilliseconds(text);
}
