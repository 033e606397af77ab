import { AnyStep, StepCapability } from 'backstage-plugin-kargo-node';
import { z } from 'zod';
import { createRegistries } from './buildRegistries';

function aStep(id: string, needs: StepCapability[] = []): AnyStep {
  return {
    ...{ id, needs, description: '', config: z.object({}) },
    run: async () => ({ kind: 'succeeded' }),
  };
}

describe('the steps of a portal', () => {
  it('are known by their ids, of which there is one each', () => {
    const { steps } = createRegistries();
    steps.add(aStep('a'), aStep('b'));
    expect([...steps.byId.keys()]).toEqual(['a', 'b']);
    expect(() => steps.add(aStep('a'))).toThrow(
      "A promotion step with the id 'a' exists already",
    );
  });

  it('refuse one that could write in the folder and does not say so', () => {
    const { steps } = createRegistries();
    expect(() => steps.add(aStep('acme', ['files', 'http']))).toThrow(
      "The promotion step 'acme' needs files and does not say",
    );
    expect(steps.all).toEqual([]);
  });
});
