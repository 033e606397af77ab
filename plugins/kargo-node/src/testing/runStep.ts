import { JsonValue } from 'backstage-plugin-kargo-common';
import { z } from 'zod';
import { assertStepDeclared } from '../assertStepDeclared';
import { Step, StepCapability, StepOutcome } from '../contracts/step';
import { readStepOutcome } from '../readStepOutcome';
import {
  checkStepConfig,
  formatStepConfigProblems,
} from '../validateStepConfig';
import { fakeStepContext, FakeStepContextOptions } from './fakeStepContext';

/**
 * Runs one attempt of a step as the engine does, on an evaluated configuration.
 *
 * @remarks
 * The step gets exactly the capabilities that it declares. A configuration that the schema
 * refuses is a final failure, as in a Promotion. What the step throws is thrown, and so is what
 * a Promotion makes of an answer that is no outcome.
 *
 * @public
 */
export async function runStep<
  TSchema extends z.ZodType,
  TNeeds extends StepCapability = never,
>(
  step: Step<TSchema, TNeeds>,
  config: JsonValue | undefined,
  context: FakeStepContextOptions<TNeeds> = {},
): Promise<StepOutcome> {
  assertStepDeclared(step);
  const check = checkStepConfig(step, config);
  if (!check.ok) {
    const reason = formatStepConfigProblems(step.id, check.problems);
    return { kind: 'failed', reason, final: true };
  }
  const answer = await step.run(
    check.config as z.output<TSchema>,
    await fakeStepContext<TNeeds>(step.needs ?? [], context),
  );
  return readStepOutcome(step.id, answer);
}
