import { StepExecutionMetadata } from 'backstage-plugin-kargo-common';
import { compile } from 'backstage-plugin-kargo-expr';
import { LookupTable } from '../lookups';
import { STATUS_FUNCTIONS } from './status';

type Step = Partial<StepExecutionMetadata>;

function evaluate(source: string, steps: Step[], stepAlias?: string): unknown {
  return compile(source, { functions: STATUS_FUNCTIONS }).run(
    {},
    {
      host: {
        requests: [],
        freight: [],
        lookups: new LookupTable(),
        stepAlias,
        steps: steps.map(step => ({ alias: 'a', ...step })),
      },
    },
  );
}

describe('functions over what steps came to', () => {
  it.each<[Step[], boolean]>([
    [[], false],
    [[{ status: 'Succeeded' }], false],
    [[{ status: 'Skipped' }], false],
    [[{ status: 'Running' }], false],
    [[{ status: 'Aborted' }], false],
    [[{ status: 'Failed' }], true],
    [[{ status: 'Errored' }], true],
    [[{ status: 'Failed', continueOnError: true }], false],
    [[{ status: 'Errored', continueOnError: true }], false],
    [[{ status: 'Errored' }, { status: 'Succeeded' }], true],
    [[{ status: 'Failed', continueOnError: true }, { status: 'Failed' }], true],
  ])('%j is a failure: %p', (steps, hasFailed) => {
    expect(evaluate('failure()', steps)).toBe(hasFailed);
    expect(evaluate('success()', steps)).toBe(!hasFailed);
    expect(evaluate('always()', steps)).toBe(true);
  });

  const STEPS: Step[] = [
    { alias: 'a', status: 'Succeeded' },
    { alias: 'a', status: 'Failed' },
    { alias: 'b' },
    { alias: 'task::a', status: 'Skipped' },
    { alias: 'x::y::z', status: 'Errored' },
  ];

  it.each<[string, string | undefined, string]>([
    // The first of an alias counts.
    ['a', undefined, 'Succeeded'],
    ['a', 'step', 'Succeeded'],
    ['b', 'step', ''],
    ['c', 'step', ''],
    // A task sees its own steps, and nobody else does.
    ['a', 'task::step', 'Skipped'],
    ['b', 'task::step', ''],
    ['a', 'other::step', ''],
    ['task::a', 'step', ''],
    ['task::a', 'task::step', ''],
  ])('the status of %p to %p is %p', (alias, stepAlias, status) => {
    expect(evaluate(`status('${alias}')`, STEPS, stepAlias)).toBe(status);
  });

  it('wants an alias', () => {
    expect(() => evaluate("status('')", STEPS)).toThrow('must not be empty');
  });
});
