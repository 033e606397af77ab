import { ResourceKey } from 'backstage-plugin-kargo-common';
import { ApiHarness, authorization, denying } from '../../testing/ApiHarness';
import { pipelineManifests } from '../../testing/pipelineManifests';
import { followLog } from '../resources/analysisLogs';

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

  it('answers AnalysisRuns', async () => {
    await createRun('run', []);
    const path = '/projects/shop/analysis-runs/run';
    expect((await api.send('GET', path)).body.metadata.name).toBe('run');
  });

  /** A run of metrics whose jobs have the containers x and y. */
  async function createRun(name: string, jobs: string[], containers = ['y']) {
    const key = { kind: 'AnalysisRun' as const, namespace: 'shop', name };
    await api.store.create({
      apiVersion: ROLLOUTS,
      kind: 'AnalysisRun',
      metadata: { name, namespace: 'shop' },
      spec: {
        metrics: jobs.map(job => ({
          name: job,
          provider: {
            job: {
              spec: {
                template: {
                  spec: {
                    initContainers: [{ name: 'x' }],
                    containers: containers.map(each => ({ name: each })),
                  },
                },
              },
            },
          },
        })),
      },
    } as never);
    await api.store.patchStatus(key, {
      metricResults: jobs.slice(0, 1).map(job => ({
        name: job,
        phase: 'Running',
        measurements: [
          { phase: 'Running', metadata: { 'job-name': `${name}.job` } },
        ],
      })),
    });
  }

  async function createJob(name: string, status: object) {
    await api.store.create({
      apiVersion: KARGO,
      kind: 'AnalysisJob',
      metadata: { name, namespace: 'shop' },
      spec: { analysisRun: name.split('.')[0], metric: 'a', number: 1 },
    } as never);
    await api.store.patchStatus(
      { kind: 'AnalysisJob', namespace: 'shop', name },
      status,
    );
  }

  /** A stream to its end. */
  async function read(path: string): Promise<string> {
    const response = await fetch(`${api.baseUrl}/v1beta1${path}`, {
      headers: authorization(),
    });
    expect(response.status).toBe(200);
    return response.text();
  }

  it('streams what the job of a run printed', async () => {
    await createRun('logged', ['a']);
    await createJob('logged.job', {
      phase: 'Complete',
      logs: [
        {
          container: 'y',
          text: 'see https://me:s3cr3t@git.example\nand end\n',
          dropped: 7,
          message: 'may not read the log of pod "a-1"',
        },
      ],
    });
    const path = '/projects/shop/analysis-runs/logged/logs';
    const text = await read(path);
    expect(text).toContain('data: (may not read the log of pod "a-1")\n');
    expect(text).toContain('data: (7 characters are not kept)\n');
    expect(text).toMatch(
      /data: see https:.*@?git\.example\ndata: and end\ndata: \n\n/,
    );
    expect(text).not.toContain('s3cr3t');
  });

  it('tells a log in pieces that are the log when put together', async () => {
    const key: ResourceKey<'AnalysisJob'> = {
      kind: 'AnalysisJob',
      namespace: 'shop',
      name: 'pieces.job',
    };
    const log = (text: string, more: object = {}) => ({
      logs: [{ container: 'x', text, ...more }],
    });
    await createJob('pieces.job', { phase: 'Running', ...log('one\n') });
    const { signal } = new AbortController();
    const pieces: string[] = [];
    for await (const piece of followLog(
      api.store,
      { job: key, isUnnamed: true },
      signal,
    )) {
      pieces.push(piece);
      if (pieces.length === 1) {
        await api.store.patchStatus(key, log('one\ntwo\n'));
      }
      if (pieces.length === 2) {
        // What was told already is not kept any more.
        const ending = log('two\nno end', {
          ...{ dropped: 4, message: 'it is gone' },
        });
        await api.store.patchStatus(key, { phase: 'Failed', ...ending });
      }
    }
    expect(pieces.join('')).toBe('one\ntwo\nno end\n(it is gone)\n');
  });

  it('knows a metric by the name that its arguments give it', async () => {
    await createRun('named', ['{{args.app}}']);
    await api.store.patch(
      { kind: 'AnalysisRun', namespace: 'shop', name: 'named' },
      { spec: { args: [{ name: 'app', value: 'web' }] } },
    );
    await api.store.patchStatus(
      { kind: 'AnalysisRun', namespace: 'shop', name: 'named' },
      {
        metricResults: [
          {
            name: 'web',
            phase: 'Successful',
            measurements: [
              { phase: 'Successful', metadata: { 'job-name': 'named.job' } },
            ],
          },
        ],
      },
    );
    await createJob('named.job', {
      phase: 'Complete',
      logs: [{ container: 'y', text: 'all well\n' }],
    });
    const path = '/projects/shop/analysis-runs/named/logs';
    expect(await read(path)).toContain('data: all well\n');
    expect(await read(`${path}?metricName=web`)).toContain('data: all well');
  });

  it.each([
    ['nothing', [], '', 404, 'runs no job'],
    ['another metric', ['a'], '?metricName=b', 404, "no metric 'b'"],
    [
      'another container',
      ['a'],
      '?containerName=z',
      404,
      "has no container 'z'; it has: x, y",
    ],
    [
      'two jobs without naming one',
      ['a', 'b'],
      '',
      400,
      'metricName: name one of',
    ],
    [
      'one that has not begun',
      ['a', 'b'],
      '?metricName=b',
      404,
      'has not run a job yet',
    ],
  ])(
    'says what is wrong with the log of %s',
    async (name, jobs, query, status, message) => {
      const run = `wrong-${name.replaceAll(' ', '-')}`;
      await createRun(run, jobs);
      const answer = await api.send(
        'GET',
        `/projects/shop/analysis-runs/${run}/logs${query}`,
      );
      expect(answer.status).toBe(status);
      expect(answer.body.error).toContain(message);
    },
  );

  it('says where the logs are of a run that a cluster runs', async () => {
    await createRun('delegated', ['a']);
    await api.store.patch(
      { kind: 'AnalysisRun', namespace: 'shop', name: 'delegated' },
      {
        metadata: {
          annotations: { 'kargo.akuity.io/rollouts-cluster': 'checks' },
        },
      },
    );
    expect(
      await api.send('GET', '/projects/shop/analysis-runs/delegated/logs'),
    ).toMatchObject({
      status: 404,
      body: { error: expect.stringContaining("runs in cluster 'checks'") },
    });
  });

  it('has the log of the container for which others prepare', async () => {
    await createRun('two', ['a']);
    const logs = ['x', 'y'].map(container => ({
      container,
      text: `${container}\n`,
    }));
    await createJob('two.job', { phase: 'Failed', logs });
    const path = '/projects/shop/analysis-runs/two/logs';
    const text = await read(path);
    expect(text).toContain('data: y\ndata: \n\n');
    expect(text).not.toContain('data: x');
    expect(await read(`${path}?containerName=x`)).toContain('data: x\n');
  });

  it('waits for that container while others still prepare', async () => {
    const key: ResourceKey<'AnalysisJob'> = {
      kind: 'AnalysisJob',
      namespace: 'shop',
      name: 'early.job',
    };
    const prepared = { container: 'x', text: 'prepared\n' };
    await createJob('early.job', { phase: 'Running', logs: [prepared] });
    const { signal } = new AbortController();
    const log = followLog(
      api.store,
      { job: key, containerName: 'y', isUnnamed: true },
      signal,
    )[Symbol.asyncIterator]();
    const first = log.next();
    await api.store.patchStatus(key, {
      phase: 'Complete',
      logs: [prepared, { container: 'y', text: 'all well\n' }],
    });
    expect(await first).toEqual({ done: false, value: 'all well\n' });
    expect(await log.next()).toMatchObject({ done: true });
  });

  it('has the log of what was to prepare a container that never began', async () => {
    await createRun('unprepared', ['a']);
    await createJob('unprepared.job', {
      phase: 'Failed',
      logs: [{ container: 'x', text: 'no way\n' }],
    });
    const path = '/projects/shop/analysis-runs/unprepared/logs';
    expect(await read(path)).toContain('data: no way\n');
    expect(await read(`${path}?containerName=y`)).not.toContain('no way');
  });

  it('asks for the container where a job has several that are alike', async () => {
    await createRun('three', ['a'], ['y', 'z']);
    const path = '/projects/shop/analysis-runs/three/logs';
    const answer = await api.send('GET', path);
    expect(answer.status).toBe(400);
    expect(answer.body.error).toContain('containerName: name one of x, y, z');
  });
});

