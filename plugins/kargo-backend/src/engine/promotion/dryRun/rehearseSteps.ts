import { DryRunStep, PromotionStep } from 'backstage-plugin-kargo-common';
import { AnyStep } from 'backstage-plugin-kargo-node';
import { inTurns } from '../../../foreign/inTurns';
import { findReadOutput, isRunDry } from '../../../logic/promotion/dryRunRules';
import { toTimestamp } from '../../../logic/timestamps';
import { ExecutedStep } from '../executeStep';
import { PromotionOutputs } from '../PromotionOutputs';
import { PromotionRunOptions } from '../PromotionRunOptions';
import { RunState } from '../RunState';
import { StepAttempts } from '../StepAttempts';
import { describeUnknownKind } from '../unknownKind';
import { Restraint } from './Restraint';

/** What a rehearsal needs beside what a run does. */
export interface RehearsalOptions extends PromotionRunOptions {
  restraint: Restraint;
  /** Told of each step once it is known what became of it. */
  onStep: (step: DryRunStep) => void;
}

/** What became of a step, without saying which one it is. */
type StepVerdict = Pick<DryRunStep, 'outcome' | 'message'>;

class Rehearsal {
  private readonly attempts: StepAttempts;
  /** The names under which expressions would find outputs of steps that were not run. */
  private readonly missing: string[] = [];

  constructor(
    private readonly options: RehearsalOptions,
    private readonly state: RunState,
  ) {
    this.attempts = new StepAttempts(options, state);
  }

  async execute(): Promise<void> {
    const { signal, onStep } = this.options;
    for (const [index, step] of this.state.steps.entries()) {
      signal.throwIfAborted();
      this.state.change({ currentStep: index });
      const { alias } = this.state.entryAt(index);
      const verdict = await this.advance(index, step);
      onStep({ alias, uses: step.uses ?? '', ...verdict });
    }
  }

  private async advance(
    index: number,
    step: PromotionStep,
  ): Promise<StepVerdict> {
    const { steps } = this.options;
    const { if: condition, vars, config } = step;
    const runner = steps.get(step.uses ?? '');
    const needed = condition && (await this.findMissing([condition, vars]));
    if (needed) {
      return this.passOver(index, runner, needed);
    }
    const verdict = await this.attempts.shouldRun(index);
    if (verdict !== true) {
      if (verdict.status === 'Running') {
        return this.passOver(
          index,
          runner,
          `it would wait: ${verdict.message}`,
        );
      }
      this.state.record(index, verdict);
      return verdict.status === 'Skipped'
        ? { outcome: 'Skipped' }
        : { outcome: 'Failed', message: verdict.message };
    }
    if (!runner) {
      return this.fail(index, describeUnknownKind(step, steps));
    }
    const obstacle = isRunDry(runner)
      ? await this.findMissing([config, vars])
      : 'it acts outside of the folder';
    return obstacle
      ? this.passOver(index, runner, obstacle)
      : this.tryStep(index, runner);
  }

  /** Why a part of a step cannot be evaluated, if it cannot. */
  private async findMissing(part: unknown): Promise<string | undefined> {
    const { signal } = this.options;
    const name = await inTurns(findReadOutput(part, this.missing), signal);
    return name && `it needs the output of "${name}", which is not run either`;
  }

  private async tryStep(index: number, runner: AnyStep): Promise<StepVerdict> {
    const { clock, restraint } = this.options;
    this.state.record(index, {
      status: 'Running',
      startedAt: toTimestamp(clock.now()),
      errorCount: 0,
    });
    const executed = await this.attempts.tryStep({
      index,
      runner,
      isFirst: true,
      elapsedMs: 0,
    });
    const heldBack = restraint.take();
    if (heldBack !== undefined) {
      return this.passOver(index, runner, `it would ${heldBack}`);
    }
    return executed
      ? this.judge(index, runner, executed)
      : { outcome: 'Failed', message: this.state.entryAt(index).message };
  }

  private judge(
    index: number,
    runner: AnyStep,
    { result }: ExecutedStep,
  ): StepVerdict {
    const { status, message, error, isTimedOut } = result;
    if (isTimedOut) {
      return this.fail(index, 'its time is over');
    }
    if (error === undefined && status === 'Running') {
      return this.passOver(index, runner, `it would wait: ${message}`);
    }
    if (status !== 'Succeeded' && status !== 'Skipped') {
      return this.fail(index, error ?? message ?? 'the step gave no details');
    }
    this.end(index, status);
    return { outcome: 'Ran', ...(message && { message }) };
  }

  /** A Promotion goes on behind it, so what follows is found out as if it had succeeded. */
  private passOver(
    index: number,
    runner: AnyStep | undefined,
    message: string,
  ): StepVerdict {
    const { alias } = this.end(index, 'Succeeded');
    const [task, name] = alias.split('::');
    this.missing.push(name ?? task);
    if (name !== undefined && runner?.propagatesOutput) {
      this.missing.push(task);
    }
    return { outcome: 'NotRun', message };
  }

  private fail(index: number, message: string): StepVerdict {
    this.end(index, 'Errored', message);
    return { outcome: 'Failed', message };
  }

  private end(
    index: number,
    status: 'Errored' | 'Skipped' | 'Succeeded',
    message?: string,
  ) {
    const finishedAt = toTimestamp(this.options.clock.now());
    this.state.record(index, { status, message, finishedAt });
    return this.state.entryAt(index);
  }
}

/**
 * Runs the steps of a Promotion that nobody made, each once, as far as they change nothing
 * but the folder; by the same expressions, conditions and limits as in a Promotion.
 *
 * @throws the reason of the signal
 */
export async function rehearseSteps(options: RehearsalOptions): Promise<void> {
  const { promotion, status, sealer } = options;
  const outputs = PromotionOutputs.open(promotion, status, sealer);
  await new Rehearsal(options, new RunState(options, outputs)).execute();
}
