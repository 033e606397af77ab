import { JsonObject, ResourceKey } from 'backstage-plugin-kargo-common';
import { StepOutcome } from 'backstage-plugin-kargo-node';
import { APPLICATIONS, CustomObject, NAMESPACES } from 'kargo-test';
import { argocdUpdateStep } from '../../builtins/steps/argocd-update/runner';
import { argocdWaitStep } from '../../builtins/steps/argocd-wait/runner';
import { ArgoCdHarness } from '../../testing/ArgoCdHarness';
import {
  CONTRACT_CLUSTERS,
  ContractCluster,
  putNamespace,
} from '../../testing/ContractCluster';
import { KubernetesArgoCds } from './KubernetesArgoCds';

jest.setTimeout(120_000);

const AUTHORIZED = { 'kargo.akuity.io/authorized-stage': 'proj:dev' };
const SOURCE = { repoURL: 'https://github.com/o/r' };
const WHO: ResourceKey = { kind: 'Stage', namespace: 'proj', name: 'dev' };
const WELL = {
  health: { status: 'Healthy' },
  sync: { status: 'Synced', revision: 'abc' },
};

/** What a played API server and a real one have in common, as far as Argo CD's steps go. */
describe.each(CONTRACT_CLUSTERS)('Argo CD on %s', (_, reach) => {
  let h: ArgoCdHarness;
  let cluster: ContractCluster;
  let argoCds: KubernetesArgoCds;
  let made = 0;
  const { signal } = new AbortController();

  beforeAll(async () => {
    h = await ArgoCdHarness.start();
    cluster = await reach([APPLICATIONS, NAMESPACES]);
    await putNamespace(cluster, 'argocd', {});
    argoCds = connect();
  });
  afterAll(async () => {
    await argoCds.stop();
    await cluster.close();
    await h.close();
  });

  function connect(
    changes: Partial<ContractCluster['access']> = {},
  ): KubernetesArgoCds {
    const access = { ...cluster.access, ...changes };
    return h.connect([{ name: 'main', namespace: 'argocd', access }]);
  }

  /** Of a name of its own, as nothing is tidied up between. */
  async function apply({ metadata, spec, ...rest }: Record<string, any> = {}) {
    made += 1;
    const name = `app-${made}`;
    await cluster.put({
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Application',
      metadata: {
        name,
        namespace: 'argocd',
        annotations: AUTHORIZED,
        ...metadata,
      },
      spec: {
        project: 'default',
        destination: { server: 'https://kubernetes.default.svc' },
        source: { ...SOURCE, path: '.', targetRevision: 'main' },
        ...spec,
      },
      ...rest,
    });
    return name;
  }

  async function get(name: string): Promise<CustomObject> {
    const found = await cluster.find({
      kind: 'Application',
      namespace: 'argocd',
      name,
    });
    expect(found).toBeDefined();
    return found!;
  }

  const update = (app: JsonObject): Promise<StepOutcome> =>
    h.run(argocdUpdateStep, { apps: [app] }, { argoCds });
  const wait = (app: JsonObject): Promise<StepOutcome> =>
    h.run(argocdWaitStep, { apps: [app] }, { argoCds });

  /** What Argo CD's controller writes when it has carried an operation out. */
  async function finish(name: string, phase: string, revision = 'abc') {
    const { operation, ...application } = await get(name);
    await cluster.put({
      ...application,
      status: {
        ...WELL,
        operationState: {
          operation,
          phase,
          startedAt: '2026-01-01T00:00:00Z',
          finishedAt: '2026-01-01T00:00:01Z',
          syncResult: { revision },
        },
        reconciledAt: '2026-01-01T00:00:02Z',
      },
    });
    return operation;
  }

  it('keeps all that the step asks for, and nothing of what was before', async () => {
    const name = await apply({
      spec: {
        syncPolicy: { syncOptions: ['CreateNamespace=true'] },
        source: {
          ...SOURCE,
          path: '.',
          targetRevision: 'main',
          kustomize: { images: ['old=1'], namePrefix: 'x-' },
        },
      },
      status: {
        ...WELL,
        operationState: {
          operation: { info: [{ name: 'Reason', value: 'by hand' }] },
          phase: 'Succeeded',
          startedAt: '2026-01-01T00:00:00Z',
        },
      },
    });
    await expect(
      update({
        name,
        sources: [
          {
            ...SOURCE,
            desiredRevision: 'abc',
            updateTargetRevision: true,
            kustomize: { images: [{ repoURL: 'i', newName: 'n', tag: 't' }] },
          },
        ],
      }),
    ).resolves.toMatchObject({ kind: 'waiting' });
    const { metadata, spec, operation, status } = await get(name);
    expect(metadata.annotations).toMatchObject({
      ...AUTHORIZED,
      'argocd.argoproj.io/refresh': 'hard',
    });
    expect(spec.source).toEqual({
      ...SOURCE,
      path: '.',
      targetRevision: 'abc',
      kustomize: { images: ['i=n:t'], namePrefix: 'x-' },
    });
    expect(operation).toMatchObject({
      sync: { syncOptions: ['CreateNamespace=true'] },
      initiatedBy: { username: 'kargo-controller', automated: true },
      info: expect.arrayContaining([
        { name: 'kargo.akuity.io/promotion', value: 'p1' },
      ]),
    });
    expect(status.operationState).toBeUndefined();
    expect(status.health).toEqual(WELL.health);
  });

  it('syncs once, waits, and ends with the result', async () => {
    const name = await apply();
    const sources = [{ ...SOURCE, desiredRevision: 'abc' }];
    await update({ name, sources });
    const { resourceVersion } = (await get(name)).metadata;
    await expect(update({ name, sources })).resolves.toMatchObject({
      reason: `Application "argocd/${name}": its sync has not begun`,
    });
    expect((await get(name)).metadata.resourceVersion).toBe(resourceVersion);
    await finish(name, 'Succeeded');
    await expect(update({ name, sources })).resolves.toMatchObject({
      kind: 'succeeded',
      output: { apps: [{ name, namespace: 'argocd' }] },
    });
    await expect(wait({ name })).resolves.toMatchObject({ kind: 'succeeded' });
  });

  it('changes nothing that the Stage may not change', async () => {
    const name = await apply({ metadata: { annotations: {} } });
    const before = await get(name);
    await expect(update({ name })).rejects.toThrow('has no annotation');
    await expect(get(name)).resolves.toEqual(before);
  });

  it('knows an Application that does not exist from one that does', async () => {
    await expect(update({ name: 'gone' })).rejects.toThrow(
      'Application "argocd/gone" does not exist',
    );
    const key = { namespace: 'argocd', name: 'gone' };
    await expect(
      argoCds.get(undefined, WHO).patch(key, { spec: {} }, { signal }),
    ).rejects.toThrow(
      'cluster "main" could not change Application "argocd/gone": applications.argoproj.io "gone" not found',
    );
  });

  it.each([
    ['In', ['t0'], [0]],
    ['NotIn', ['t0'], [1, 2, 3]],
    ['Exists', undefined, [0, 1, 2]],
    ['DoesNotExist', undefined, [3]],
  ])('selects by %s', async (operator, values, expected) => {
    const names: string[] = [];
    for (const tier of ['t0', 't1', 't2', undefined]) {
      const labels = { app: operator, ...(tier && { tier }) };
      names.push(await apply({ metadata: { labels } }));
    }
    const outcome = await update({
      selector: {
        matchLabels: { app: operator },
        matchExpressions: [
          { key: 'tier', operator, ...(values && { values }) },
        ],
      },
    });
    const selected = expected.map(at => names[at]).sort();
    expect(outcome.output?.apps).toEqual(
      selected.map(name => ({ name, namespace: 'argocd' })),
    );
  });

  it('has Argo CD look again, once', async () => {
    const name = await apply();
    await update({ name });
    await finish(name, 'Succeeded');
    const application = await get(name);
    await cluster.put({
      ...application,
      metadata: { ...application.metadata, annotations: AUTHORIZED },
      status: { ...application.status, reconciledAt: '2026-01-01T00:00:00Z' },
    });
    for (let times = 0; times < 2; times++) {
      await expect(wait({ name, waitFor: ['health'] })).resolves.toMatchObject({
        reason: `Application "argocd/${name}": Argo CD has not looked at it since its last operation`,
      });
    }
    const { annotations } = (await get(name)).metadata;
    expect(annotations).toMatchObject({ 'argocd.argoproj.io/refresh': 'hard' });
  });

  it('refuses to write over what somebody else has changed since', async () => {
    const name = await apply();
    const { resourceVersion } = (await get(name)).metadata;
    const key = { namespace: 'argocd', name };
    const write = (revision: string) =>
      argoCds.get(undefined, WHO).patch(
        key,
        {
          metadata: { resourceVersion },
          spec: { source: { targetRevision: revision } },
        },
        { signal },
      );
    await write('one');
    await expect(write('two')).rejects.toMatchObject({ name: 'ConflictError' });
    expect((await get(name)).spec.source.targetRevision).toBe('one');
  });

  it('lists page by page, in the order of names', async () => {
    const labels = { app: 'many' };
    const names: string[] = [];
    for (let times = 0; times < 260; times++) {
      names.push(await apply({ metadata: { labels } }));
    }
    const listed = await argoCds
      .get(undefined, WHO)
      .list('argocd', { matchLabels: labels }, { signal });
    expect(listed.map(({ metadata }) => metadata.name)).toEqual(names.sort());
  });

  it('takes no token that it does not know', async () => {
    const stranger = connect({ token: 'wrong' });
    await expect(
      stranger
        .get(undefined, WHO)
        .find({ namespace: 'argocd', name: 'app' }, { signal }),
    ).rejects.toThrow('cluster "main" did not accept its credentials');
  });

  it('wakes whoever looked at one that changes or goes', async () => {
    const watching = connect();
    const key = { namespace: 'argocd', name: await apply() };
    const wokenBy = async (act: () => void | Promise<unknown>) => {
      const woken = new Promise<void>(resolve => {
        h.onWake = async () => resolve();
      });
      await watching.get(undefined, WHO).find(key, { signal });
      await act();
      await woken;
    };
    try {
      // The first list tells of all that it holds.
      await wokenBy(() => watching.start());
      await update({ name: key.name });
      await wokenBy(() => finish(key.name, 'Succeeded'));
      await wokenBy(() => cluster.remove({ kind: 'Application', ...key }));
    } finally {
      await watching.stop();
    }
    expect(new Set(h.woken)).toEqual(new Set(['Stage/dev']));
  });
});
