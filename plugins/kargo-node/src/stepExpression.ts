import { JsonValue } from 'backstage-plugin-kargo-common';
import {
  compile,
  encodeJson,
  isExpressionError,
  Program,
  StepBudget,
  StepCounter,
  Value,
} from 'backstage-plugin-kargo-expr';
import { TerminalError } from './errors';

/**
 * Steps of one expression, which holds the event loop while it is evaluated: mostly a few
 * milliseconds, and 40 at worst.
 */
const MAX_STEPS = 500_000;

/** An expression that a step evaluates itself, written without delimiters. @public */
export interface StepExpression {
  /**
   * @param budget - Steps that it may take together with other expressions.
   * @throws Error when it cannot be evaluated, or takes more than 500,000 steps.
   */
  evaluate(environment: Value, nowMs: number, budget?: StepBudget): Value;
}

/**
 * Compiles an expression of a step's configuration.
 *
 * @param field - Names the expression in errors, for example `successExpression`.
 * @throws TerminalError when it is not an expression.
 * @public
 */
export function compileStepExpression(
  source: string,
  field: string,
): StepExpression {
  const program = tryCompile(source, field);
  return {
    evaluate(environment, nowMs, budget) {
      try {
        return program.run(environment, {
          now: new Date(nowMs),
          limits: { steps: MAX_STEPS },
          ...(budget && { budget }),
        });
      } catch (error) {
        throw new Error(`${field} cannot be evaluated: ${reasonOf(error)}`, {
          cause: error,
        });
      }
    },
  };
}

/**
 * What an expression gave, as an output of a step.
 *
 * @param steps - Is charged for what is written.
 * @throws Error when it has no JSON form.
 * @public
 */
export function toOutputValue(value: Value, steps?: StepCounter): JsonValue {
  const text = encodeJson(value, { ...(steps && { steps }) });
  return JSON.parse(text) as JsonValue;
}

function tryCompile(source: string, field: string): Program {
  try {
    return compile(source);
  } catch (error) {
    throw new TerminalError(
      `${field} is not a valid expression: ${reasonOf(error)}`,
    );
  }
}

function reasonOf(error: unknown): string {
  return isExpressionError(error) || error instanceof Error
    ? error.message
    : String(error);
}
