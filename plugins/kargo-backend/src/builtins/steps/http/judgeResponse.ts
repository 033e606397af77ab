import {
  compileStepExpression,
  StepExpression,
  toOutputValue,
} from 'backstage-plugin-kargo-node';
import { JsonObject } from 'backstage-plugin-kargo-common';
import { Value } from 'backstage-plugin-kargo-expr';
import { ParsedHttpConfig } from './config';

/** What a response means; `pending` is to be asked again. */
export type Verdict =
  | { kind: 'success'; output: JsonObject }
  | { kind: 'failure'; reason: string; final: boolean }
  | { kind: 'pending' };

/** Decides by the expressions of a configuration. */
export interface ResponseJudge {
  /** @throws Error when an expression cannot be evaluated or gives no boolean. */
  judge(status: number, environment: Value, nowMs: number): Verdict;
}

/**
 * Compiles the expressions of a configuration, so that a mistake shows before anything is
 * sent.
 *
 * @throws TerminalError when one is not an expression.
 */
export function compileJudge(config: ParsedHttpConfig): ResponseJudge {
  const find = (
    field: 'successExpression' | 'failureExpression' | 'errorExpression',
  ) =>
    config[field] ? compileStepExpression(config[field], field) : undefined;
  const success = find('successExpression');
  const failure = find('failureExpression');
  const message = find('errorExpression');
  const outputs = config.outputs.map(({ name, fromExpression }) => ({
    name,
    expression: compileStepExpression(fromExpression, `output "${name}"`),
  }));

  function collect(environment: Value, nowMs: number): JsonObject {
    return Object.fromEntries(
      outputs.map(({ name, expression }) => [
        name,
        toOutputValue(expression.evaluate(environment, nowMs)),
      ]),
    );
  }

  return {
    judge(status, environment, nowMs) {
      const test = (expression: StepExpression | undefined, field: string) =>
        expression && testOf(expression.evaluate(environment, nowMs), field);
      if (test(failure, 'failureExpression')) {
        const text = message && textOf(message, environment, nowMs);
        const reason = `HTTP (${status}) response met failure criteria`;
        return {
          kind: 'failure',
          reason: text ? `${reason}: ${JSON.stringify(text)}` : reason,
          final: true,
        };
      }
      if (
        success
          ? test(success, 'successExpression')
          : !failure && isGood(status)
      ) {
        return { kind: 'success', output: collect(environment, nowMs) };
      }
      return success || failure
        ? { kind: 'pending' }
        : {
            kind: 'failure',
            reason: `HTTP (${status}) response is not a success`,
            final: false,
          };
    },
  };
}

function isGood(status: number): boolean {
  return status >= 200 && status < 300;
}

function testOf(value: Value, field: string): boolean {
  if (typeof value !== 'boolean') {
    throw new Error(`${field} must be true or false; it gives something else`);
  }
  return value;
}

/** A message that cannot be made is no reason to hide the failure. */
function textOf(
  expression: StepExpression,
  environment: Value,
  nowMs: number,
): string | undefined {
  try {
    const value = expression.evaluate(environment, nowMs);
    return typeof value === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}
