import { JsonObject } from 'backstage-plugin-kargo-common';
import { ControlPlane } from 'backstage-plugin-kargo-node';
import { runStep } from 'backstage-plugin-kargo-node/testUtils';
import { setMetadataStep } from './runner';

describe('set-metadata', () => {
  const written: unknown[] = [];
  const controlPlane: ControlPlane = {
    setMetadata: async (target, values) => {
      if (target.name === 'missing') throw new Error('no such Stage');
      written.push([target, values]);
    },
    setFreightAlias: async () => {},
    listRequestedImages: async () => [],
  };
  const run = (...updates: JsonObject[]) =>
    runStep(setMetadataStep, { updates }, { controlPlane });

  beforeEach(() => {
    written.length = 0;
  });

  it('writes in order', async () => {
    await expect(
      run(
        { kind: 'Stage', name: 'dev', values: { a: { b: 1 } } },
        { kind: 'Freight', name: 'f', values: { c: null } },
      ),
    ).resolves.toEqual({ kind: 'succeeded' });
    expect(written).toEqual([
      [{ kind: 'Stage', name: 'dev' }, { a: { b: 1 } }],
      [{ kind: 'Freight', name: 'f' }, { c: null }],
    ]);
  });

  it('keeps what was written before a resource that is missing', async () => {
    await expect(
      run(
        { kind: 'Stage', name: 'dev', values: { a: 1 } },
        { kind: 'Stage', name: 'missing', values: { a: 1 } },
      ),
    ).rejects.toThrow('no such Stage');
    expect(written).toHaveLength(1);
  });

  it('throws on an empty key', async () => {
    await expect(
      run({ kind: 'Stage', name: 'dev', values: { '': 1 } }),
    ).rejects.toThrow('is empty');
  });

  it.each<JsonObject>([
    { kind: 'Warehouse', name: 'w', values: { a: 1 } },
    { kind: 'Stage', name: '', values: { a: 1 } },
    { kind: 'Stage', name: 'dev', values: {} },
  ])('refuses %j', async update => {
    await expect(run(update)).resolves.toMatchObject({
      kind: 'failed',
      final: true,
    });
  });
});
