import {
  createKargoProjectConditionalDecision,
  createKargoStageConditionalDecision,
  kargoProjectConditions,
  kargoStageConditions,
} from 'backstage-plugin-kargo-node';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import { Stage } from 'backstage-plugin-kargo-common';
import { ApiHarness, denying } from '../../testing/ApiHarness';
import { pipelineManifests } from '../../testing/pipelineManifests';
import { imageMatrix } from './projects';

jest.setTimeout(60_000);

describe('projects', () => {
  let api: ApiHarness;

  beforeAll(async () => {
    api = await ApiHarness.start();
    await api.apply(pipelineManifests('shop'));
    for (const name of ['shop-eu', 'store', 'web']) {
      await api.send('POST', '/resources', {
        as: name === 'web' ? 'user:default/bob' : undefined,
        body: {
          apiVersion: 'kargo.akuity.io/v1alpha1',
          kind: 'Project',
          metadata: { name, labels: { team: name } },
        },
      });
    }
  });

  beforeEach(() => api.reset());

  const names = ({
    body,
  }: {
    body: { items: Array<{ metadata: { name: string } }> };
  }) => body.items.map(({ metadata }) => metadata.name);

  it.each([
    ['', ['shop', 'shop-eu', 'store', 'web'], 4],
    ['?filter=sho', ['shop', 'shop-eu'], 2],
    ['?filter=SHO', ['shop', 'shop-eu'], 2],
    ['?pageSize=2', ['shop', 'shop-eu'], 4],
    ['?pageSize=2&page=1', ['store', 'web'], 4],
    ['?pageSize=2&page=9', [], 4],
    ['?uid=nope', [], 0],
  ])('lists%s', async (query, expected, total) => {
    const answer = await api.send('GET', `/projects${query}`);
    expect(names(answer)).toEqual(expected);
    expect(answer.body.total).toBe(total);
  });

  it.each(['/projects/store/config', '/system/cluster-config'])(
    'has no stream of a configuration that is not there: %s',
    async path => {
      expect(await api.send('GET', `${path}?watch=true`)).toMatchObject({
        status: 404,
      });
    },
  );

  it('finds projects by uid', async () => {
    const [shop, store] = await Promise.all([
      api.project('shop'),
      api.project('store'),
    ]);
    const { items } = await api
      .client()
      .listProjects({ uid: [shop.metadata.uid, store.metadata.uid] });
    expect(items.map(({ metadata }) => metadata.name)).toEqual([
      'shop',
      'store',
    ]);
  });

  it('knows which projects are mine: those I made and those my groups own', async () => {
    api.world.owners = {
      store: ['group:default/web'],
      'shop-eu': ['group:default/x'],
    };
    api.world.memberships = ['group:default/Web'];
    expect(
      names(
        await api.send('GET', '/projects?mine=true', {
          as: 'user:default/bob',
        }),
      ),
    ).toEqual(['store', 'web']);
    const first = await api.send('GET', '/projects?mineFirst=true&pageSize=3', {
      as: 'user:default/bob',
    });
    expect(names(first)).toEqual(['store', 'web', 'shop']);
    expect(first.body).toMatchObject({ total: 4, mine: 2 });
    expect(
      names(await api.send('GET', '/projects?mine=true', { as: 'service' })),
    ).toEqual([]);
  });

  it('lists only what the policy lets the caller read', async () => {
    api.world.owners = { store: ['group:default/web'] };
    api.world.policy = permission =>
      permission.name === 'kargo.project.read'
        ? createKargoProjectConditionalDecision(permission as never, {
            anyOf: [
              kargoProjectConditions.isEntityOwner({
                claims: ['group:default/web'],
              }),
              kargoProjectConditions.hasLabel({
                label: 'team',
                values: ['web'],
              }),
            ],
          })
        : { result: AuthorizeResult.DENY };
    expect(names(await api.send('GET', '/projects'))).toEqual(['store', 'web']);
    expect((await api.send('GET', '/projects/store')).status).toBe(200);
    expect((await api.send('GET', '/projects/shop')).status).toBe(404);
  });

  it('answers, and deletes for those who may', async () => {
    await api.apply(
      '{apiVersion: kargo.akuity.io/v1alpha1, kind: Project, metadata: {name: gone}}',
    );
    expect((await api.send('GET', '/projects/gone')).body.metadata.name).toBe(
      'gone',
    );
    api.world.policy = denying('kargo.project.manage');
    expect(await api.send('DELETE', '/projects/gone')).toMatchObject({
      status: 403,
      body: { error: expect.stringMatching(/change project 'gone'/) },
    });
    api.reset();
    expect((await api.send('DELETE', '/projects/gone')).status).toBe(204);
    await api.cleanUp({ kind: 'Project', namespace: '', name: 'gone' });
    expect((await api.send('GET', '/projects/gone')).status).toBe(404);
  });

  it('keeps a configuration per project', async () => {
    expect((await api.send('GET', '/projects/shop/config')).status).toBe(404);
    await api.apply(`
apiVersion: kargo.akuity.io/v1alpha1
kind: ProjectConfig
metadata: { name: shop, namespace: shop }
spec: { promotionPolicies: [ { stage: test, autoPromotionEnabled: true } ] }
`);
    expect((await api.send('GET', '/projects/shop/config')).body.spec).toEqual({
      promotionPolicies: [{ stage: 'test', autoPromotionEnabled: true }],
    });
    expect(
      (await api.send('POST', '/projects/shop/config/refresh')).status,
    ).toBe(200);
    const config = await api.get('ProjectConfig', 'shop', 'shop');
    expect(config.metadata.annotations).toEqual({
      'kargo.akuity.io/refresh': '2026-05-01T10:00:00Z',
    });
    expect((await api.send('DELETE', '/projects/shop/config')).status).toBe(
      204,
    );
    expect(
      (await api.send('POST', '/projects/shop/config/refresh')).status,
    ).toBe(404);
  });

  it('lists events, newest first', async () => {
    for (const [name, lastTimestamp] of [
      ['a', '2026-05-01T10:00:00Z'],
      ['b', '2026-05-01T12:00:00Z'],
      ['c', '2026-05-01T11:00:00Z'],
    ]) {
      await api.store.create({
        apiVersion: 'v1',
        kind: 'Event',
        metadata: { name, namespace: 'shop' },
        type: 'Normal',
        reason: 'FreightCreated',
        message: 'x',
        involvedObject: { kind: 'Freight', name: 'f' },
        lastTimestamp,
      } as never);
    }
    const { items } = await api.client().listEvents({ project: 'shop' });
    expect(items.map(({ metadata }) => metadata.name)).toEqual(['b', 'c', 'a']);
  });

  it.each([
    ['stages', ['gate', 'prod', 'qa', 'test']],
    ['freights', []],
  ])(
    'names what a role of a project that may list %s may know of',
    async (resource, known) => {
      const as = await api.holderOf('shop', `lists-${resource}`, [
        { resources: [resource], verbs: ['list'] },
      ]);
      const { body } = await api.send('GET', '/projects/shop/access', { as });
      expect(Object.keys(body.stages)).toEqual(known);
    },
  );

  it('tells what the caller may do', async () => {
    api.world.owners = { 'shop/prod': ['group:default/ops'] };
    api.world.policy = denying('kargo.stage.approve', 'kargo.project.manage');
    const access = await api.client().getProjectAccess({ project: 'shop' });
    expect(access.project.manage).toEqual({
      allowed: false,
      reason:
        "You may not change project 'shop'. Ask an administrator of the portal",
    });
    expect(access.stages.prod).toEqual({
      promote: { allowed: true },
      approve: {
        allowed: false,
        reason: "You may not approve Freight for 'prod'. Ask the group ops",
      },
      owners: ['group:default/ops'],
    });
    api.world.memberships = ['group:default/Ops'];
    const ofOwner = await api.client().getProjectAccess({ project: 'shop' });
    expect(ofOwner.stages.prod.isOwner).toBe(true);
    expect(ofOwner.stages.prod.approve.reason).toBe(
      "You may not approve Freight for 'prod': the policy of the portal keeps this from its owners. Ask an administrator of the portal",
    );
    expect(Object.keys(access.stages).sort()).toEqual([
      'gate',
      'prod',
      'qa',
      'test',
    ]);
  });

  it('tells what the caller may do outside of projects', async () => {
    const denied = { allowed: false, reason: expect.any(String) };
    const allowed = { allowed: true };
    expect(await api.client().getSystemAccess({})).toEqual({
      projects: { create: allowed },
      shared: { manage: allowed },
    });
    api.world.policy = denying('kargo.cluster.manage');
    expect(await api.client().getSystemAccess({})).toEqual({
      projects: { create: allowed },
      shared: { manage: denied },
    });
    api.world.policy = denying('kargo.project.create');
    expect(await api.client().getSystemAccess({})).toEqual({
      projects: {
        create: {
          allowed: false,
          reason:
            'You may not create projects. Ask an administrator of the portal',
        },
      },
      shared: { manage: allowed },
    });
  });

  it('tells no owners, rather than that there are none, while the catalog does not', async () => {
    const ownersOfProd = async () => {
      const { stages } = await api.client().getProjectAccess({
        ...{ project: 'shop', stage: 'prod' },
      });
      return stages.prod.owners;
    };
    expect(await ownersOfProd()).toEqual([]);
    api.world.catalogFailure = new Error('The catalog does not answer');
    expect(await ownersOfProd()).toBeUndefined();
  });

  it('tells of one Stage whether the caller may verify and abort there, too', async () => {
    api.world.policy = denying('kargo.stage.verify', 'kargo.freight.alias');
    const { project, stages } = await api
      .client()
      .getProjectAccess({ project: 'shop', stage: 'prod' });
    expect(project).toMatchObject({
      manage: { allowed: true },
      alias: { allowed: false },
    });
    expect(stages).toEqual({
      prod: {
        promote: { allowed: true },
        approve: { allowed: true },
        verify: {
          allowed: false,
          reason: expect.stringContaining("'prod'"),
        },
        abort: { allowed: true },
        owners: expect.anything(),
      },
    });
    await expect(
      api.client().getProjectAccess({ project: 'shop', stage: 'nope' }),
    ).rejects.toMatchObject({ status: 404 });
  });
});

