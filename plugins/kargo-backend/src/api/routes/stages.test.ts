import { SqlResourceStore } from '../../adapters/store/SqlResourceStore';
import { anyKey } from '../../ports/kinds';
import { ApiHarness, denying } from '../../testing/ApiHarness';
import {
  freightManifest,
  pipelineManifests,
} from '../../testing/pipelineManifests';

jest.setTimeout(60_000);

describe('Stages and Warehouses', () => {
  let api: ApiHarness;
  let project: string;
  let count = 0;

  beforeAll(async () => {
    api = await ApiHarness.start();
  });

  beforeEach(async () => {
    api.reset();
    count += 1;
    project = `shop-${count}`;
    await api.apply(pipelineManifests(project));
  });

  const send = (method: string, path: string) =>
    api.send(method, `/projects/${project}${path}`);

  const names = ({
    body,
  }: {
    body: { items: Array<{ metadata: { name: string } }> };
  }) => body.items.map(({ metadata }) => metadata.name);

  async function annotation(stage: string, name: string) {
    const { metadata } = await api.stage(project, stage);
    return metadata.annotations?.[`kargo.akuity.io/${name}`];
  }

  function holdFreight(phase: string | undefined) {
    return api.store.patchStatus(
      { kind: 'Stage', namespace: project, name: 'test' },
      {
        freightHistory: [
          {
            id: 'c',
            items: {},
            ...(phase !== undefined && {
              verificationHistory: [
                { id: 'v-2', phase },
                { id: 'v-1', phase: 'Successful' },
              ],
            }),
          },
        ],
      },
    );
  }

  it.each([
    ['/stages', ['gate', 'prod', 'qa', 'test']],
    ['/stages?freightOrigins=web', ['gate', 'prod', 'qa', 'test']],
    ['/stages?freightOrigins=docs', []],
    [
      '/stages?freightOrigins=docs&freightOrigins=web',
      ['gate', 'prod', 'qa', 'test'],
    ],
    ['/stages?freightOrigins=docs&freightOrigins=x', []],
    ['/warehouses', ['docs', 'web']],
  ])('%s lists', async (path, expected) => {
    const answer = await send('GET', path);
    expect(names(answer)).toEqual(expected);
    expect(Number(answer.body.metadata.resourceVersion)).toBeGreaterThan(0);
  });

  it.each([
    ['/stages?limit=3', [['gate', 'prod', 'qa'], ['test']]],
    [
      '/stages?limit=2',
      [
        ['gate', 'prod'],
        ['qa', 'test'],
      ],
    ],
    ['/stages?limit=3&freightOrigins=docs&freightOrigins=x', [[], []]],
    ['/stages?limit=0', [['gate', 'prod', 'qa', 'test']]],
    ['/warehouses?limit=1', [['docs'], ['web']]],
  ])('%s lists page by page', async (path, expected) => {
    const pages = [await send('GET', path)];
    for (;;) {
      const last = pages[pages.length - 1].body.metadata;
      if (last.continue === undefined) break;
      pages.push(await send('GET', `${path}&continue=${last.continue}`));
    }
    expect(pages.map(names)).toEqual(expected);
  });

  it.each(['nope!', 'bm9wZQ'])(
    'does not go on behind a page that is none: %s',
    async page => {
      expect(
        await send('GET', `/stages?limit=2&continue=${page}`),
      ).toMatchObject({
        status: 400,
        body: { error: expect.stringMatching(/page before|not valid/) },
      });
    },
  );

  it.each([
    ['/stages/test', 'Stage', 'test'],
    ['/warehouses/web', 'Warehouse', 'web'],
  ])('%s is answered, refreshed and deleted', async (path, kind, name) => {
    expect((await send('GET', path)).status).toBe(200);
    expect((await send('POST', `${path}/refresh`)).status).toBe(200);
    expect((await send('GET', path)).body.metadata.annotations).toEqual({
      'kargo.akuity.io/refresh': '2026-05-01T10:00:00Z',
    });
    expect((await send('DELETE', path)).status).toBe(204);
    await api.cleanUp(anyKey({ kind, namespace: project, name }));
    for (const [method, rest] of [
      ['GET', ''],
      ['DELETE', ''],
      ['POST', '/refresh'],
    ]) {
      expect((await send(method, `${path}${rest}`)).status).toBe(404);
    }
  });

  it.each(['/stages/test', '/warehouses/web'])(
    '%s is deleted only by those who may',
    async path => {
      api.world.policy = denying('kargo.project.manage');
      expect((await send('DELETE', path)).status).toBe(403);
      expect((await send('GET', path)).status).toBe(200);
    },
  );

  it('refreshes the running Promotion with its Stage', async () => {
    await api.apply(freightManifest(project, '1.0.0', 'brisk-otter'));
    const { metadata } = await api.client().promoteToStage({
      project,
      stage: 'test',
      body: { freightAlias: 'brisk-otter' },
    });
    await api.store.patchStatus(
      { kind: 'Stage', namespace: project, name: 'test' },
      { currentPromotion: { name: metadata.name } },
    );
    expect((await send('POST', '/stages/test/refresh')).status).toBe(200);
    const promotion = await api.get('Promotion', project, metadata.name);
    expect(promotion.metadata.annotations).toMatchObject({
      'kargo.akuity.io/refresh': '2026-05-01T10:00:00Z',
    });
  });

  it('refreshes a Stage whose Promotion is gone', async () => {
    await api.store.patchStatus(
      { kind: 'Stage', namespace: project, name: 'test' },
      { currentPromotion: { name: 'gone' } },
    );
    expect((await send('POST', '/stages/test/refresh')).status).toBe(200);
  });

  it.each(['Successful', 'Failed', 'Inconclusive'])(
    'verifies again what ended as %s',
    async phase => {
      await holdFreight(phase);
      expect((await send('POST', '/stages/test/verification')).status).toBe(
        200,
      );
      expect(JSON.parse((await annotation('test', 'reverify')) ?? '')).toEqual({
        id: 'v-2',
        actor: 'user:default/alice',
      });
    },
  );

  it('does not verify beside a running verification', async () => {
    await holdFreight('Running');
    expect(await send('POST', '/stages/test/verification')).toMatchObject({
      status: 409,
      body: { error: expect.stringMatching(/is running/) },
    });
  });

  it.each(['verification', 'verification/abort'])(
    'has nothing to do for %s without a verification',
    async operation => {
      expect(await send('POST', `/stages/test/${operation}`)).toMatchObject({
        status: 409,
        body: { error: expect.stringMatching(/holds no Freight/) },
      });
      await holdFreight(undefined);
      expect(await send('POST', `/stages/test/${operation}`)).toMatchObject({
        status: 409,
        body: { error: expect.stringMatching(/has not been verified/) },
      });
    },
  );

  it('aborts a running verification and leaves an ended one alone', async () => {
    await holdFreight('Successful');
    expect((await send('POST', '/stages/test/verification/abort')).status).toBe(
      200,
    );
    expect(await annotation('test', 'abort')).toBeUndefined();
    await holdFreight('Pending');
    expect((await send('POST', '/stages/test/verification/abort')).status).toBe(
      200,
    );
    expect(JSON.parse((await annotation('test', 'abort')) ?? '')).toEqual({
      id: 'v-2',
      actor: 'user:default/alice',
    });
  });

  it('lists more than a page holds in one answer', async () => {
    const stage = await api.stage(project, 'test');
    const added = Array.from({ length: 501 }, (_, index) => `s-${index}`);
    for (const name of added) {
      const { labels, namespace } = stage.metadata;
      await api.store.create({
        ...stage,
        metadata: { name, namespace, labels },
      });
    }
    const all = ['gate', 'prod', 'qa', 'test', ...added].sort();
    expect(names(await send('GET', '/stages'))).toEqual(all);
    expect(
      names(await send('GET', '/stages?freightOrigins=web&freightOrigins=x')),
    ).toEqual(all);
  });
});

