import { Freight } from 'backstage-plugin-kargo-common';
import { ApiHarness, denying } from '../../testing/ApiHarness';
import {
  freightManifest,
  pipelineManifests,
} from '../../testing/pipelineManifests';

jest.setTimeout(60_000);

describe('Freight', () => {
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
    // Older tags are discovered later, so that the two orders differ.
    for (const [index, tag] of ['1.10.0', '1.9.0', 'edge'].entries()) {
      await api.apply(
        `${freightManifest(
          project,
          tag,
          `alias-${index}`,
        )}\ndiscoveredAt: 2026-01-0${index + 1}T00:00:00Z\n`,
      );
    }
    await api.apply(`
apiVersion: kargo.akuity.io/v1alpha1
kind: Freight
metadata: { namespace: ${project} }
alias: docs
discoveredAt: 2026-01-09T00:00:00Z
origin: { kind: Warehouse, name: docs }
commits: [ { repoURL: "https://git.example/docs.git", id: abc } ]
`);
  });

  const send = (method: string, path = '', as?: string) =>
    api.send(method, `/projects/${project}/freight${path}`, { as });

  const stored = (alias: string) =>
    api.client().getFreight({ project, freight: alias });

  const web = 'registry.example/web';

  it.each([
    ['', { '': ['alias-0', 'alias-1', 'alias-2', 'docs'] }],
    ['?reverse=true', { '': ['docs', 'alias-2', 'alias-1', 'alias-0'] }],
    ['?origins=web', { '': ['alias-0', 'alias-1', 'alias-2'] }],
    [
      '?origins=web&origins=docs',
      { '': ['alias-0', 'alias-1', 'alias-2', 'docs'] },
    ],
    ['?origins=nope', { '': [] }],
    ['?groupBy=image_repo', { [web]: ['alias-0', 'alias-1', 'alias-2'] }],
    ['?groupBy=git_repo', { 'https://git.example/docs.git': ['docs'] }],
    ['?groupBy=chart_repo', {}],
    [
      '?groupBy=image_repo&orderBy=tag',
      { [web]: ['alias-2', 'alias-1', 'alias-0'] },
    ],
    ['?groupBy=image_repo&group=nope', {}],
    ['?newest=2', { '': ['docs', 'alias-2'] }],
    ['?newest=2&origins=web', { '': ['alias-2', 'alias-1'] }],
    ['?newest=9', { '': ['docs', 'alias-2', 'alias-1', 'alias-0'] }],
    ['?stage=test', { '': ['alias-0', 'alias-1', 'alias-2'] }],
    ['?stage=test&origins=docs', { '': [] }],
    ['?stage=prod', { '': [] }],
  ])('is listed with %s', async (query, expected) => {
    const { body } = await send('GET', query);
    const groups = body.groups as Record<string, { items: Freight[] }>;
    expect(
      Object.fromEntries(
        Object.entries(groups).map(([key, { items }]) => [
          key,
          items.map(({ alias }) => alias),
        ]),
      ),
    ).toEqual(expected);
    expect(body.resourceVersion === '').toBe(query.includes('stage='));
  });

  it('is listed a page at a time, however much there is', async () => {
    const first = await stored('alias-0');
    const { labels, namespace } = first.metadata;
    for (let index = 0; index < 501; index++) {
      await api.store.create({
        ...first,
        alias: `more-${index}`,
        discoveredAt: new Date(Date.UTC(2026, 1, 1) + index).toISOString(),
        metadata: { name: `more-${index}`, namespace, labels },
      });
    }
    const list = jest.spyOn(api.store, 'list');
    const ungrouped = await send('GET', '?origins=web');
    const grouped = await send('GET', '?groupBy=image_repo');
    const ofStage = await send('GET', '?stage=test');
    const limits = list.mock.calls
      .filter(([kind]) => kind === 'Freight')
      .map(([, options]) => options?.limit);
    list.mockRestore();
    const expected = [0, 1, 2].map(index => `alias-${index}`);
    for (let index = 0; index < 501; index++) {
      expected.push(`more-${index}`);
    }
    expect(Object.keys(ungrouped.body.groups)).toEqual(['']);
    for (const { items } of [
      ungrouped.body.groups[''],
      grouped.body.groups[web],
      ofStage.body.groups[''],
    ]) {
      expect(items.map(({ alias }: Freight) => alias)).toEqual(expected);
    }
    expect(limits).toEqual([500, 500, 500, 500, 500, 500]);
    expect(ungrouped.body.resourceVersion).toMatch(/^\d+$/);
  });

  it('is offered to a Stage once it is verified before it or approved for it', async () => {
    const [first, second] = await Promise.all([
      stored('alias-0'),
      stored('alias-1'),
    ]);
    const key = (freight: Freight) => ({
      kind: 'Freight' as const,
      namespace: project,
      name: freight.metadata.name,
    });
    await api.store.patchStatus(key(first), {
      verifiedIn: { test: { verifiedAt: '2026-05-01T09:00:00Z' } },
    });
    await send('POST', '/alias-1/approve?stage=prod');
    const { body } = await send('GET', '?stage=prod');
    expect(
      body.groups[''].items.map(({ metadata }: Freight) => metadata.name),
    ).toEqual([first.metadata.name, second.metadata.name]);
  });

  it.each([
    ['?group=x', /needs 'groupBy'/],
    ['?orderBy=tag', /image_repo or chart_repo/],
    ['?orderBy=tag&groupBy=git_repo', /image_repo or chart_repo/],
    ['?orderBy=newest', /orderBy/],
    ['?groupBy=image', /groupBy/],
    ['?newest=2&groupBy=image_repo', /'newest' goes with neither/],
    ['?newest=2&stage=test', /'newest' goes with neither/],
  ])('is not listed with %s', async (query, message) => {
    expect(await send('GET', query)).toMatchObject({
      status: 400,
      body: { error: expect.stringMatching(message) },
    });
  });

  it('is not listed for a Stage that is not there', async () => {
    expect((await send('GET', '?stage=nope')).status).toBe(404);
  });

  it('is found by name and by alias', async () => {
    const byAlias = await send('GET', '/alias-1');
    const byName = await send('GET', `/${byAlias.body.metadata.name}`);
    expect(byName.body).toEqual(byAlias.body);
    expect((await send('GET', '/nope')).status).toBe(404);
  });

  it('gets another alias, which is then its label too', async () => {
    expect(
      (await send('PATCH', '/alias-0/alias?newAlias=renamed')).status,
    ).toBe(200);
    expect(await stored('renamed')).toMatchObject({
      alias: 'renamed',
      metadata: { labels: { 'kargo.akuity.io/alias': 'renamed' } },
    });
    expect((await send('GET', '/alias-0')).status).toBe(404);
  });

  it.each([
    ['/alias-0/alias?newAlias=alias-1', 409],
    ['/alias-0/alias?newAlias=not%20a%20label', 422],
    ['/alias-0/alias', 400],
    ['/nope/alias?newAlias=x', 404],
  ])('does not get an alias by %s', async (path, status) => {
    expect((await send('PATCH', path)).status).toBe(status);
  });

  it('does not get the name of another Freight for an alias', async () => {
    const { name } = (await stored('alias-1')).metadata;
    expect(
      await send('PATCH', `/alias-0/alias?newAlias=${name}`),
    ).toMatchObject({
      status: 409,
      body: { error: expect.stringContaining('is the name of a Freight') },
    });
  });

  it('does not get the alias that another gets at the same moment', async () => {
    const answers = await Promise.all(
      ['alias-0', 'alias-1'].map(alias =>
        send('PATCH', `/${alias}/alias?newAlias=wanted`),
      ),
    );
    const [, refused] = answers.sort((a, b) => a.status - b.status);
    expect(answers.map(({ status }) => status)).toEqual([200, 409]);
    expect(refused.body.error).toMatch(/'wanted'.* another Freight/);
  });

  it('is renamed only by those who may', async () => {
    api.world.policy = denying('kargo.freight.alias');
    expect((await send('PATCH', '/alias-0/alias?newAlias=x')).status).toBe(403);
  });

  it('is approved once, with an event that names who did it', async () => {
    for (let round = 0; round < 2; round++) {
      expect((await send('POST', '/alias-0/approve?stage=prod')).status).toBe(
        200,
      );
    }
    expect((await stored('alias-0')).status?.approvedFor).toEqual({
      prod: { approvedAt: '2026-05-01T10:00:00Z' },
    });
    const { items } = await api.store.list('Event', {
      namespace: project,
    });
    const approvals = items.filter(
      ({ reason }) => reason === 'FreightApproved',
    );
    expect(approvals).toHaveLength(1);
    expect(approvals[0].metadata.annotations).toMatchObject({
      'event.kargo.akuity.io/actor': 'user:default/alice',
      'event.kargo.akuity.io/stage-name': 'prod',
    });
  });

  it.each([
    [
      '/docs/approve?stage=prod',
      400,
      /does not request Freight from Warehouse\/docs/,
    ],
    ['/alias-0/approve', 400, /stage/],
    ['/alias-0/approve?stage=nope', 404, /Stage 'nope'/],
    ['/nope/approve?stage=prod', 404, /Freight 'nope'/],
  ])('is not approved by %s', async (path, status, message) => {
    expect(await send('POST', path)).toMatchObject({
      status,
      body: { error: expect.stringMatching(message) },
    });
  });

  it('is approved only by those who may', async () => {
    api.world.policy = denying('kargo.stage.approve');
    api.world.owners = { [`${project}/prod`]: ['group:default/ops'] };
    expect(await send('POST', '/alias-0/approve?stage=prod')).toMatchObject({
      status: 403,
      body: {
        error: "You may not approve Freight for 'prod'. Ask the group ops",
      },
    });
  });

  it('is deleted unless a Stage holds it', async () => {
    const { metadata } = await stored('alias-0');
    const key = { kind: 'Stage' as const, namespace: project, name: 'test' };
    const item = {
      name: metadata.name,
      origin: { kind: 'Warehouse', name: 'web' },
    };
    await api.store.patchStatus(key, {
      freightHistory: [{ id: 'c', items: { 'Warehouse/web': item } }],
    });
    expect(await send('DELETE', '/alias-0')).toMatchObject({
      status: 403,
      body: { error: expect.stringMatching(/Stage 'test'/) },
    });
    await api.store.patchStatus(key, { freightHistory: [] });
    expect((await send('DELETE', '/alias-0')).status).toBe(204);
    expect((await send('GET', '/alias-0')).status).toBe(404);
  });
});
