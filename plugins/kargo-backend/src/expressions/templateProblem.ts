import { compile, Program, StepBudget } from 'backstage-plugin-kargo-expr';
import { chargedCompile, MAX_STEPS } from './Evaluation';
import { FunctionSet } from './functionSets';
import { templateOf } from './template';
import { TemplateError } from './TemplateError';
import { unknownCall } from './unknownCall';

/**
 * Why a template cannot be rendered, whatever its expressions see; `undefined` where that
 * depends on what they see. Each expression is a step, or several.
 */
export function* templateProblem(
  source: string,
  functions: FunctionSet,
): Generator<undefined, string | undefined, undefined> {
  const budget = new StepBudget(MAX_STEPS);
  const compiling = templateOf(source, {
    functions,
    compile: expression =>
      chargedCompile(budget, () =>
        compile(expression, { functions: functions.declarations }),
      ),
    isTurnDue: () => true,
  });
  try {
    let step = compiling.next();
    for (; !step.done; step = compiling.next()) yield;
    for (const part of step.value) {
      const unknown =
        part instanceof Program && unknownCall(part, functions.declarations);
      if (unknown) {
        return `there is no function "${unknown}" here`;
      }
      yield;
    }
    return undefined;
  } catch (error) {
    if (error instanceof TemplateError) {
      return error.message;
    }
    throw error;
  }
}
