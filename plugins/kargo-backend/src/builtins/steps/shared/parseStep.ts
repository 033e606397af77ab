import { setImmediate } from 'node:timers/promises';
import { JsonObject, JsonValue } from 'backstage-plugin-kargo-common';
import {
  compileStepExpression,
  StepContext,
  StepOutcome,
  toOutputValue,
} from 'backstage-plugin-kargo-node';
import { z } from 'zod';
import { ForeignInputError } from '../../../foreign/ForeignInputError';
import { outputsBudget } from './outputsBudget';

/** Configuration of the steps that read values from a structured file. */
export const ParseConfig = z.strictObject({
  path: z.string().min(1),
  outputs: z
    .array(
      z.strictObject({
        name: z.string().min(1),
        fromExpression: z.string().min(1),
      }),
    )
    .min(1),
});

/**
 * Reads a file and gives what expressions find in it. The document itself is what the
 * expressions see: its keys are their variables.
 *
 * @throws Error when the file cannot be read or parsed, or an expression fails.
 */
export async function runParseStep(
  config: z.output<typeof ParseConfig>,
  { files, now, signal }: StepContext<'files'>,
  parse: (text: string, signal: AbortSignal) => Promise<JsonValue>,
): Promise<StepOutcome> {
  const text = await files.readText(config.path);
  if (text.trim() === '') {
    throw new Error(`"${config.path}" is empty`);
  }
  const document = await tryParse(config.path, () => parse(text, signal));
  const output: JsonObject = {};
  const budget = outputsBudget();
  for (const { name, fromExpression } of config.outputs) {
    const field = `the expression of output "${name}"`;
    const expression = compileStepExpression(fromExpression, field);
    const value = expression.evaluate(document, now(), budget);
    output[name] = toOutputValue(value, budget);
    await setImmediate();
    signal.throwIfAborted();
  }
  return { kind: 'succeeded', output };
}

async function tryParse(
  path: string,
  parse: () => Promise<JsonValue>,
): Promise<JsonValue> {
  try {
    return await parse();
  } catch (error) {
    if (!(error instanceof ForeignInputError)) {
      throw error;
    }
    throw new Error(`cannot parse "${path}": ${error.message}`, {
      cause: error,
    });
  }
}
