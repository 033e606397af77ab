import { toError } from '@backstage/errors';
import {
  JsonObject,
  PromotionStep,
  StepExecutionMetadata,
} from 'backstage-plugin-kargo-common';
import { AnyStep, listTextFields } from 'backstage-plugin-kargo-node';
import { attemptLimit } from '../../logic/backoff';
import { hasEarlierFailure } from '../../logic/promotion/finalPhase';
import {
  mayRunAhead,
  needsFolder,
  planReplay,
} from '../../logic/promotion/planReplay';
import { Workspace } from '../../ports/Workspaces';
import { ExecutedStep, executeStep, fromPassingError } from './executeStep';
import { PromotionRunOptions } from './PromotionRunOptions';
import { RunState } from './RunState';
import { SecretsInUse } from './SecretsInUse';
import { buildStepContext } from './stepContext';
import { StepScope } from './StepExpressions';
import { limitsOf, TRANSIENT_ERROR_THRESHOLD } from './stepLimits';

/**
 * A step that runs longer than this is shown as running before it ends. Most steps are faster,
 * and then nobody waits for a write of which nothing comes.
 */
const ANNOUNCE_AFTER_MS = 500;

/** Which step is tried, and how long that has gone on. */
export interface StepAttempt {
  index: number;
  runner: AnyStep;
  isFirst: boolean;
  elapsedMs: number;
}

interface PreparedAttempt extends StepAttempt {
  config: JsonObject;
  secrets: SecretsInUse;
  isRepeated: boolean;
  mayFindOwnFiles: boolean;
  /** Epoch milliseconds of the first attempt, or earlier. */
  startedAt: number;
}

/**
 * Tries the steps of one run: evaluates what their manifests say, lets them act in the
 * Promotion's folder, and keeps their outputs. A folder that is lost is filled anew before
 * the first step that needs it.
 */
export class StepAttempts {
  private workspace: Workspace;
  /** How many steps there were before the folder was lost; none when it is as they left it. */
  private lostSteps: number;

  constructor(
    private readonly options: PromotionRunOptions,
    private readonly state: RunState,
  ) {
    this.workspace = options.workspace;
    const { currentStep = 0 } = options.status;
    this.lostSteps = this.workspace.isNew ? currentStep : 0;
  }

  /**
   * `true`, or what to record instead of running the step; `Running` when that is not known
   * yet, because whoever knows does not answer.
   */
  async shouldRun(
    index: number,
  ): Promise<true | Partial<StepExecutionMetadata>> {
    const { expressions, signal } = this.options;
    const step = this.state.steps[index];
    if (!step.if) {
      const earlier = (this.state.status.stepExecutionMetadata ?? []).slice(
        0,
        index,
      );
      return hasEarlierFailure(earlier) ? { status: 'Skipped' } : true;
    }
    try {
      return (await expressions.shouldRun(this.scope(step), signal))
        ? true
        : { status: 'Skipped' };
    } catch (error) {
      signal.throwIfAborted();
      const message = `error checking if step "${step.as}" should be skipped: ${
        toError(error).message
      }`;
      const passing = fromPassingError(error, message);
      if (passing?.isUnanswered) {
        return { status: 'Running', message };
      }
      const errorCount = (this.state.entryAt(index).errorCount ?? 0) + 1;
      const isOver = !passing || errorCount >= TRANSIENT_ERROR_THRESHOLD;
      return { status: isOver ? 'Errored' : 'Running', message, errorCount };
    }
  }

  /**
   * Names the folder in the status, if it is there and as the status tells: everything is in
   * it that belongs there, and no step changes it before more is written.
   *
   * @param next - the position of the step that comes to run
   */
  nameFolder(next?: number): void {
    const isAsTold =
      this.lostSteps === 0 && !(next !== undefined && this.mayRunAhead(next));
    this.state.change({
      workspace:
        isAsTold && this.workspace.isMade ? this.workspace.id : undefined,
    });
  }

  /** Whether nothing is written before the step runs, nor for what it leaves in the folder. */
  mayRunAhead(index: number): boolean {
    return mayRunAhead(
      this.state.steps,
      this.state.status.stepExecutionMetadata ?? [],
      index,
      this.options.steps,
    );
  }

