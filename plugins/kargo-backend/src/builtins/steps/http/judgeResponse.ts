import { setImmediate } from 'node:timers/promises';
import {
  compileStepExpression,
  StepExpression,
  toOutputValue,
} from 'backstage-plugin-kargo-node';
import { JsonObject, JsonValue } from 'backstage-plugin-kargo-common';
import { StepBudget, Value } from 'backstage-plugin-kargo-expr';
import { outputsBudget } from '../shared/outputsBudget';
import { ParsedHttpConfig } from './config';

/** What a response means; `pending` is to be asked again. */
export type Verdict =
  | { kind: 'success'; output: JsonObject }
  | { kind: 'failure'; reason: string; final: boolean }
  | { kind: 'pending' };

/** What the expressions see and may take. */
interface Asked {
  environment: Value;
  nowMs: number;
  budget: StepBudget;
  signal: AbortSignal;
}

/** Decides by the expressions of a configuration. */
export interface ResponseJudge {
  /** @throws Error when an expression cannot be evaluated or gives no boolean. */
  judge(
    status: number,
    environment: Value,
    at: { nowMs: number; signal: AbortSignal },
  ): Promise<Verdict>;
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

  async function collect({
    environment,
    nowMs,
    budget,
    signal,
  }: Asked): Promise<JsonObject> {
    const entries: [string, JsonValue][] = [];
    for (const { name, expression } of outputs) {
      const value = expression.evaluate(environment, nowMs, budget);
      entries.push([name, toOutputValue(value, budget)]);
      await setImmediate();
      signal.throwIfAborted();
    }
    return Object.fromEntries(entries);
  }

  return {
    async judge(status, environment, at) {
      const asked = { environment, ...at, budget: outputsBudget() };
      const test = (expression: StepExpression | undefined, field: string) =>
        expression && testOf(evaluate(expression, asked), field);
      if (test(failure, 'failureExpression')) {
        const text = message && textOf(message, asked);
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
        return { kind: 'success', output: await collect(asked) };
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

function evaluate(
  expression: StepExpression,
  { environment, nowMs, budget }: Asked,
): Value {
  return expression.evaluate(environment, nowMs, budget);
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
function textOf(expression: StepExpression, asked: Asked): string | undefined {
  try {
    const value = evaluate(expression, asked);
    return typeof value === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}
