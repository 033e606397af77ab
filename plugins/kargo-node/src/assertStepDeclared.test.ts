import { z } from 'zod';
import { assertStepDeclared } from './assertStepDeclared';
import { createStep, StepCapability, WorkspaceUse } from './contracts/step';

const REACHING: StepCapability[] = ['files', 'git', 'oci', 'programs'];
const OTHERS: StepCapability[] = [
  'argocd',
  'controlPlane',
  'credentials',
  'http',
  'pullRequests',
];

describe('a step that says nothing of the folder', () => {
  it.each(REACHING)('is refused when it needs %s', capability => {
    expect(() =>
      assertStepDeclared({ id: 'acme', needs: ['http', capability] }),
    ).toThrow(
      `The promotion step 'acme' needs ${capability} and does not say what it does with the Promotion's folder: declare workspace as`,
    );
  });

  it.each([[OTHERS], [[]], [undefined]])(
    'is taken when it needs %j, which do not reach it',
    needs => {
      expect(() => assertStepDeclared({ id: 'acme', needs })).not.toThrow();
    },
  );
});

it.each<WorkspaceUse>(['none', 'reads', 'writes'])(
  'takes a step that says it is "%s"',
  workspace => {
    expect(() =>
      assertStepDeclared({ id: 'acme', needs: ['files'], workspace }),
    ).not.toThrow();
  },
);

it('refuses a word that it does not know', () => {
  expect(() =>
    assertStepDeclared({ id: 'acme', workspace: 'write' as WorkspaceUse }),
  ).toThrow("says 'write' of what it does with the Promotion's folder");
});

it('asks for the word where the step is written', () => {
  const parts = {
    id: 'acme',
    description: 'Writes.',
    config: z.object({}),
    run: async () => ({ kind: 'succeeded' as const }),
  };
  // @ts-expect-error a step with files has to declare its workspace
  createStep({ ...parts, needs: ['files'] });
  // @ts-expect-error a step that cannot reach the folder does not write there
  createStep({ ...parts, needs: ['http'], workspace: 'writes' });
  createStep({ ...parts, needs: ['http'] });
  const step = createStep({ ...parts, needs: ['files'], workspace: 'reads' });
  expect(step.workspace).toBe('reads');
});
