import { ApiHarness, denying } from '../../testing/ApiHarness';
import { pipelineManifests } from '../../testing/pipelineManifests';

jest.setTimeout(60_000);

const steps = '{ spec: { steps: [ { uses: copy, config: {} } ] } }';
const metrics =
  '{ spec: { metrics: [ { name: a, provider: { web: { url: "https://a.example" } } } ] } }';

function document(
  apiVersion: string,
  kind: string,
  metadata: string,
  rest: string,
) {
  return `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: ${metadata}\n${rest
    .slice(1, -1)
    .trim()}\n`;
}

const KARGO = 'kargo.akuity.io/v1alpha1';
const ROLLOUTS = 'argoproj.io/v1alpha1';

describe('tasks and templates', () => {
  let api: ApiHarness;

  beforeAll(async () => {
    api = await ApiHarness.start();
    await api.apply(pipelineManifests('shop'));
    await api.apply(
      [
        document(KARGO, 'PromotionTask', '{ name: t, namespace: shop }', steps),
        document(KARGO, 'ClusterPromotionTask', '{ name: t }', steps),
        document(
          ROLLOUTS,
          'AnalysisTemplate',
          '{ name: t, namespace: shop }',
          metrics,
        ),
        document(ROLLOUTS, 'ClusterAnalysisTemplate', '{ name: t }', metrics),
      ].join('---\n'),
    );
  });

  beforeEach(() => api.reset());

  it.each([
    ['/projects/shop/promotion-tasks', 'PromotionTask'],
    ['/projects/shop/analysis-templates', 'AnalysisTemplate'],
    ['/shared/cluster-promotion-tasks', 'ClusterPromotionTask'],
    ['/shared/cluster-analysis-templates', 'ClusterAnalysisTemplate'],
  ])('%s lists and answers', async (path, kind) => {
    const list = await api.send('GET', path);
    expect(list.body.kind).toBe(`${kind}List`);
    expect(list.body.items).toHaveLength(1);
    const one = await api.send('GET', `${path}/t`);
    expect(one.body).toMatchObject({ kind, metadata: { name: 't' } });
    expect((await api.send('GET', `${path}/nope`)).status).toBe(404);
  });

  it.each([
    ['/projects/shop/analysis-templates/t', 'kargo.project.manage'],
    ['/shared/cluster-analysis-templates/t', 'kargo.cluster.manage'],
  ])('%s is deleted by those who have %s', async (path, permission) => {
    api.world.policy = denying(permission);
    expect((await api.send('DELETE', path)).status).toBe(403);
    api.reset();
    expect((await api.send('DELETE', path)).status).toBe(204);
    expect((await api.send('DELETE', path)).status).toBe(404);
  });

  it('answers AnalysisRuns, and says that their logs are not kept', async () => {
    await api.store.create({
      apiVersion: ROLLOUTS,
      kind: 'AnalysisRun',
      metadata: { name: 'run', namespace: 'shop' },
      spec: { metrics: [] },
    } as never);
    const path = '/projects/shop/analysis-runs/run';
    expect((await api.send('GET', path)).body.metadata.name).toBe('run');
    expect((await api.send('GET', `${path}/logs`)).status).toBe(501);
  });
});

describe('the installation', () => {
  let api: ApiHarness;

  beforeAll(async () => {
    api = await ApiHarness.start();
  });

  it('tells its version and what it can do', async () => {
    expect((await api.send('GET', '/system/server-version')).body).toEqual({
      version: '1.2.3',
      platform: `${process.platform}/${process.arch}`,
    });
    expect((await api.send('GET', '/system/server-config')).body).toMatchObject(
      {
        hasAnalysisRunLogsUrlTemplate: false,
        sharedResourcesNamespace: 'kargo-shared-resources',
      },
    );
  });

  it('tells people and probes whether the engine works', async () => {
    const probe = () => api.send('GET', '/system/readiness', { as: 'nobody' });
    expect(await probe()).toMatchObject({
      status: 200,
      body: { status: 'ok' },
    });
    const health = {
      state: 'starting' as const,
      since: '2026-01-01T00:00:00Z',
      message: 'The engine cannot start',
    };
    api.engineHealth = health;
    expect((await api.send('GET', '/system/engine')).body).toEqual(health);
    expect(await probe()).toMatchObject({
      status: 503,
      body: { error: 'The engine is starting' },
    });
  });

  it('has one configuration', async () => {
    const path = '/system/cluster-config';
    expect((await api.send('GET', path)).status).toBe(404);
    await api.apply(
      document(
        KARGO,
        'ClusterConfig',
        '{ name: cluster }',
        '{ spec: { gitClient: { name: Robot } } }',
      ),
    );
    expect((await api.send('GET', path)).body.spec).toEqual({
      gitClient: { name: 'Robot' },
    });
    expect((await api.send('POST', `${path}/refresh`)).status).toBe(200);
    expect((await api.send('GET', path)).body.metadata.annotations).toEqual({
      'kargo.akuity.io/refresh': '2026-05-01T10:00:00Z',
    });
    api.world.policy = denying('kargo.cluster.manage');
    expect((await api.send('DELETE', path)).status).toBe(403);
    api.reset();
    expect((await api.send('DELETE', path)).status).toBe(204);
  });

  it('serves its own description to everybody with a token', async () => {
    expect(
      (await api.send('GET', '/openapi.json', { as: 'nobody' })).status,
    ).toBe(401);
    expect((await api.send('GET', '/openapi.json')).body).toMatchObject({
      openapi: '3.1.0',
      info: { version: '1.2.3' },
    });
  });
});
