import { ConfigMap, Draft, Warehouse } from 'backstage-plugin-kargo-common';
import { EngineHarness } from '../EngineHarness';
import { demoProject, imageOf } from '../scenarioManifests';

jest.setTimeout(120_000);

const ACTOR = { actor: 'user:default/tester' };
const NAME = { kind: 'Warehouse', namespace: 'demo', name: 'web' } as const;

/** A Warehouse as a version that knew a field may have stored it. */
function stored(subscription: object = { unheardOf: '^1' }): Draft<Warehouse> {
  return {
    apiVersion: 'kargo.akuity.io/v1alpha1',
    kind: 'Warehouse',
    metadata: { name: 'web', namespace: 'demo' },
    spec: {
      interval: '24h',
      freightCreationPolicy: 'Automatic',
      subscriptions: [{ image: { repoURL: imageOf('web'), ...subscription } }],
    } as Warehouse['spec'],
  };
}

describe('a Warehouse that is stored with a field that nobody knows any more', () => {
  let harness: EngineHarness;

  beforeEach(async () => {
    harness = await EngineHarness.create();
    harness.publish(imageOf('web'), '2.0.0');
    await harness.apply(demoProject('none'));
    await harness.store.create(stored());
    await harness.settle();
  });
  afterEach(() => harness.stop());

  const apply = (warehouse: Draft<Warehouse>) =>
    harness.admission.replace(warehouse, ACTOR);

  it('goes on without the field, and looks when it is asked to', async () => {
    expect(await harness.list('Freight')).toHaveLength(1);
    harness.publish(imageOf('web'), '2.1.0');
    await harness.refresh('Warehouse', 'web');
    await harness.settle();
    expect(await harness.list('Freight')).toHaveLength(2);
  });

  it('takes labels and annotations, and keeps its spec as it is', async () => {
    const manifest = stored();
    await apply({
      ...manifest,
      metadata: {
        ...manifest.metadata,
        labels: { team: 'a' },
        annotations: { note: 'b' },
      },
    });
    const { metadata, spec } = await harness.store.get(NAME);
    expect(metadata).toMatchObject({
      generation: 1,
      labels: { team: 'a' },
      annotations: { note: 'b' },
    });
    expect(spec).toEqual(manifest.spec);
  });

  it('takes labels of a manifest that does not say the defaults', async () => {
    const image = {
      repoURL: imageOf('api'),
      unheardOf: '^1',
      imageSelectionStrategy: 'SemVer' as const,
      strictSemvers: true,
      discoveryLimit: 20,
    };
    const full = {
      ...renamed('api'),
      spec: { ...stored().spec, subscriptions: [{ image }] },
    };
    await harness.store.create(full);
    const { spec, metadata } = renamed('api');
    const labelled = { ...metadata, labels: { team: 'a' } };
    const written = (repoURL: string, other = {}) =>
      ({
        ...{ apiVersion: full.apiVersion, kind: full.kind, metadata: labelled },
        spec: {
          interval: spec.interval,
          subscriptions: [{ image: { unheardOf: '^1', repoURL, ...other } }],
        },
      } as unknown as Draft<Warehouse>);
    await apply(written(imageOf('api')));
    const found = await harness.store.get({ ...NAME, name: 'api' });
    expect(found.metadata).toMatchObject({
      generation: 1,
      labels: { team: 'a' },
    });
    expect(found.spec).toEqual(full.spec);
    for (const changed of [
      written(imageOf('web')),
      written(imageOf('api'), { discoveryLimit: 19 }),
      written(imageOf('api'), { unheardOf: '^2' }),
    ]) {
      await expect(apply(changed)).rejects.toThrow('unheardOf');
    }
  });

  it('refuses labels that are none', async () => {
    const manifest = stored();
    await expect(
      apply({
        ...manifest,
        metadata: { ...manifest.metadata, labels: { team: 7 as never } },
      }),
    ).rejects.toThrow('metadata.labels.team');
  });

  it.each([
    [
      'its interval changes',
      { ...stored(), spec: { ...stored().spec, interval: '1h' } },
    ],
    ['it is created anew under another name', renamed('other')],
  ])('is refused when %s, and names the field', async (_, manifest) => {
    await expect(
      harness.admission.replace(manifest, ACTOR, { upsert: true }),
    ).rejects.toThrow(
      'spec.subscriptions[0].image.unheardOf: found an unknown field',
    );
  });

  it('takes another spec in which the field is put right', async () => {
    await apply(stored({ constraint: '^1' }));
    await harness.settle();
    const { spec } = await harness.store.get(NAME);
    expect(spec.subscriptions[0].image).toMatchObject({ constraint: '^1' });
  });
});

describe('a ConfigMap that is stored with more values than one may have today', () => {
  const KEY = {
    kind: 'ConfigMap',
    namespace: 'demo',
    name: 'large',
  } as const;
  const manifest = (count: number, labels = {}): Draft<ConfigMap> => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'large', namespace: 'demo', labels },
    data: Object.fromEntries(
      Array.from({ length: count }, (_, index) => [`k${index}`, 'v']),
    ),
  });
  let harness: EngineHarness;

  beforeEach(async () => {
    harness = await EngineHarness.create();
    await harness.apply(demoProject('none'));
    await harness.store.create(manifest(25_000));
  });
  afterEach(() => harness.stop());

  it('takes labels, and less data', async () => {
    await harness.admission.replace(manifest(25_000, { team: 'a' }), ACTOR);
    expect((await harness.store.get(KEY)).metadata.labels).toEqual({
      team: 'a',
    });
    await harness.admission.replace(manifest(24_000), ACTOR);
    expect(Object.keys((await harness.store.get(KEY)).data ?? {})).toHaveLength(
      24_000,
    );
  });

  it('takes no more data', async () => {
    await expect(
      harness.admission.replace(manifest(25_001), ACTOR),
    ).rejects.toThrow('found more than 20000 values');
  });

  it('takes no more metadata than others have', async () => {
    const { metadata, ...content } = manifest(25_000);
    const { data: annotations } = manifest(20_000);
    await expect(
      harness.admission.replace(
        { ...content, metadata: { ...metadata, annotations } },
        ACTOR,
      ),
    ).rejects.toThrow('found more than 20000 values');
  });
});

function renamed(name: string): Draft<Warehouse> {
  return { ...stored(), metadata: { name, namespace: 'demo' } };
}
