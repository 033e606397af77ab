import { StepKind } from 'backstage-plugin-kargo-common';
import { Field, manifestShape, shapeAt } from './manifestShape';
import { withStepFields } from './stepFields';

const kinds: StepKind[] = [
  {
    name: 'git-push',
    description: 'Pushes commits.',
    config: {
      type: 'object',
      properties: {
        path: { type: 'string' },
        force: { type: 'boolean' },
        maxAttempts: { type: 'integer' },
      },
      required: ['path'],
    },
  },
  {
    name: 'compose-output',
    description: 'Makes an output.',
    config: { type: 'object', additionalProperties: {} },
  },
];

const STEP = ['spec', 'promotionTemplate', 'spec', 'steps', 0];

function fieldsAt(kind: 'Stage' | 'PromotionTask', path: (string | number)[]) {
  const shape = shapeAt(manifestShape(kind), path);
  return shape?.type === 'object' ? shape.fields : [];
}

const named = (fields: Field[], name: string) =>
  fields.find(field => field.name === name);

describe('the fields of a promotion step', () => {
  it.each([
    ['Stage', STEP],
    ['PromotionTask', ['spec', 'steps', 0]],
  ] as const)('are those of its kind in a %s', (kind, path) => {
    const fields = withStepFields(
      fieldsAt(kind, [...path]),
      { uses: 'git-push' },
      kinds,
    );
    const uses = named(fields, 'uses');
    expect(uses).toMatchObject({
      description: 'Pushes commits.',
      isRequired: true,
    });
    expect(uses?.shape()).toEqual({
      type: 'choice',
      options: ['git-push', 'compose-output'],
      isOpen: true,
    });
    const config = named(fields, 'config');
    expect(config).toMatchObject({ isRequired: true, takesExpressions: true });
    const shape = config?.shape();
    expect(
      shape?.type === 'object' &&
        shape.fields.map(({ name, isRequired, shape: of }) => [
          name,
          isRequired,
          of().type,
        ]),
    ).toEqual([
      ['path', true, 'text'],
      ['force', false, 'switch'],
      ['maxAttempts', false, 'number'],
    ]);
  });

  it.each([
    ['of a kind that the portal does not have', { uses: 'acme' }],
    ['of a kind that takes any field', { uses: 'compose-output' }],
    [
      'whose configuration is one expression',
      { uses: 'git-push', config: '${{ vars.push }}' },
    ],
    ['of a task', { task: { name: 'promote' } }],
  ])('leave the configuration of a step %s to YAML', (_, step) => {
    const fields = fieldsAt('Stage', STEP);
    expect(named(withStepFields(fields, step, kinds), 'config')).toBe(
      named(fields, 'config'),
    );
  });

  it('ask for no kind beside a task', () => {
    const fields = withStepFields(
      fieldsAt('Stage', STEP),
      { task: { name: 'promote' } },
      kinds,
    );
    expect(named(fields, 'uses')?.isRequired).toBe(false);
  });

  it('are none of other objects, and nothing while no kinds are known', () => {
    const metadata = fieldsAt('Stage', ['metadata']);
    expect(withStepFields(metadata, {}, kinds)).toBe(metadata);
    const step = fieldsAt('Stage', STEP);
    expect(withStepFields(step, { uses: 'git-push' }, [])).toBe(step);
  });
});
