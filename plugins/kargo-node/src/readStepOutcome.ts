import {
  firstIssue,
  JsonObject,
  JsonValue,
} from 'backstage-plugin-kargo-common';
import { z } from 'zod';
import { StepOutcome } from './contracts/step';
import { TerminalError } from './errors';
import { toJson } from './toJson';

const Outcome = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('succeeded'),
    message: z.string().optional(),
    healthCheck: z
      .object({ uses: z.string(), config: z.record(z.string(), z.unknown()) })
      .optional(),
  }),
  z.object({ kind: z.literal('skipped'), reason: z.string() }),
  z.object({
    kind: z.literal('waiting'),
    reason: z.string(),
    checkAgainInMs: z.number().optional(),
  }),
  z.object({
    kind: z.literal('failed'),
    reason: z.string(),
    final: z.boolean(),
  }),
  z.object({ kind: z.literal('broken') }),
]);

/**
 * What a step answered, as its contract has it, with its output as JSON: what is none (dates,
 * `undefined`) is turned into it or left out.
 *
 * @remarks
 * Extensions are written in JavaScript, too, and hand on what libraries answer them.
 *
 * @throws TerminalError that says what is wrong: the step has acted, and would do so again
 *
 * @public
 */
export function readStepOutcome(id: string, answer: unknown): StepOutcome {
  const checked = Outcome.safeParse(answer);
  if (!checked.success) {
    throw new TerminalError(
      `the step '${id}' answered what is no outcome: ${firstIssue(
        checked.error,
      )}`,
    );
  }
  const { output: told, ...outcome } = answer as StepOutcome;
  const output = readOutput(id, told);
  return { ...outcome, ...(output && { output }) } as StepOutcome;
}

function readOutput(id: string, output: unknown): JsonObject | undefined {
  if (output === undefined || output === null) {
    return undefined;
  }
  const json = outputAsJson(id, output);
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw new TerminalError(
      `the step '${id}' answered an output that is no object with names`,
    );
  }
  return json;
}

function outputAsJson(id: string, output: unknown): JsonValue {
  try {
    return toJson(output);
  } catch (error) {
    throw new TerminalError(
      `the step '${id}' answered an output that is ${(error as Error).message}`,
    );
  }
}
