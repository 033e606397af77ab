import { StepExecutionMetadata } from 'backstage-plugin-kargo-common';
import { FunctionDeclaration, Types } from 'backstage-plugin-kargo-expr';
import { HostScope } from '../HostScope';
import { declare, overload, requireText } from './declare';

const NO_ARGUMENT = [overload(Types.bool)];

/** Functions over the steps recorded so far. */
export const STATUS_FUNCTIONS: FunctionDeclaration[] = [
  declare('always', NO_ARGUMENT, () => true),
  declare('failure', NO_ARGUMENT, (_, scope, steps) => {
    steps.step(scope.steps.length);
    return hasFailed(scope);
  }),
  declare('success', NO_ARGUMENT, (_, scope, steps) => {
    steps.step(scope.steps.length);
    return !hasFailed(scope);
  }),
  declare(
    'status',
    [overload(Types.string, Types.string)],
    ([alias], scope, steps) => {
      steps.step(scope.steps.length);
      return statusOf(scope, requireText(alias, 'The alias of the step'));
    },
  ),
];

function hasFailed({ steps }: HostScope): boolean {
  return steps.some(
    ({ status, continueOnError }) =>
      !continueOnError && (status === 'Errored' || status === 'Failed'),
  );
}

/** Inside a task only its own steps are seen, outside only steps of no task. */
function statusOf({ steps, stepAlias }: HostScope, alias: string): string {
  const task = namespaceOf(stepAlias ?? '');
  const wanted = task === undefined ? alias : `${task}::${alias}`;
  const isVisible = (step: StepExecutionMetadata) =>
    step.alias === wanted && namespaceOf(step.alias) === task;
  return steps.find(isVisible)?.status ?? '';
}

/** The task part of an alias, if there is exactly one `::` in it. */
export function namespaceOf(alias: string): string | undefined {
  const parts = alias.split('::');
  return parts.length === 2 ? parts[0] : undefined;
}