describe('owners from the catalog', () => {
  const EVE = 'user:default/eve';
  const MINE = 'component:default/mine';
  let api: ApiHarness;

  beforeEach(async () => {
    api = await ApiHarness.start();
    await api.apply(pipelineManifests('shop'));
    api.world.claims = [
      { entity: MINE, owners: [EVE] },
      { entity: 'component:default/other', owners: ['group:default/x'] },
    ];
    api.world.policy = permission => {
      const claims = [EVE];
      switch (permission.name) {
        case 'kargo.project.manage':
          return createKargoProjectConditionalDecision(
            permission as never,
            kargoProjectConditions.isEntityOwner({ claims }),
          );
        case 'kargo.stage.promote':
          return createKargoStageConditionalDecision(
            permission as never,
            kargoStageConditions.isEntityOwner({ claims }),
          );
        default:
          return { result: AuthorizeResult.ALLOW };
      }
    };
  });

  const confirm = (kind: 'Project' | 'Stage', name: string, entities: string) =>
    api.store.patch(
      { kind, namespace: kind === 'Stage' ? 'shop' : '', name },
      { metadata: { annotations: { 'kargo.akuity.io/entities': entities } } },
    );

  const deleteDocs = () =>
    api.send('DELETE', '/projects/shop/warehouses/docs', { as: EVE });

  it('gives nothing to whoever registers an entity with the name of the project', async () => {
    expect((await deleteDocs()).status).toBe(403);
    const { stages } = await api
      .client(EVE)
      .getProjectAccess({ project: 'shop' });
    expect(stages.prod.promote.allowed).toBe(false);
  });

  it('gives the project to the owners of an entity that the project confirms', async () => {
    await confirm('Project', 'shop', MINE);
    expect((await deleteDocs()).status).toBe(204);
    const { stages } = await api
      .client(EVE)
      .getProjectAccess({ project: 'shop' });
    expect(stages.prod).toMatchObject({
      promote: { allowed: true },
      owners: [EVE],
    });
  });

  it('gives a Stage to those that the Stage confirms, and nothing else', async () => {
    await confirm('Stage', 'test', MINE);
    expect((await deleteDocs()).status).toBe(403);
    const { stages } = await api
      .client(EVE)
      .getProjectAccess({ project: 'shop' });
    expect(stages.test.promote.allowed).toBe(true);
    expect(stages.prod.promote.allowed).toBe(false);
  });

  it('names unconfirmed entities to whoever manages the project, and their own to others', async () => {
    const seenBy = async (as: string) =>
      (await api.client(as).getProjectAccess({ project: 'shop' }))
        .unconfirmedEntities;
    expect(await seenBy(EVE)).toEqual([MINE]);
    expect(await seenBy('user:default/bob')).toEqual([]);
    api.world.policy = () => ({ result: AuthorizeResult.ALLOW });
    expect(await seenBy('user:default/bob')).toEqual([
      MINE,
      'component:default/other',
    ]);
  });
});

