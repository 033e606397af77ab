import { z } from 'zod';
import { builtinSteps } from '../builtins/steps';
import { describeStepKinds } from './describeStepKinds';

describe('describeStepKinds', () => {
  it('tells every step by name, with what it does and the fields of its configuration', () => {
    const { items } = describeStepKinds([...builtinSteps].reverse());
    expect(items.map(({ name }) => name)).toEqual(
      builtinSteps.map(({ id }) => id).sort(),
    );
    expect(items.find(({ name }) => name === 'git-push')).toMatchObject({
      description: expect.stringMatching(/^[A-Z].*\.$/),
      config: {
        type: 'object',
        required: ['path'],
        properties: { path: { type: 'string' } },
      },
    });
  });

  it('asks for nothing that has a default, and takes anything where only code decides', () => {
    const config = z.object({
      tries: z.int().default(3),
      when: z.date(),
    });
    const [kind] = describeStepKinds([
      { id: 'acme', description: 'Does it.', config },
    ]).items;
    expect(kind.config).toMatchObject({
      properties: { tries: { type: 'integer' }, when: {} },
      required: ['when'],
    });
  });
});
