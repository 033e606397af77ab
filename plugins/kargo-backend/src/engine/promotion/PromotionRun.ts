import { LoggerService } from '@backstage/backend-plugin-api';
import { toError } from '@backstage/errors';
import {
  durationToMilliseconds,
  Freight,
  HealthCheck,
  JsonObject,
  Promotion,
  PromotionStatus,
  PromotionStep,
  Stage,
  StepExecutionMetadata,
  StepStatus,
} from 'backstage-plugin-kargo-common';
import { AnyStep, listTextFields } from 'backstage-plugin-kargo-node';
import {
  decideNext,
  NextDecision,
  StepLimits,
} from '../../logic/promotion/decideNext';
import {
  finalPhase,
  hasEarlierFailure,
} from '../../logic/promotion/finalPhase';
import {
  attemptLimit,
  backoff,
  elapsedSince,
  pollInterval,
  STEP_BACKOFF,
} from '../../logic/backoff';
import { planReplay, workspaceUse } from '../../logic/promotion/planReplay';
import { explainNoRoom } from '../../logic/promotion/explainNoRoom';
import { abortRequest } from '../../logic/promotion/abortRequest';
import { jsonBytes } from '../../logic/resourceSize';
import { toTimestamp } from '../../logic/timestamps';
import { CapabilityFactories } from '../../ports/CapabilityFactories';
import { Clock } from '../../ports/Clock';
import { SecretSealer } from '../../ports/SecretSealer';
import { Workspace } from '../../ports/Workspaces';
import { EngineProgress } from '../runtime/progress';
import { stopScopeOf } from '../runtime/stopping';
import { ExecutedStep, executeStep } from './executeStep';
import { buildStepContext } from './stepContext';
import {
  PromotionOutputs,
  RecordedOutputs,
  showsSecret,
} from './PromotionOutputs';
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
  /** Status from which to go on; phase is Running. It names a folder if that is as its steps left it. */
  status: PromotionStatus;
  workspace: Workspace;
  /** Other, empty folders, when what runs in the present ones can no longer be stopped. */
  renewWorkspace: () => Promise<Workspace>;
  steps: ReadonlyMap<string, AnyStep>;
  expressions: StepExpressions;
  capabilities: CapabilityFactories;
  /** Keeps what outputs hold of secrets. */
  sealer: SecretSealer;
  uiBaseURL?: string;
  /** Writes the status; the run stops when it throws. */
  persist: (status: PromotionStatus) => Promise<void>;
  /** The Promotion as of the last write, in which a request to abort shows. */
  latest: () => Promotion;
  clock: Clock;
  random: () => number;
  signal: AbortSignal;
  logger: LoggerService;
  progress: EngineProgress;
}

/** How a run ended: for good, or until later. */
export type PromotionRunResult =
  | { kind: 'ended'; status: PromotionStatus }
  | { kind: 'waiting'; status: PromotionStatus; afterMs: number }
  /** Somebody wants it to end, by an abort or by deleting the Promotion. */
  | { kind: 'stopped'; status: PromotionStatus };

type StepEnd = { kind: 'next' } | { kind: 'waiting'; afterMs: number };

class Run {
  private status: PromotionStatus;
  private readonly planned: PromotionStep[];
  private workspace: Workspace;
  /** How many steps there were before the folder was lost; none when it is as they left it. */
  private lostSteps: number;
  /** Whether steps have ended that the written status does not tell of. */
  private isAhead = false;

  constructor(
    private readonly options: PromotionRunOptions,
    private outputs: PromotionOutputs,
  ) {
    this.status = options.status;
    this.planned = options.promotion.spec.steps ?? [];
    this.workspace = options.workspace;
    const { workspace, currentStep = 0 } = options.status;
    this.lostSteps = workspace === undefined ? currentStep : 0;
  }

  async execute(): Promise<PromotionRunResult> {
    try {
      return await this.executeSteps();
    } catch (error) {
      if (stopScopeOf(this.options.signal) === 'aborted') {
        return { kind: 'stopped', status: this.status };
      }
      throw error;
    }
  }