describe('imageMatrix', () => {
  function stage(
    name: string,
    ...tags: Array<Array<[string, string?]>>
  ): Stage {
    return {
      metadata: { name },
      status: {
        freightHistory: tags.map(images => ({
          id: 'x',
          items: {
            'Warehouse/web': {
              name: 'f',
              origin: { kind: 'Warehouse', name: 'web' },
              images: images.map(([repoURL, tag]) => ({ repoURL, tag })),
            },
          },
        })),
      },
    } as unknown as Stage;
  }

  it('counts how long ago each Stage held each tag', () => {
    expect(
      imageMatrix([
        stage('test', [['a', '1.2']], [['a', '1.1']], [['a', '1.2']]),
        stage('prod', [['a', '1.1'], ['b', '7'], ['c']]),
        stage('empty'),
      ]),
    ).toEqual({
      a: {
        tags: {
          '1.2': { stages: { test: 0 } },
          '1.1': { stages: { test: 1, prod: 0 } },
        },
      },
      b: { tags: { '7': { stages: { prod: 0 } } } },
    });
  });

  it('takes any name of a repository or tag', () => {
    const matrix = imageMatrix([stage('test', [['__proto__', 'constructor']])]);
    expect(JSON.stringify(matrix)).toBe(
      '{"__proto__":{"tags":{"constructor":{"stages":{"test":0}}}}}',
    );
  });
});
