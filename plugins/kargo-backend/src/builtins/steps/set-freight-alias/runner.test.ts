import { ConflictError, NotFoundError } from '@backstage/errors';
import { ControlPlane } from 'backstage-plugin-kargo-node';
import { runStep } from 'backstage-plugin-kargo-node/testUtils';
import { setFreightAliasStep } from './runner';

describe('set-freight-alias', () => {
  const run = (setFreightAlias: ControlPlane['setFreightAlias'], alias = 'x') =>
    runStep(
      setFreightAliasStep,
      { name: 'f', alias },
      {
        controlPlane: {
          setFreightAlias,
          setMetadata: async () => {},
          listRequestedImages: async () => [],
        },
      },
    );

  it('renames and says so', async () => {
    const asked: string[] = [];
    await expect(
      run(async (...args) => {
        asked.push(...args);
      }),
    ).resolves.toEqual({
      kind: 'succeeded',
      message: 'Freight "f" is now called "x"',
    });
    expect(asked).toEqual(['f', 'x']);
  });

  it.each([
    new ConflictError('alias "x" is taken'),
    new NotFoundError('no Freight "f"'),
  ])('fails for good on %s', async error => {
    await expect(run(() => Promise.reject(error))).resolves.toEqual({
      kind: 'failed',
      reason: error.message,
      final: true,
    });
  });

  it('throws what may pass', async () => {
    await expect(
      run(() => Promise.reject(new Error('the database is away'))),
    ).rejects.toThrow('the database is away');
  });

  it('wants an alias', async () => {
    await expect(run(async () => {}, '')).resolves.toMatchObject({
      kind: 'failed',
      final: true,
    });
  });
});
