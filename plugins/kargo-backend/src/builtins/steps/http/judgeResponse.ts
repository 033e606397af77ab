import { JsonObject, JsonValue } from 'backstage-plugin-kargo-common';
import {
  compileValue,
  ForeignValues,
  ValueExpression,
} from '../shared/ForeignValues';
import { ParsedHttpConfig } from './config';

/** What a response means; `pending` is to be asked again. */
export type Verdict =
  | { kind: 'success'; output: JsonObject }
  | { kind: 'failure'; reason: string; final: boolean }
  | { kind: 'pending' };

/** Decides by the expressions of a configuration. */
export interface ResponseJudge {
  /** @throws Error when an expression cannot be evaluated or gives no boolean. */
  judge(status: number, response: ForeignValues): Promise<Verdict>;
}

/**
 * Compiles the expressions of a configuration, so that a mistake shows before anything is
 * sent.
 *
 * @throws TerminalError when one is not an expression.
 */
export async function compileJudge(
  config: ParsedHttpConfig,
  signal: AbortSignal,
): Promise<ResponseJudge> {
  const find = async (
    field: 'successExpression' | 'failureExpression' | 'errorExpression',
  ) => (config[field] ? compileValue(config[field], field, signal) : undefined);
  const success = await find('successExpression');
  const failure = await find('failureExpression');
  const message = await find('errorExpression');
  const outputs = await Promise.all(
    config.outputs.map(async ({ name, fromExpression }) => {
      const field = `output "${name}"`;
      return {
        name,
        expression: await compileValue(fromExpression, field, signal),
      };
    }),
  );

  async function collect(response: ForeignValues): Promise<JsonObject> {
    const entries: [string, JsonValue][] = [];
    for (const { name, expression } of outputs) {
      entries.push([name, await response.evaluate(expression)]);
    }
    return Object.fromEntries(entries);
  }

  return {
    async judge(status, response) {
      const test = async (expression: ValueExpression | undefined) =>
        expression && testOf(await response.evaluate(expression), expression);
      if (await test(failure)) {
        const text = message && (await textOf(message, response));
        const reason = `HTTP (${status}) response met failure criteria`;
        return {
          kind: 'failure',
          reason: text ? `${reason}: ${JSON.stringify(text)}` : reason,
          final: true,
        };
      }
      if (success ? await test(success) : !failure && isGood(status)) {
        return { kind: 'success', output: await collect(response) };
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

function testOf(value: JsonValue, { field }: ValueExpression): boolean {
  if (typeof value !== 'boolean') {
    throw new Error(`${field} must be true or false; it gives something else`);
  }
  return value;
}

/** A message that cannot be made is no reason to hide the failure. */
async function textOf(
  expression: ValueExpression,
  response: ForeignValues,
): Promise<string | undefined> {
  try {
    const value = await response.evaluate(expression);
    return typeof value === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}
