import { ANNOTATIONS } from 'backstage-plugin-kargo-common';
import { Knex } from 'knex';
import { ManifestSource } from '../../ports/ManifestSource';
import { toTimestamp } from '../../logic/timestamps';
import { ResourceAdmission } from '../../ports/ResourceAdmission';
import { EngineHarness } from '../../testing/EngineHarness';
import { FakeClock } from '../../testing/FakeClock';
import { ManifestSets } from './ManifestSets';
import { ManifestSync } from './ManifestSync';
import { mockLogger } from '../../testing/mockLogger';
import { createMemoryDatabase } from '../../testing/memoryDatabase';

jest.setTimeout(120_000);

const GRACE_MS = 15 * 60_000;

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
  let knex: Knex;
  let harness: EngineHarness;
  let manifests: unknown[];
  let failure: Error | undefined;

  beforeEach(async () => {
    knex = createMemoryDatabase();
    harness = await EngineHarness.create({ knex });
    failure = undefined;
  });
  afterEach(() => harness.stop());

  const source = (has: () => unknown[]): ManifestSource => ({
    name: 'pipelines',
    async read() {
      if (failure) {
        throw failure;
      }
      return has().map((manifest, i) => ({
        origin: `pipelines/${i}.yaml, document 1`,
        manifest,
      }));
    },
  });

  const sync = (
    has: () => unknown[],
    prune: boolean,
    replica: EngineHarness = harness,
    admission: ResourceAdmission = replica.admission,
    logger = mockLogger(),
  ) =>
    ManifestSync.create({
      sources: [source(has)],
      prune,
      admission,
      store: replica.store,
      sets: ManifestSets.create({
        store: replica.store,
        // One clock for all, as the database's.
        now: async () => harness.clock.now(),
        graceMs: GRACE_MS,
      }),
      logger,
    });

  const run = (prune: boolean) => sync(() => manifests, prune).run();

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

  it('takes what another replica has made since it looked for it', async () => {
    manifests = [project, warehouse('a')];
    await run(false);
    const find = harness.store.find.bind(harness.store);
    const late = new Set(['Project', 'Warehouse']);
    jest.spyOn(harness.store, 'find').mockImplementation(key =>
      // The first look at each came before.
      late.delete(key.kind) ? Promise.resolve(undefined) : find(key),
    );
    expect(await run(false)).toMatchObject({ unchanged: 2, problems: [] });
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

  describe('with files that were written for a cluster', () => {
    const stage = {
      apiVersion: 'kargo.akuity.io/v1alpha1',
      kind: 'Stage',
      metadata: { name: 'test', namespace: 'demo' },
      spec: {
        requestedFreight: [
          { origin: { name: 'a' }, sources: { direct: true } },
        ],
        promotionTemplate: {
          spec: { steps: [{ task: { name: 'promote' } }] },
        },
      },
    };
    const task = {
      apiVersion: 'kargo.akuity.io/v1alpha1',
      kind: 'PromotionTask',
      metadata: { name: 'promote', namespace: 'demo' },
      spec: { steps: [{ uses: 'fail', config: {} }] },
    };
    const namespace = {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: {
        name: 'demo',
        annotations: { [ANNOTATIONS.keepNamespace]: 'true' },
      },
    };
    const application = {
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Application',
      metadata: { name: 'web' },
    };
    const older = (stageName: string) => ({
      ...project,
      spec: {
        promotionPolicies: [{ stage: stageName, autoPromotionEnabled: true }],
      },
    });
    const policies = async () =>
      (await harness.get('ProjectConfig', 'demo', 'demo')).spec
        .promotionPolicies;
    const warningsOf = (logger: ReturnType<typeof mockLogger>) =>
      logger.warn.mock.calls.map(
        ([, meta]) => (meta as { warning?: string }).warning,
      );

    it('passes over what belongs to a cluster, and prunes all the same', async () => {
      manifests = [namespace, application, project, warehouse('a')];
      expect(await run(true)).toMatchObject({ created: 2, problems: [] });
      const { metadata } = await harness.get('Project', 'demo', '');
      expect(metadata.annotations).toMatchObject(
        namespace.metadata.annotations,
      );
      manifests = [namespace, application, project];
      await harness.advance(GRACE_MS);
      expect(await run(true)).toMatchObject({ deleted: 1, problems: [] });
    });

    it('leaves Freight as it is, whatever its manifest calls it', async () => {
      const freight = {
        apiVersion: 'kargo.akuity.io/v1alpha1',
        kind: 'Freight',
        metadata: { name: 'release', namespace: 'demo' },
        alias: 'first',
        origin: { kind: 'Warehouse', name: 'a' },
        images: [{ repoURL: 'ghcr.io/acme/a', tag: '1.0.0' }],
      };
      manifests = [project, warehouse('a'), freight];
      expect(await run(true)).toMatchObject({ created: 3, problems: [] });
      await harness.advance(GRACE_MS);
      expect(await run(true)).toMatchObject({
        ...{ unchanged: 3, deleted: 0, problems: [] },
      });
      const bad = { ...warehouse('b'), spec: { subscriptions: [] } };
      manifests = [...manifests, bad];
      expect((await run(true)).pruneWaits).toBeUndefined();
    });

    it('asks for nothing, however often it passes what asks for it', async () => {
      const logger = mockLogger();
      const kept = sync(() => manifests, true, harness, undefined, logger);
      manifests = [project, warehouse('a'), stage, task];
      await kept.run();
      await harness.admission.create(
        {
          apiVersion: 'kargo.akuity.io/v1alpha1',
          kind: 'Freight',
          metadata: { namespace: 'demo' },
          origin: { kind: 'Warehouse', name: 'a' },
          images: [{ repoURL: 'ghcr.io/acme/a', tag: '1.0.0' }],
        },
        { actor: 'user:default/jo' },
      );
      const [freight] = await harness.list('Freight');
      const promotion = {
        apiVersion: 'kargo.akuity.io/v1alpha1',
        kind: 'Promotion',
        metadata: { name: 'test.01.abc', namespace: 'demo' },
        spec: { stage: 'test', freight: freight.metadata.name },
      };
      const nameless = { ...promotion, metadata: { namespace: 'demo' } };
      const analysisRun = {
        apiVersion: 'argoproj.io/v1alpha1',
        kind: 'AnalysisRun',
        metadata: { name: 'test.01', namespace: 'demo' },
        spec: { metrics: [] },
      };
      manifests = [...manifests, promotion, analysisRun, nameless];
      await kept.run();
      expect(await kept.run()).toMatchObject({ created: 0, problems: [] });
      expect(await harness.list('Promotion')).toEqual([]);
      expect(await harness.list('AnalysisRun')).toEqual([]);
      expect(warningsOf(logger).slice(-3)).toEqual([
        expect.stringMatching(/^Promotion 'test.01.abc' is not made: /),
        expect.stringMatching(/^AnalysisRun 'test.01' is not made: /),
        expect.stringMatching(/^Promotion is not made: /),
      ]);

      // Earlier releases made them, under the label of what is kept in sync.
      await harness.admission.create(
        {
          ...promotion,
          metadata: {
            namespace: 'demo',
            labels: { 'app.kubernetes.io/managed-by': 'kargo-manifests' },
          },
        },
        { actor: 'controller:manifests' },
      );
      await harness.advance(GRACE_MS);
      expect(await run(true)).toMatchObject({ deleted: 0, problems: [] });
      expect(await harness.list('Promotion')).toHaveLength(1);
    });

    it('gives an older Project its ProjectConfig, and keeps that in sync', async () => {
      manifests = [older('test')];
      expect(await run(true)).toMatchObject({ created: 2, problems: [] });
      manifests = [older('uat')];
      expect(await run(true)).toMatchObject({ updated: 1, deleted: 0 });
      expect(await policies()).toEqual([
        { stage: 'uat', autoPromotionEnabled: true },
      ]);
    });

    it('leaves the ProjectConfig that somebody else has made', async () => {
      manifests = [project];
      await run(true);
      await harness.admission.create(
        {
          apiVersion: 'kargo.akuity.io/v1alpha1',
          kind: 'ProjectConfig',
          metadata: { name: 'demo', namespace: 'demo' },
          spec: { promotionPolicies: [] },
        },
        { actor: 'user:default/jo' },
      );
      manifests = [older('test')];
      expect(await run(true)).toMatchObject({ deleted: 0, problems: [] });
      expect(await policies()).toEqual([]);
    });

    it('warns once, and of nothing that a later document brings', async () => {
      const logger = mockLogger();
      const kept = sync(() => manifests, false, harness, undefined, logger);
      manifests = [project, application, warehouse('a'), stage, task];
      await kept.run();
      await kept.run();
      expect(warningsOf(logger)).toEqual([
        "Application 'web' is not stored: it belongs to Argo CD, and is skipped",
        // No step is, in this harness.
        expect.stringContaining('no step "fail" is installed'),
      ]);
      manifests = [project, application, warehouse('a'), stage];
      await harness.admission.delete(
        { kind: 'PromotionTask', namespace: 'demo', name: 'promote' },
        { actor: 'user:default/jo' },
      );
      await kept.run();
      expect(warningsOf(logger).slice(2)).toEqual([
        "Stage 'test': spec.promotionTemplate.spec.steps[0].task: PromotionTask 'promote' does not exist; Promotions fail until it does",
      ]);
    });
  });

  it('leaves the copies of what is shared alone, and has them go with it', async () => {
    const shared = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: {
        name: 'registry',
        namespace: 'kargo-shared-resources',
        annotations: { [ANNOTATIONS.replicateTo]: '*' },
      },
      data: { host: 'registry.example' },
    };
    const copies = async () =>
      (await harness.list('ConfigMap'))
        .filter(({ metadata }) => metadata.namespace === 'demo')
        .map(({ metadata }) => metadata.name);
    manifests = [project, shared];
    await run(true);
    await harness.settle();
    expect(await copies()).toEqual(['registry']);
    expect(await run(true)).toMatchObject({ deleted: 0, problems: [] });
    manifests = [project];
    await harness.advance(GRACE_MS);
    expect(await run(true)).toMatchObject({ deleted: 1, problems: [] });
    await harness.settle();
    expect(await copies()).toEqual([]);
  });

  it('deletes what is gone from the manifests when told to', async () => {
    manifests = [project, warehouse('a'), warehouse('b')];
    await run(true);
    manifests = [project, warehouse('b')];
    await harness.advance(GRACE_MS);
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

  const refused = { ...warehouse('b'), spec: { subscriptions: 'none' } };
  const ONE = 'a document or location failed; what seems gone may be in there';

  it.each<[string, () => unknown, string | undefined, string[]]>([
    [
      'a source cannot be read',
      () => (failure = new Error('no such file')),
      ONE,
      ['Project demo', 'Warehouse demo/a', 'Warehouse demo/b'],
    ],
    [
      'a document is wrong',
      () => (manifests = [project, warehouse('b'), { kind: 'Nothing' }]),
      ONE,
      ['Warehouse demo/a'],
    ],
    [
      'a document is refused',
      () => (manifests = [project, refused]),
      ONE,
      ['Warehouse demo/a'],
    ],
    [
      'several are wrong',
      () => (manifests = [project, refused, { kind: 'Nothing' }]),
      '2 documents or locations failed; what seems gone may be in there',
      ['Warehouse demo/a'],
    ],
    [
      'a document is refused, and says nothing of it where nothing is gone',
      () => (manifests = [project, warehouse('a'), refused]),
      undefined,
      [],
    ],
  ])('deletes nothing while %s', async (_, breakIt, reason, resources) => {
    manifests = [project, warehouse('a'), warehouse('b')];
    await run(true);
    breakIt();
    await harness.advance(GRACE_MS);
    const { deleted, pruneWaits } = await run(true);
    expect(deleted).toBe(0);
    expect(pruneWaits?.reason).toBe(reason);
    expect([...(pruneWaits?.resources ?? [])].sort()).toEqual(resources);
    expect(await warehouses()).toEqual(['a', 'b']);
    expect(await harness.list('Project')).toHaveLength(1);
  });

  it('deletes nothing while a source holds no manifest at all', async () => {
    manifests = [project, warehouse('a')];
    await run(true);
    manifests = [];
    await harness.advance(GRACE_MS);
    expect(await run(true)).toMatchObject({
      deleted: 0,
      pruneWaits: { reason: 'there is no manifest at all in pipelines' },
    });
    expect(await warehouses()).toEqual(['a']);
    manifests = [project];
    await harness.advance(GRACE_MS);
    expect(await run(true)).toMatchObject({ deleted: 1 });
  });

  describe('while a new version of the portal is rolled out', () => {
    let second: EngineHarness;
    const old = () => [project, warehouse('kept'), warehouse('dropped')];
    const renewed = () => [project, warehouse('kept'), warehouse('added')];
    const oldReplica = () => sync(old, true).run();
    const newReplica = () => sync(renewed, true, second).run();

    beforeEach(async () => {
      second = await EngineHarness.create({
        knex,
        clock: FakeClock.create('2026-01-01T01:00:00Z'),
      });
    });
    afterEach(() => second.stop({ keepDatabase: true }));

    it('neither replica deletes what only the other one has, whoever looks first', async () => {
      await oldReplica();
      for (const replica of [newReplica, oldReplica, oldReplica, newReplica]) {
        await harness.advance(GRACE_MS / 3);
        expect(await replica()).toMatchObject({
          deleted: 0,
          problems: [],
          pruneWaits: {
            reason: expect.stringMatching(
              /^a replica with other manifests was seen at 2026-/,
            ),
          },
        });
      }
      expect(await warehouses()).toEqual(['added', 'dropped', 'kept']);
    });

    it('deletes what is gone once the old replica has not been seen for the grace', async () => {
      await oldReplica();
      await newReplica();
      await harness.advance(GRACE_MS - 1_000);
      expect(await newReplica()).toMatchObject({ deleted: 0 });
      await harness.advance(1_000);
      expect(await newReplica()).toMatchObject({ deleted: 1 });
      expect(await warehouses()).toEqual(['added', 'kept']);
    });

    it('goes by the time that all replicas share', async () => {
      await oldReplica();
      await harness.advance(GRACE_MS);
      expect(await newReplica()).toMatchObject({ deleted: 1 });
      // Sets that nobody has any more are forgotten.
      const sets = await harness.get(
        'ConfigMap',
        'manifest-sets',
        'kargo-system-resources',
      );
      expect(Object.values(sets.data ?? {})).toEqual([
        toTimestamp(harness.clock.now()),
      ]);
    });

    it('an old replica deletes nothing that appeared after it had read its files', async () => {
      const { admission } = harness;
      const behind = sync(old, true, harness, {
        keyOf: manifest => admission.keyOf(manifest),
        storedKeyOf: manifest => admission.storedKeyOf(manifest),
        check: (...asked) => admission.check(...asked),
        rehearse: (...asked) => admission.rehearse(...asked),
        create: (manifest, requester) => admission.create(manifest, requester),
        delete: (key, requester) => admission.delete(key, requester),
        // The new replica starts and applies everything in the middle of the old one's pass.
        replace: async (manifest, requester, options) => {
          const change = await admission.replace(manifest, requester, options);
          await newReplica();
          return change;
        },
      });
      expect(await behind.run()).toMatchObject({ deleted: 0, problems: [] });
      expect(await warehouses()).toEqual(['added', 'dropped', 'kept']);
    });
  });
});
