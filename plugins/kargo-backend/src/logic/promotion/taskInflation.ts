import {
  ExpressionVariable,
  MAX_PROMOTION_STEPS,
  PromotionStep,
  PromotionTaskReference,
  PromotionTaskSpec,
} from 'backstage-plugin-kargo-common';
import { Slices } from '../slices';
import { readOlderSteps } from './olderSteps/readOlderSteps';

/** Finds the spec of a referenced task. */
export type TaskLookup = (
  reference: PromotionTaskReference,
) => PromotionTaskSpec | undefined;

/** A task could not be turned into steps; the message names the task and the fix. */
class TaskInflationError extends Error {
  name = 'TaskInflationError' as const;
}

/**
 * The steps of a template with every task replaced by its steps.
 *
 * @remarks
 * Aliases default to `step-<n>` and `task-<n>` by the position in the template; steps of
 * a task are called `<task>::<step>`. Of a task's variables, one that a promotion
 * variable of the same name already fills is left out; otherwise its default is used;
 * otherwise the reference must give a value. What is written in the words of older
 * releases is read as that of today.
 *
 * @throws TaskInflationError when a task is missing or lacks a value, and when there are too
 * many steps.
 */
export function* inflateSteps(
  steps: PromotionStep[],
  promotionVars: ExpressionVariable[],
  lookup: TaskLookup,
): Slices<PromotionStep[]> {
  assertFewSteps(steps, lookup);
  const inflated: PromotionStep[] = [];
  for (const [index, step] of (yield* readSteps(steps, false)).entries()) {
    if (step.task) {
      inflated.push(
        ...(yield* inflateTask(step, step.task, index, promotionVars, lookup)),
      );
    } else {
      inflated.push({ ...step, as: aliasOf(step, index, 'step') });
    }
  }
  return inflated;
}

/** Counts before any is made: a task of many steps may be named many times. */
function assertFewSteps(steps: PromotionStep[], lookup: TaskLookup): void {
  const problem = problemOfCount(steps, lookup);
  if (problem !== undefined) {
    throw new TaskInflationError(problem);
  }
}

/** That a template has too many steps with those of its tasks, if so; one that is missing has none. */
export function problemOfCount(
  steps: PromotionStep[],
  lookup: TaskLookup,
): string | undefined {
  const count = steps.reduce(
    (sum, { task }) => sum + (task ? lookup(task)?.steps.length ?? 0 : 1),
    0,
  );
  return count > MAX_PROMOTION_STEPS
    ? `there are ${count} steps with those of the tasks, and a Promotion has ${MAX_PROMOTION_STEPS} at most; share them among several Stages`
    : undefined;
}

function* inflateTask(
  step: PromotionStep,
  reference: PromotionTaskReference,
  index: number,
  promotionVars: ExpressionVariable[],
  lookup: TaskLookup,
): Slices<PromotionStep[]> {
  const task = lookup(reference);
  if (!task) {
    throw new TaskInflationError(
      `${reference.kind ?? 'PromotionTask'} '${reference.name}' does not exist`,
    );
  }
  const alias = aliasOf(step, index, 'task');
  const vars = taskVariables(
    reference.name,
    task,
    step.vars ?? [],
    promotionVars,
  );
  const steps = yield* readSteps(task.steps, true);
  return steps.map((inner, position) => {
    const all = [...vars, ...(inner.vars ?? [])];
    return {
      ...inner,
      as: `${alias}::${aliasOf(inner, position, 'step')}`,
      ...(all.length > 0 && { vars: all }),
    };
  });
}

/** Who wrote them was told when the manifest was accepted. */
function* readSteps(
  steps: PromotionStep[],
  isTask: boolean,
): Slices<PromotionStep[]> {
  return (yield* readOlderSteps(steps, { path: [], isTask })).steps;
}

function taskVariables(
  taskName: string,
  task: PromotionTaskSpec,
  given: ExpressionVariable[],
  promotionVars: ExpressionVariable[],
): ExpressionVariable[] {
  const defaults = (task.vars ?? []).flatMap(variable => {
    if (hasValue(promotionVars, variable.name)) {
      return [];
    }
    if (variable.value) {
      return [variable];
    }
    if (!hasValue(given, variable.name)) {
      throw new TaskInflationError(
        `missing value for variable "${variable.name}" of task '${taskName}'`,
      );
    }
    return [];
  });
  return [...defaults, ...given];
}

function hasValue(vars: ExpressionVariable[], name: string): boolean {
  return vars.some(variable => variable.name === name && !!variable.value);
}

function aliasOf(
  step: PromotionStep,
  index: number,
  kind: 'step' | 'task',
): string {
  return step.as?.trim() || `${kind}-${index + 1}`;
}
