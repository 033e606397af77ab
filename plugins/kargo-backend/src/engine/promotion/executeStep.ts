import { LoggerService } from '@backstage/backend-plugin-api';
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
  redact,
  StepCapability,
  StepContext,
  StepOutcome,
} from 'backstage-plugin-kargo-node';
import { AttemptResult } from '../../logic/promotion/decideNext';

/** One attempt, in the terms of the decision that follows it. */
export interface ExecutedStep {
  result: AttemptResult;
  output?: JsonObject;
  healthCheck?: HealthCheck;
  /** Milliseconds that the step wants to wait before it is looked at again. */
  checkAgainInMs?: number;
  /** The fault is one that usually passes: a host down or throttling. */
  isTransient?: boolean;
}

/** Runs one attempt of a step and puts whatever happened into one shape; never throws for the step. */
export async function executeStep(options: {
  runner: AnyStep;
  step: PromotionStep;
  config: JsonObject;
  context: StepContext<StepCapability>;
  /** Values that must not show in messages; the step may add to them. */
  secrets: Iterable<string>;
  logger: LoggerService;
}): Promise<ExecutedStep> {
  const { runner, config, context, secrets } = options;
  const checked = checkStepConfig(runner, config);
  if (!checked.ok) {
    const message = formatStepConfigProblems(runner.id, checked.problems);
    return {
      result: {
        status: 'Failed',
        error: redact(message, secrets),
        terminal: true,
      },
    };
  }
  try {
    const outcome = await runner.run(checked.config as never, context);
    return fromOutcome(outcome, secrets);
  } catch (error) {
    // Shutdown and lost leases are not outcomes: the step runs again elsewhere.
    context.signal.throwIfAborted();
    return fromError(toError(error), context.alias, secrets);
  }
}

function fromOutcome(
  outcome: StepOutcome,
  secrets: Iterable<string>,
): ExecutedStep {
  const output = normalizeOutput(outcome.output);
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
          error: redact(outcome.reason, secrets),
          terminal: outcome.final,
        },
        output,
      };
  }
}

/** Outputs are JSON: what is not (dates, `undefined`) is turned into it or left out. */
function normalizeOutput(
  output: JsonObject | undefined,
): JsonObject | undefined {
  return output && (JSON.parse(JSON.stringify(output)) as JsonObject);
}

function fromError(
  error: Error,
  alias: string,
  secrets: Iterable<string>,
): ExecutedStep {
  return {
    result: {
      status: 'Errored',
      error: `error running step "${alias}": ${redact(error.message, secrets)}`,
      terminal: isTerminalError(error),
    },
    isTransient: isUpstreamUnavailableError(error),
  };
}
