import { JsonValue } from 'backstage-plugin-kargo-common';
import {
  compile,
  encodeJson,
  isExpressionError,
  Program,
  Value,
} from 'backstage-plugin-kargo-expr';
import { TerminalError } from './errors';

/** An expression that a step evaluates itself, written without delimiters. @public */
export interface StepExpression {
  /** @throws Error when it cannot be evaluated. */
  evaluate(environment: Value, nowMs: number): Value;
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
    evaluate(environment, nowMs) {
      try {
        return program.run(environment, { now: new Date(nowMs) });
      } catch (error) {
        throw new Error(`${field} cannot be evaluated: ${reasonOf(error)}`, {
          cause: error,
        });
      }
    },
  };
}

/** What an expression gave, as an output of a step. @public */
export function toOutputValue(value: Value): JsonValue {
  return JSON.parse(encodeJson(value)) as JsonValue;
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
