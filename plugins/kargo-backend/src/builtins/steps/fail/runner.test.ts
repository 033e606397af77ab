import { JsonObject } from 'backstage-plugin-kargo-common';
import { runStep } from 'backstage-plugin-kargo-node/testUtils';
import { failStep } from './runner';

describe('fail', () => {
  it.each<[JsonObject, string]>([
    [{}, 'failed'],
    [{ message: 'no' }, 'failed: no'],
    [
      { message: '' },
      'invalid fail config: message: String length must be greater than or equal to 1',
    ],
  ])('with %j ends with "%s"', async (config, reason) => {
    await expect(runStep(failStep, config, {})).resolves.toEqual({
      kind: 'failed',
      final: true,
      reason,
    });
  });
});
