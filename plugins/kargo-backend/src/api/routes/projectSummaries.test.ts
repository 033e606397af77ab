import {
  kargoProjectReadPermission,
  kargoStageApprovePermission,
  kargoStagePromotePermission,
  ProjectSummary,
} from 'backstage-plugin-kargo-common';
import {
  createKargoProjectConditionalDecision,
  createKargoStageConditionalDecision,
  kargoProjectConditions,
  kargoStageConditions,
} from 'backstage-plugin-kargo-node';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import { ApiHarness, denying } from '../../testing/ApiHarness';
import {
  freightManifest,
  pipelineManifests,
} from '../../testing/pipelineManifests';

jest.setTimeout(60_000);

const PROJECTS = ['docs', 'shop', 'store'];
const ALL = PROJECTS.map(name => `project=${name}`).join('&');

describe('summaries of projects', () => {
  let api: ApiHarness;

  beforeAll(async () => {
    api = await ApiHarness.start();
    for (const project of PROJECTS) {
      await api.apply(pipelineManifests(project));
      await api.apply(freightManifest(project, '1.0.0', 'brisk-otter'));
    }
    const [freight] = await api.freight('shop');
    await api.store.patchStatus(
      { kind: 'Freight', namespace: 'shop', name: freight.metadata.name },
      { verifiedIn: { test: {} } },
    );
    await api.store.patchStatus(
      { kind: 'Stage', namespace: 'shop', name: 'test' },
      {
        freightHistory: [
          {
            id: 'c1',
            items: {
              'Warehouse/web': {
                name: freight.metadata.name,
                origin: freight.origin,
              },
            },
          },
        ],
        lastPromotion: { name: 'test.1', finishedAt: '2026-05-01T09:00:00Z' },
      },
    );
  });

  beforeEach(() => api.reset());

  const summaries = async (
    query: string,
    as?: string,
  ): Promise<ProjectSummary[]> => {
    const { status, body } = await api.send(
      'GET',
      `/project-summaries?${query}`,
      {
        as,
      },
    );
    expect(status).toBe(200);
    return body.items;
  };

  const namesOf = (items: ProjectSummary[]) =>
    items.map(({ project }) => project);

  it('tell how the Stages are, what waits, and what was promoted last', async () => {
    const [freight] = await api.freight('shop');
    const promotable = {
      kind: 'promote',
      freight: freight.metadata.name,
      version: '1.0.0',
    };
    expect(await summaries('project=shop')).toEqual([
      {
        project: 'shop',
        stages: { count: 3, healthy: 0, empty: 2, failing: 0, passThrough: 1 },
        lastPromotion: {
          name: 'test.1',
          stage: 'test',
          finishedAt: '2026-05-01T09:00:00Z',
        },
        forCaller: [
          { ...promotable, stage: 'prod' },
          { ...promotable, stage: 'qa' },
        ],
        forOthers: { count: 0, owners: [] },
      },
    ]);
  });

  it('stand in the order in which they were asked for, each once', async () => {
    const query = 'project=store&project=nope&project=docs&project=store';
    expect(namesOf(await summaries(query))).toEqual(['store', 'docs']);
  });

  it('tell for whom waits what the caller may not do', async () => {
    api.world.policy = permission =>
      permission.name === kargoStagePromotePermission.name
        ? createKargoStageConditionalDecision(
            permission as typeof kargoStagePromotePermission,
            kargoStageConditions.isEntityOwner({
              claims: ['group:default/qa'],
            }),
          )
        : { result: AuthorizeResult.ALLOW };
    api.world.owners = {
      'shop/qa': ['group:default/qa'],
      'shop/prod': ['group:default/ops'],
    };
    const [shop] = await summaries('project=shop');
    expect(shop.forCaller.map(({ stage }) => stage)).toEqual(['qa']);
    expect(shop.forOthers).toEqual({ count: 1, owners: ['group:default/ops'] });

    api.world.memberships = ['group:default/ops'];
    const [ofOwner] = await summaries('project=shop');
    // Whoever owns it and may not do it is told of nobody who may.
    expect(ofOwner.forOthers).toEqual({ count: 1, owners: [] });
  });

  it('leave out what the caller may not read, as if it were not there', async () => {
    api.world.policy = denying(kargoProjectReadPermission.name);
    expect(await summaries(ALL)).toEqual([]);

    api.world.policy = permission =>
      permission.name === kargoProjectReadPermission.name
        ? createKargoProjectConditionalDecision(
            permission as typeof kargoProjectReadPermission,
            kargoProjectConditions.isEntityOwner({
              claims: ['group:default/web'],
            }),
          )
        : { result: AuthorizeResult.ALLOW };
    api.world.owners = { store: ['group:default/web'] };
    expect(namesOf(await summaries(ALL))).toEqual(['store']);
  });

  it.each<[string, string[], boolean]>([
    ['stages and freights', ['stages', 'freights'], true],
    ['stages alone', ['stages'], false],
    ['freights alone', ['freights'], false],
    ['neither', ['promotions'], false],
  ])(
    'tell a role that may list %s only what it would be told in full',
    async (_, resources, expected) => {
      const role = resources.join('-');
      await api.send('POST', '/projects/shop/roles', {
        body: {
          metadata: { name: role },
          rules: [{ resources, verbs: ['list'] }],
        },
      });
      const { body: token } = await api.send(
        'POST',
        `/projects/shop/roles/${role}/api-tokens`,
        { body: { name: `of-${role}` } },
      );
      const as = `token:${Buffer.from(token.data.token, 'base64')}`;
      const inFull = await Promise.all(
        ['stages', 'freight'].map(path =>
          api.send('GET', `/projects/shop/${path}`, { as }),
        ),
      );
      expect(inFull.every(({ status }) => status === 200)).toBe(expected);
      expect(namesOf(await summaries(ALL, as))).toEqual(
        expected ? ['shop'] : [],
      );
    },
  );

  it('ask the database three times, and the policy once, for however many projects', async () => {
    const statementsFor = async (query: string) => {
      api.reset();
      await summaries(query);
      return api.statements.length;
    };
    expect(await statementsFor('project=shop')).toBe(3);
    expect(await statementsFor(ALL)).toBe(3);
    expect(api.permissionRequests).toEqual([
      [
        kargoProjectReadPermission.name,
        kargoStagePromotePermission.name,
        kargoStageApprovePermission.name,
      ],
    ]);
  });

  it('do not look into what is too large together, and into the rest all the same', async () => {
    const countStages = (count: number | null, name = 'shop') =>
      api.store.patchStatus(
        { kind: 'Project', namespace: '', name },
        {
          stats: count && {
            stages: { count, health: { healthy: 0 } },
            warehouses: { count: 0, health: { healthy: 0 } },
          },
        },
      );
    await countStages(2_501);
    expect(namesOf(await summaries(ALL))).toEqual(['docs', 'store']);
    await countStages(2_500);
    expect(namesOf(await summaries(ALL))).toEqual(PROJECTS);
    await countStages(1, 'store');
    expect(namesOf(await summaries(ALL))).toEqual(['docs', 'shop']);
    await countStages(null, 'store');
    await countStages(null);
  });

  it('do not tell half of what is too large and was not counted yet', async () => {
    await api.apply(pipelineManifests('huge'));
    const { apiVersion, spec } = await api.stage('huge', 'test');
    for (let start = 0; start < 2_500; start += 500) {
      await api.store.write(
        Array.from({ length: 500 }, (_, at) => ({
          create: {
            ...{ apiVersion, kind: 'Stage' as const, spec },
            metadata: { namespace: 'huge', name: `s${start + at}` },
          },
        })),
      );
    }
    const query = 'project=huge&project=docs';
    expect(namesOf(await summaries(query))).toEqual(['docs']);
  });

  it('are refused for more projects than a page has, and for none', async () => {
    const many = Array.from({ length: 101 }, (_, at) => `project=p${at}`);
    expect(
      await api.send('GET', `/project-summaries?${many.join('&')}`),
    ).toMatchObject({
      status: 400,
      body: { error: "Parameter 'project': expected 100 at most" },
    });
    expect(await api.send('GET', '/project-summaries')).toMatchObject({
      status: 400,
      body: { error: expect.stringContaining("Parameter 'project'") },
    });
  });
});