  private async executeSteps(): Promise<PromotionRunResult> {
    const { signal, persist, latest } = this.options;
    for (
      let index = this.status.currentStep ?? 0;
      index < this.planned.length;
      index++
    ) {
      signal.throwIfAborted();
      this.status = { ...this.status, currentStep: index };
      await this.writeBefore(index);
      if (abortRequest(latest())) {
        return { kind: 'stopped', status: this.status };
      }
      const end = await this.advance(index);
      if (end.kind === 'waiting') {
        const nextCheckAt = toTimestamp(this.options.clock.now() + end.afterMs);
        this.status = { ...this.status, nextCheckAt };
        await persist(this.status);
        return { kind: 'waiting', status: this.status, afterMs: end.afterMs };
      }
      this.isAhead = true;
    }
    if (stopScopeOf(signal) === 'aborted') {
      // The last step has ended all the same; what was asked for stands.
      return { kind: 'stopped', status: this.status };
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
        finishedAt: toTimestamp(this.options.clock.now()),
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
    const isFirst = !entry.startedAt;
    if (isFirst) {
      this.record(index, {
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
    const step = this.planned[index];
    const { startedAt } = this.entryAt(index);
    const started = clock.monotonic();
    const before =
      isFirst || !startedAt ? 0 : elapsedSince(startedAt, clock.now());
    const executed = await this.tryStep({
      index,
      runner,
      isFirst,
      elapsedMs: before,
    });
    if (!executed) {
      return { kind: 'next' };
    }
    const durationMs = clock.monotonic() - started;
    const entry = this.entryAt(index);
    const limits = limitsOf(step, runner, executed.isTransient ?? false);
    const elapsedMs = before + durationMs;
    const decision = decideNext(entry, executed.result, limits, elapsedMs);
    this.record(index, {
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
      this.keepHealthCheck(decision.status, executed);
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

  /** What the step comes to, its output kept; `undefined` when its configuration is not to be had. */
  private async tryStep(attempt: {
    index: number;
    runner: AnyStep;
    isFirst: boolean;
    elapsedMs: number;
  }): Promise<ExecutedStep | undefined> {
    const { index, runner } = attempt;
    const { expressions, signal } = this.options;
    const step = this.planned[index];
    const failure = await this.rebuildFor(runner);
    if (failure) {
      return failure;
    }
    let evaluated: { config: JsonObject; secrets: string[] };
    try {
      evaluated = await expressions.evaluateConfig(
        this.configScope(step, runner),
        signal,
      );
    } catch (error) {
      signal.throwIfAborted();
      this.record(index, {
        status: 'Errored',
        message: `failed to build step context: ${toError(error).message}`,
      });
      return undefined;
    }
    const { config } = evaluated;
    const secrets = new SecretsInUse([
      ...evaluated.secrets,
      ...this.outputs.secrets,
    ]);
    const acted = await this.act({ ...attempt, config, secrets });
    return this.keepOutput(step, runner, acted, secrets);
  }

  /**
   * Repeats in an empty folder what earlier steps left there, once a step needs it.
   *
   * @returns what the attempt of the step comes to when that does not succeed
   */
  private async rebuildFor(runner: AnyStep): Promise<ExecutedStep | undefined> {
    if (this.lostSteps === 0 || workspaceUse(runner) === 'none') {
      return undefined;
    }
    const replay = planReplay(
      this.planned,
      this.status.stepExecutionMetadata ?? [],
      this.lostSteps,
      this.options.steps,
    );
    for (const index of replay) {
      const failure = await this.repeat(index);
      if (failure) {
        this.workspace = await this.options.renewWorkspace();
        this.rememberWorkspace();
        return failure;
      }
    }
    this.lostSteps = 0;
    this.rememberWorkspace();
    return undefined;
  }

  /** Runs a step again for what it leaves in the folder; its output replaces the earlier one. */
  private async repeat(index: number): Promise<ExecutedStep | undefined> {
    const { steps, expressions, signal } = this.options;
    const step = this.planned[index];
    const runner = steps.get(step.uses ?? '');
    if (!runner) {
      return undefined;
    }
    try {
      const { config, secrets: found } = await expressions.evaluateConfig(
        this.configScope(step, runner),
        signal,
      );
      const secrets = new SecretsInUse([...found, ...this.outputs.secrets]);
      const acted = await this.act({
        index,
        runner,
        config,
        secrets,
        isFirst: true,
        elapsedMs: 0,
      });
      const { healthCheck: _, ...executed } = acted;
      const kept = this.keepOutput(step, runner, executed, secrets);
      const { status } = kept.result;
      return status === 'Succeeded' || status === 'Skipped'
        ? undefined
        : describeRepeat(step, kept);
    } catch (error) {
      signal.throwIfAborted();
      return describeRepeat(step, {
        result: { status: 'Errored', error: toError(error).message },
      });
    }
  }

  /** A folder counts as the Promotion's when everything is in it that belongs there. */
  private rememberWorkspace(): void {
    this.status = {
      ...this.status,
      workspace: this.lostSteps > 0 ? undefined : this.workspace.id,
    };
  }

  /**
   * Writes what led to a step that may act on the world: whoever goes on after a crash must
   * not come to it by another way. A step without capabilities only computes, so it may be
   * repeated without anybody noticing, and what it came to is written with what follows.
   */
  private async writeBefore(index: number): Promise<void> {
    const { steps, persist } = this.options;
    const { needs = [] } = steps.get(this.planned[index].uses ?? '') ?? {};
    if (this.isAhead && needs.length > 0) {
      await persist(this.status);
      this.isAhead = false;
    }
  }

  /** Lets the step act, shows it as running if it takes its time, and leaves its folders if it cannot be stopped. */
  private async act(attempt: {
    index: number;
    runner: AnyStep;
    config: JsonObject;
    secrets: SecretsInUse;
    isFirst: boolean;
    elapsedMs: number;
  }): Promise<ExecutedStep> {
    const { index, runner, config, secrets } = attempt;
    const { signal, clock, logger } = this.options;
    const step = this.planned[index];
    const { timeoutMs } = limitsOf(step, runner, false);
    const announcement = this.announceIfSlow();
    let executed: ExecutedStep;
    try {
      executed = await executeStep({
        runner,
        step,
        config,
        secrets,
        signal,
        clock,
        limitMs: attemptLimit({ ...attempt, timeoutMs }),
        context: stepSignal =>
          buildStepContext({
            ...this.options,
            secrets,
            now: () => clock.now(),
            signal: stepSignal,
            workspace: this.workspace,
            status: this.readable(),
            step,
            startedAt: this.entryAt(index).startedAt,
            runner,
          }),
      });
    } finally {
      await announcement.stop();
    }
    if (executed.isAbandoned) {
      logger.warn('A step goes on after its time is over', {
        step: step.as,
        uses: runner.id,
      });
      this.workspace = await this.options.renewWorkspace();
      this.rememberWorkspace();
    }
    return executed;
  }

  private delay(decision: NextDecision, poll: number): number {
    const { random } = this.options;
    return Math.min(backoff(decision.errorCount, STEP_BACKOFF, random()), poll);
  }

  private keepHealthCheck(status: StepStatus, executed: ExecutedStep): void {
    if (status === 'Succeeded') {
      this.status = withHealthCheck(this.status, executed.healthCheck);
    }
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
      status: this.readable(),
      step,
      ...(freight.alias && { freightAlias: freight.alias }),
      ...(uiBaseURL && { uiBaseURL }),
    };
  }

  private configScope(step: PromotionStep, runner: AnyStep): StepScope {
    return {
      ...this.scope(step),
      listTextFields: config => listTextFields(runner, config),
    };
  }

  /** The status with the outputs as steps read them. */
  private readable(): PromotionStatus {
    return { ...this.status, state: this.outputs.clear };
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

  /**
   * The output replaces the previous one, also when there is none. What the Promotion has
   * no room for, or cannot keep secret, fails the step: it would be no different next time.
   */
  private keepOutput(
    step: PromotionStep,
    runner: AnyStep,
    executed: ExecutedStep,
    secrets: SecretsInUse,
  ): ExecutedStep {
    const alias = step.as ?? '';
    if (Object.hasOwn(this.outputs.clear, alias)) {
      this.outputs = this.outputs.without(alias);
      this.status = { ...this.status, ...this.recorded(this.outputs) };
    }
    if (!executed.output && !executed.healthCheck) {
      return executed;
    }
    try {
      this.tryKeepOutput(step, runner, executed, secrets);
      return executed;
    } catch (error) {
      return {
        result: {
          status: 'Errored',
          error: toError(error).message,
          terminal: true,
        },
      };
    }
  }

  /** @throws Error that says why it cannot be kept */
  private tryKeepOutput(
    step: PromotionStep,
    runner: AnyStep,
    { output, healthCheck }: ExecutedStep,
    secrets: SecretsInUse,
  ): void {
    const alias = step.as ?? '';
    if (healthCheck && !step.unmasked && showsSecret(healthCheck, secrets)) {
      throw new Error(
        `the health check of step "${alias}" would show a secret to everybody who may read the project; write "unmasked: true" in the step to have it shown`,
      );
    }
    const outputs = output
      ? this.outputs.with(output, {
          alias,
          task: taskOf(alias, runner),
          ...(!step.unmasked && { secrets }),
        })
      : this.outputs;
    const kept = { ...this.status, ...this.recorded(outputs) };
    const problem = explainNoRoom(
      this.options.latest(),
      withHealthCheck(kept, healthCheck),
      { alias, bytes: jsonBytes(output) + jsonBytes(healthCheck) },
    );
    if (problem) {
      throw new Error(problem);
    }
    this.outputs = outputs;
    this.status = kept;
  }

  /** @throws Error when nothing can be kept encrypted */
  private recorded(outputs: PromotionOutputs): RecordedOutputs {
    const { promotion, sealer } = this.options;
    try {
      return outputs.record(promotion, sealer);
    } catch (error) {
      throw new Error(
        `an output holds a secret and cannot be kept: ${
          toError(error).message
        }; configure one, or write "unmasked: true" in the step to have its output stored and shown as it is`,
      );
    }
  }

  /** Writes the running state of a step that takes its time, so that people see it. */
  private announceIfSlow(): { stop(): Promise<void> } {
    const { persist, logger, clock } = this.options;
    const over = new AbortController();
    const writing = clock.sleep(ANNOUNCE_AFTER_MS, over.signal).then(
      () =>
        persist(this.status).catch(error => {
          // The write after the step decides; this one only informs.
          logger.debug('Failed to announce a running step', toError(error));
        }),
      // The step was faster.
      () => undefined,
    );
    return {
      async stop() {
        over.abort();
        await writing;
      },
    };
  }
}

/**
 * Executes the steps of a Promotion from where its status says. The status is written when
 * the run ends or waits, before every step that may act on the world, and while a step
 * takes its time.
 *
 * @remarks
 * A failed step does not stop the loop: later steps decide by their own `if` whether they
 * run, and by default skip. Whoever goes on after a crash reads the status and continues
 * at the step that had not ended, so every step must be safe to run again. Where the folder
 * is lost, the steps that fill it are repeated first, when a step needs it. A step is told
 * to stop when its time is over and when the run's signal fires.
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
    return endWithoutOutputs(options, toError(error).message);
  }
  return new Run(options, outputs).execute();
}

/** A step that cannot be repeated is why the one that needs its files does not get on. */
function describeRepeat(
  step: PromotionStep,
  executed: ExecutedStep,
): ExecutedStep {
  const { isTimedOut: _, ...result } = executed.result;
  const why = `the Promotion's folder is gone, and step "${step.as}" could not be repeated to fill it again`;
  const { status, error, message = 'its time is over' } = result;
  return {
    ...executed,
    result:
      status === 'Running'
        ? { ...result, message: `repeating step "${step.as}": ${message}` }
        : { ...result, error: `${why}: ${error ?? message}` },
  };
}

/** Later steps would work with masked values. */
function endWithoutOutputs(
  { status, clock }: PromotionRunOptions,
  reason: string,
): PromotionRunResult {
  const finishedAt = toTimestamp(clock.now());
  const message = `the outputs of earlier steps hold secrets and cannot be read: ${reason}`;
  return {
    kind: 'ended',
    status: {
      ...status,
      phase: 'Errored',
      message,
      nextCheckAt: undefined,
      finishedAt,
      stepExecutionMetadata: status.stepExecutionMetadata?.map(entry =>
        entry.status === 'Running'
          ? { ...entry, status: 'Errored', message, finishedAt }
          : entry,
      ),
    },
  };
}

/** The task whose outputs a step's output joins. */
function taskOf(alias: string, runner: AnyStep): string | undefined {
  const [task, name, ...rest] = alias.split('::');
  return runner.propagatesOutput && name && rest.length === 0
    ? task
    : undefined;
}

function withHealthCheck(
  status: PromotionStatus,
  check: HealthCheck | undefined,
): PromotionStatus {
  return check
    ? { ...status, healthChecks: [...(status.healthChecks ?? []), check] }
    : status;
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