describe('a refresh', () => {
  let api: ApiHarness;

  beforeAll(async () => {
    api = await ApiHarness.start();
    await api.apply(pipelineManifests('shop'));
  });

  beforeEach(() => api.reset());

  it.each(['/stages/test', '/warehouses/web'])(
    'lets those who only read refresh %s once in ten seconds, and managers as they like',
    async path => {
      const refresh = () => api.send('POST', `/projects/shop${path}/refresh`);
      api.world.policy = denying('kargo.project.manage');
      expect((await refresh()).status).toBe(200);
      await api.clock.advance(3_000);
      const refused = await refresh();
      expect(refused).toMatchObject({
        status: 429,
        body: { error: expect.stringMatching(/Try again in 7 s$/) },
      });
      expect(refused.headers.get('Retry-After')).toBe('7');
      api.reset();
      expect((await refresh()).status).toBe(200);
      api.world.policy = denying('kargo.project.manage');
      expect((await refresh()).status).toBe(429);
      await api.clock.advance(10_000);
      expect((await refresh()).status).toBe(200);
    },
  );

  it('takes two requests of one moment as two', async () => {
    await api.clock.advance(1_000);
    const patch = jest.spyOn(SqlResourceStore.prototype, 'patch');
    const answers = await Promise.all(
      [1, 2].map(() => api.send('POST', '/projects/shop/stages/test/refresh')),
    );
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    const results = await Promise.allSettled(
      patch.mock.results.map(({ value }) => value),
    );
    patch.mockRestore();
    const tokens = results.flatMap(result =>
      result.status === 'fulfilled'
        ? result.value.metadata.annotations['kargo.akuity.io/refresh']
        : [],
    );
    expect(tokens).toHaveLength(2);
    expect(new Set(tokens).size).toBe(2);
  });
});
