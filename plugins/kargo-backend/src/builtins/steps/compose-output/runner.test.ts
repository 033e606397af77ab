import { JsonObject } from 'backstage-plugin-kargo-common';
import { runStep } from 'backstage-plugin-kargo-node/testUtils';
import { composeOutputStep } from './runner';

describe('compose-output', () => {
  it('publishes its configuration unchanged', async () => {
    const config: JsonObject = { a: null, b: [1], c: { d: 'x' } };
    await expect(runStep(composeOutputStep, config, {})).resolves.toEqual({
      kind: 'succeeded',
      output: config,
    });
  });

  it.each([{}, undefined])('needs at least one value, not %j', async config => {
    await expect(runStep(composeOutputStep, config, {})).resolves.toEqual({
      kind: 'failed',
      final: true,
      reason:
        'invalid compose-output config: (root): Must have at least 1 properties',
    });
  });
});
