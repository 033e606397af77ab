import { mockServices } from '@backstage/backend-test-utils';
import { ManifestSource } from '../../ports/ManifestSource';
import { EngineHarness } from '../../testing/EngineHarness';
import { ManifestSync } from './ManifestSync';

jest.setTimeout(120_000);

const project = {
  apiVersion: 'kargo.akuity.io/v1alpha1',
  kind: 'Project',
  metadata: { name: 'demo' },
};

function warehouse(name: string) {
  return {
    apiVersion: 'kargo.akuity.io/v1alpha1',
    kind: 'Warehouse',
    metadata: { name, namespace: 'demo' },
    spec: { subscriptions: [{ image: { repoURL: `ghcr.io/acme/${name}` } }] },
  };
}

describe('ManifestSync', () => {
  let harness: EngineHarness;
  let manifests: unknown[];
  let failure: Error | undefined;

  beforeEach(async () => {
    harness = await EngineHarness.create();
    failure = undefined;
  });
  afterEach(() => harness.stop());

  const source: ManifestSource = {
    name: 'pipelines',
    async read() {
      if (failure) {
        throw failure;
      }
      return manifests.map((manifest, i) => ({
        origin: `pipelines/${i}.yaml, document 1`,
        manifest,
      }));
    },
  };

  const run = (prune: boolean) =>
    ManifestSync.create({
      sources: [source],
      prune,
      admission: harness.admission,
      store: harness.store,
      logger: mockServices.logger.mock(),
    }).run();

  const warehouses = async () =>
    (await harness.list('Warehouse')).map(w => w.metadata.name);

  it('applies projects first and then leaves everything as it is', async () => {
    manifests = [warehouse('a'), project];
    expect(await run(false)).toMatchObject({ created: 2, problems: [] });
    expect(await run(false)).toMatchObject({
      created: 0,
      updated: 0,
      unchanged: 2,
    });
  });

  it('reports a document that fails and applies the others', async () => {
    manifests = [
      project,
      { ...warehouse('a'), spec: { subscriptions: [] } },
      warehouse('b'),
    ];
    const report = await run(false);
    expect(await warehouses()).toEqual(['b']);
    expect(report.problems).toEqual([
      "pipelines/1.yaml, document 1: Warehouse 'a' is invalid: spec.subscriptions: found a list of 0, expected at least 1 elements",
    ]);
  });

  it('deletes what is gone from the manifests when told to', async () => {
    manifests = [project, warehouse('a'), warehouse('b')];
    await run(true);
    manifests = [project, warehouse('b')];
    expect(await run(false)).toMatchObject({ deleted: 0 });
    expect(await run(true)).toMatchObject({ deleted: 1 });
    expect(await warehouses()).toEqual(['b']);
  });

  it('leaves alone what people made', async () => {
    manifests = [project];
    await run(true);
    await harness.admission.create(warehouse('mine'), {
      actor: 'user:default/jo',
    });
    expect(await run(true)).toMatchObject({ deleted: 0 });
    expect(await warehouses()).toEqual(['mine']);
  });

  it.each([
    ['a source cannot be read', () => (failure = new Error('no such file'))],
    ['a document is wrong', () => (manifests = [project, { kind: 'Nothing' }])],
  ])('deletes nothing while %s', async (_, breakIt) => {
    manifests = [project, warehouse('a')];
    await run(true);
    breakIt();
    expect(await run(true)).toMatchObject({ deleted: 0 });
    expect(await warehouses()).toEqual(['a']);
    expect(await harness.list('Project')).toHaveLength(1);
  });
});
