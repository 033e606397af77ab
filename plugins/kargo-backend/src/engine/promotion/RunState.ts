import { toError } from '@backstage/errors';
import {
  HealthCheck,
  PromotionStatus,
  PromotionStep,
  StepExecutionMetadata,
} from 'backstage-plugin-kargo-common';
import { AnyStep } from 'backstage-plugin-kargo-node';
import { explainNoRoom } from '../../logic/promotion/explainNoRoom';
import { jsonBytes } from '../../logic/resourceSize';
import { ExecutedStep } from './executeStep';
import {
  PromotionOutputs,
  RecordedOutputs,
  showsSecret,
} from './PromotionOutputs';
import { PromotionRunOptions } from './PromotionRunOptions';
import { SecretsInUse } from './SecretsInUse';

/** What a run has come to: the status that it writes, and the outputs of its steps. */
export class RunState {
  private current: PromotionStatus;

  constructor(
    private readonly options: Pick<
      PromotionRunOptions,
      'promotion' | 'status' | 'sealer' | 'latest'
    >,
    private outputs: PromotionOutputs,
  ) {
    this.current = options.status;
  }

  /** As it is written: what is secret is masked. */
  get status(): PromotionStatus {
    return this.current;
  }

  get steps(): readonly PromotionStep[] {
    return this.options.promotion.spec.steps ?? [];
  }

  /** Secrets that showed in outputs. */
  get secrets(): readonly string[] {
    return this.outputs.secrets;
  }

  /** The status with the outputs as steps read them. */
  readable(): PromotionStatus {
    return { ...this.current, state: this.outputs.clear };
  }

  change(change: Partial<PromotionStatus>): void {
    this.current = { ...this.current, ...change };
  }

  /** What is recorded of a step, or what the record begins with. */
  entryAt(index: number): StepExecutionMetadata {
    const step = this.steps[index];
    return (
      this.current.stepExecutionMetadata?.[index] ?? {
        alias: step.as ?? `step-${index + 1}`,
        ...(step.continueOnError && { continueOnError: true }),
      }
    );
  }

  record(index: number, change: Partial<StepExecutionMetadata>): void {
    const entries = [...(this.current.stepExecutionMetadata ?? [])];
    entries[index] = { ...this.entryAt(index), ...change };
    this.current = {
      ...this.current,
      stepExecutionMetadata: entries,
      nextCheckAt: undefined,
    };
  }

  keepHealthCheck(check: HealthCheck | undefined): void {
    this.current = withHealthCheck(this.current, check);
  }

  /**
   * The output replaces the previous one, also when there is none. What the Promotion has
   * no room for, or cannot keep secret, fails the step: it would be no different next time.
   */
  keepOutput(
    step: PromotionStep,
    runner: AnyStep,
    executed: ExecutedStep,
    secrets: SecretsInUse,
  ): ExecutedStep {
    const alias = step.as ?? '';
    if (Object.hasOwn(this.outputs.clear, alias)) {
      this.outputs = this.outputs.without(alias);
      this.current = { ...this.current, ...this.recorded(this.outputs) };
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
    const kept = { ...this.current, ...this.recorded(outputs) };
    const problem = explainNoRoom(
      this.options.latest(),
      withHealthCheck(kept, healthCheck),
      { alias, bytes: jsonBytes(output) + jsonBytes(healthCheck) },
    );
    if (problem) {
      throw new Error(problem);
    }
    this.outputs = outputs;
    this.current = kept;
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