  /** What the step comes to, its output kept; `undefined` when its configuration is not to be had. */
  async tryStep(attempt: StepAttempt): Promise<ExecutedStep | undefined> {
    const { index, runner } = attempt;
    const { expressions, signal } = this.options;
    const step = this.state.steps[index];
    const { untriedStep } = this.state.status;
    const isUntried =
      !this.mayBeCutOff(index) && (attempt.isFirst || untriedStep === index);
    this.state.change({ untriedStep: isUntried ? index : undefined });
    const failure = await this.rebuildFor(index, runner);
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
      const message = `failed to build step context: ${toError(error).message}`;
      const passing = fromPassingError(error, message);
      if (!passing) {
        this.state.record(index, { status: 'Errored', message });
      }
      return passing;
    }
    const { config } = evaluated;
    const secrets = new SecretsInUse([
      ...evaluated.secrets,
      ...this.state.secrets,
    ]);
    const begun = this.begin(index);
    const acted = await this.act({ ...attempt, config, secrets, ...begun });
    return this.keepOutput(step, runner, acted, secrets);
  }

  /** Records that the step comes to run, and tells since when it may have run before. */
  private begin(
    index: number,
  ): Pick<PreparedAttempt, 'isRepeated' | 'mayFindOwnFiles' | 'startedAt'> {
    const { untriedStep } = this.state.status;
    const isRepeated = untriedStep !== index;
    this.state.change({ untriedStep: undefined });
    // A first attempt is not written before it lasts.
    const earliest = this.mayBeCutOff(index)
      ? this.endBefore(index)
      : Date.parse(this.state.entryAt(index).startedAt ?? '');
    return {
      isRepeated,
      // Each step is tried once in a pass, in which a new folder was made.
      mayFindOwnFiles: isRepeated && !this.workspace.isNew,
      startedAt: earliest || this.options.clock.now(),
    };
  }

  /**
   * Whether a pass may have been cut off at a step: at the one that the status told of then,
   * or at one behind it for which nothing had to be written.
   */
  private mayBeCutOff(index: number): boolean {
    const { interruptedStep } = this.state.status;
    return interruptedStep !== undefined && index > interruptedStep
      ? this.mayRunAhead(index)
      : index === interruptedStep;
  }

  /** When whatever came before a step had ended; steps of a Promotion that this one goes on for do not count. */
  private endBefore(index: number): number {
    const { stepExecutionMetadata = [], startedAt } = this.state.status;
    const [last] = stepExecutionMetadata
      .slice(0, index)
      .flatMap(({ finishedAt }) => finishedAt ?? [])
      .slice(-1);
    return Math.max(
      ...[startedAt, last].map(each => Date.parse(each ?? '') || 0),
    );
  }

  /**
   * Repeats in an empty folder what earlier steps left there, once a step needs it.
   *
   * @returns what the attempt of the step comes to when that does not succeed
   */
  private async rebuildFor(
    next: number,
    runner: AnyStep,
  ): Promise<ExecutedStep | undefined> {
    if (this.lostSteps === 0 || !needsFolder(runner, this.state.steps[next])) {
      return undefined;
    }
    const replay = planReplay(
      this.state.steps,
      this.state.status.stepExecutionMetadata ?? [],
      this.lostSteps,
      this.options.steps,
    );
    // Where there is no room for it, it is not the steps that failed.
    await this.workspace.make();
    for (const index of replay) {
      const failure = await this.repeat(index);
      if (failure) {
        this.workspace = await this.options.renewWorkspace();
        return failure;
      }
    }
    this.lostSteps = 0;
    this.nameFolder(next);
    return undefined;
  }

  /** Runs a step again for what it leaves in the folder; its output replaces the earlier one. */
  private async repeat(index: number): Promise<ExecutedStep | undefined> {
    const { steps, expressions, signal } = this.options;
    const step = this.state.steps[index];
    const runner = steps.get(step.uses ?? '');
    if (!runner) {
      return undefined;
    }
    try {
      const { config, secrets: found } = await expressions.evaluateConfig(
        this.configScope(step, runner),
        signal,
      );
      const secrets = new SecretsInUse([...found, ...this.state.secrets]);
      const acted = await this.act({
        index,
        runner,
        config,
        secrets,
        isFirst: true,
        isRepeated: true,
        // What else is there in their place may be newer than what it found then.
        mayFindOwnFiles: true,
        startedAt:
          Date.parse(this.state.entryAt(index).startedAt ?? '') ||
          this.options.clock.now(),
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
      const { message } = toError(error);
      return describeRepeat(
        step,
        fromPassingError(error, message) ?? {
          result: { status: 'Errored', error: message },
        },
      );
    }
  }

  /** Of an attempt that was not answered, the output of the one before it stays. */
  private keepOutput(
    step: PromotionStep,
    runner: AnyStep,
    executed: ExecutedStep,
    secrets: SecretsInUse,
  ): ExecutedStep {
    return executed.isUnanswered
      ? executed
      : this.state.keepOutput(step, runner, executed, secrets);
  }

  /** Lets the step act, shows it as running if it takes its time, and leaves its folders if it cannot be stopped. */
  private async act(attempt: PreparedAttempt): Promise<ExecutedStep> {
    const { index, runner, config, secrets } = attempt;
    const { isRepeated, mayFindOwnFiles, startedAt } = attempt;
    const { signal, clock, logger } = this.options;
    const step = this.state.steps[index];
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
            status: this.state.readable(),
            step,
            startedAt,
            isRepeated,
            mayFindOwnFiles,
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
      // One that was repeated is no reason to forget what has to follow it.
      this.lostSteps = Math.max(this.lostSteps, index);
    }
    return executed;
  }

  private scope(step: PromotionStep): StepScope {
    const { promotion, stage, freight, uiBaseURL } = this.options;
    return {
      promotion,
      stage,
      status: this.state.readable(),
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

  /** Writes the running state of a step that takes its time, so that people see it. */
  private announceIfSlow(): { stop(): Promise<void> } {
    const { persist, logger, clock } = this.options;
    const over = new AbortController();
    const writing = clock.sleep(ANNOUNCE_AFTER_MS, over.signal).then(
      () =>
        persist(this.state.status).catch(error => {
          // The write after the step decides; this one only informs.
          logger.debug('Failed to announce a running step', toError(error));
        }),
      // The step was faster.
      () => undefined,
    );
    return {
      async stop() {
        over.abort('over');
        await writing;
      },
    };
  }
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