describe('the installation', () => {
  let api: ApiHarness;

  beforeAll(async () => {
    api = await ApiHarness.start();
  });

  afterEach(() => {
    api.engineHealth = { state: 'running', since: '2026-01-01T00:00:00Z' };
  });

  it.each([
    ['running', 'Alive'],
    ['impaired', 'Alive'],
    ['stopped', 'Dead'],
  ] as const)(
    'tells as a heartbeat that its engine is %s',
    async (state, status) => {
      api.engineHealth = { state, since: '2026-01-01T00:00:00Z' };
      expect(
        await api.send('GET', '/system/controller-heartbeats'),
      ).toMatchObject({
        status: 200,
        body: {
          heartbeats: { kargo: { controller: 'kargo', status } },
          defaultController: 'kargo',
        },
      });
    },
  );

  it('tells its version and what it can do', async () => {
    expect((await api.send('GET', '/system/server-version')).body).toEqual({
      version: '1.2.3',
      buildDate: '',
      gitCommit: '',
      gitTreeDirty: false,
      goVersion: '',
      compiler: `node ${process.version}`,
      platform: `${process.platform}/${process.arch}`,
    });
    expect((await api.send('GET', '/system/server-config')).body).toMatchObject(
      {
        hasAnalysisRunLogsUrlTemplate: false,
        kargoNamespace: 'kargo',
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
    expect((await api.send('GET', '/cluster-config')).body.spec).toEqual({
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
