import { JsonObject } from 'backstage-plugin-kargo-common';
import { StepContext, StepOutcome } from 'backstage-plugin-kargo-node';
import { z } from 'zod';
import { ForeignInputError } from '../../../foreign/ForeignInputError';
import { DocumentLanguage } from '../../../foreign/readDocument';
import { compileValue, ForeignValues } from './ForeignValues';
import { OutputExpression } from './outputExpression';

/** Configuration of the steps that read values from a structured file. */
export const ParseConfig = z.strictObject({
  path: z.string().min(1),
  outputs: z.array(OutputExpression).min(1),
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
  language: DocumentLanguage,
): Promise<StepOutcome> {
  const text = await files.readText(config.path);
  if (text.trim() === '') {
    throw new Error(`"${config.path}" is empty`);
  }
  const values = await tryRead(config.path, () =>
    ForeignValues.read({ language, text }, { nowMs: now(), signal }),
  );
  const output: JsonObject = {};
  for (const { name, fromExpression } of config.outputs) {
    const field = `the expression of output "${name}"`;
    const expression = await compileValue(fromExpression, field, signal);
    output[name] = await values.evaluate(expression);
  }
  return { kind: 'succeeded', output };
}

async function tryRead<T>(path: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof ForeignInputError)) {
      throw error;
    }
    throw new Error(`cannot parse "${path}": ${error.message}`, {
      cause: error,
    });
  }
}
