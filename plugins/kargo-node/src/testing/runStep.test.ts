import { z } from 'zod';
import { createStep } from '../contracts/step';
import { runStep } from './runStep';

const echoStep = createStep<z.ZodObject<{ text: z.ZodString }>, 'credentials'>({
  id: 'echo',
  description: 'Returns what it was told.',
  config: z.object({ text: z.string().min(1) }),
  needs: ['credentials'],
  async run(config, context) {
    const found = await context.capabilities.credentials.find({
      project: context.project,
      type: 'git',
      repoURL: 'https://git.example.com/r',
    });
    return {
      kind: 'succeeded',
      output: { text: config.text, username: found?.username ?? '' },
    };
  },
});

describe('runStep', () => {
  it('runs the step with the capabilities that the test gives', async () => {
    const credentials = { find: async () => ({ username: 'ada' }) };
    await expect(
      runStep(
        echoStep,
        { text: 'hi' },
        { workDir: '/w', capabilities: { credentials } },
      ),
    ).resolves.toEqual({
      kind: 'succeeded',
      output: { text: 'hi', username: 'ada' },
    });
  });

  it('fails finally on a configuration that the schema refuses', async () => {
    await expect(
      runStep(echoStep, { text: '' }, { workDir: '/w' }),
    ).resolves.toEqual({
      kind: 'failed',
      final: true,
      reason:
        'invalid echo config: text: String length must be greater than or equal to 1',
    });
  });

  it('names a capability that the test forgot', async () => {
    await expect(
      runStep(echoStep, { text: 'hi' }, { workDir: '/w' }),
    ).rejects.toThrow("The test gave no capability 'credentials'");
  });
});
