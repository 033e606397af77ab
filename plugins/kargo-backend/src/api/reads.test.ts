import {
  kargoProjectReadPermission,
  kargoStagePromotePermission,
} from 'backstage-plugin-kargo-common';
import {
  decideByKargoRoles,
  identityClaims,
} from 'backstage-plugin-kargo-node';
import { ApiHarness } from '../testing/ApiHarness';
import {
  freightManifest,
  pipelineManifests,
} from '../testing/pipelineManifests';

jest.setTimeout(60_000);

const ALICE = {
  userEntityRef: 'user:default/alice',
  ownershipEntityRefs: ['user:default/alice'],
};

describe('a read', () => {
  let api: ApiHarness;

  beforeAll(async () => {
    api = await ApiHarness.start();
    await api.apply(pipelineManifests('shop'));
    await api.apply(freightManifest('shop', '1.0.0', 'brisk-otter'));
    await api.store.create({
      apiVersion: 'kargo.akuity.io/v1alpha1',
      kind: 'Promotion',
      metadata: { name: 'test.run', namespace: 'shop' },
      spec: { stage: 'test', freight: 'x', steps: [] },
    });
    await api.store.create({
      apiVersion: 'kargo.akuity.io/v1alpha1',
      kind: 'ProjectConfig',
      metadata: { name: 'shop', namespace: 'shop' },
      spec: {},
    });
  });

  beforeEach(() => {
    api.reset();
  });

  const inProject = (path: string) => `/projects/shop${path}`;

  it.each([
    ['', 1],
    ['/config', 1],
    ['/stages/test', 1],
    ['/warehouses/web', 1],
    ['/promotions/test.run', 1],
    ['/warehouses/web/why', 1],
    ['/access?stage=test', 1],
    // By its name it is not found.
    ['/freight/brisk-otter', 2],
    ['/freight?stage=test', 2],
    // Its Stage and Freight, and the Promotions of the Stage.
    ['/promotions/test.run/why', 3],
  ])('of %s asks the database %d times', async (path, times) => {
    const { status } = await api.send('GET', inProject(path));
    expect(status).toBe(200);
    expect(api.statements).toHaveLength(times);
  });

  it('of Freight by its name asks the database once', async () => {
    const [freight] = await api.freight('shop');
    api.reset();
    await api.send('GET', inProject(`/freight/${freight.metadata.name}`));
    expect(api.statements).toHaveLength(1);
  });

  it('asks the policy about everything at once', async () => {
    await api.send('POST', inProject('/stages/test/promotions/dry-run'), {
      body: { freightAlias: 'brisk-otter' },
    });
    expect(api.permissionRequests).toEqual([
      [kargoProjectReadPermission.name, kargoStagePromotePermission.name],
    ]);
  });

  it('tells of what may not be read what it tells of what is not there', async () => {
    api.world.policy = () => ({ result: 'DENY' as never });
    const ofProject = await api.send('GET', '/projects/shop/stages/nope');
    expect(ofProject).toMatchObject({
      status: 404,
      body: { error: "Project 'shop' does not exist" },
    });
    const known = await api.send('GET', '/projects/shop/stages/test');
    expect(known.body).toEqual(ofProject.body);
  });

  it.each([
    [
      'is left alone by whoever compresses, when it is short',
      8_000,
      'no-transform',
    ],
    ['may be compressed when it is long', 80_000, null],
  ])('%s', async (_, size, cacheControl) => {
    await api.store.patch(
      { kind: 'Project', namespace: '', name: 'shop' },
      { metadata: { annotations: { text: 'x'.repeat(size) } } },
    );
    const one = await api.send('GET', '/projects/shop');
    expect(one.body.metadata.annotations.text).toHaveLength(size);
    expect(one.headers.get('cache-control')).toBe(cacheControl);
    const list = await api.send('GET', '/projects');
    expect(list.body.items).toEqual([one.body]);
    expect(list.headers.get('cache-control')).toBe(cacheControl);
  });

  it('of what somebody may do reads roles once for the permissions that are asked together', async () => {
    api.world.policy = permission =>
      decideByKargoRoles(
        permission,
        identityClaims(ALICE, {
          ...{ user: 'sub', email: 'email', groups: 'groups' },
          shortNames: true,
        }),
        {},
      );
    const { status, body } = await api.send(
      'GET',
      inProject('/access?stage=test'),
    );
    expect(status).toBe(200);
    expect(body.stages.test.promote.allowed).toBe(true);
    // Three kinds: may the project be read, what may be done with it and with its Stage, which
    // is asked with the project of the Stage.
    const lists = api.statements.filter(sql => sql.includes('sort_value'));
    expect(lists).toHaveLength(3 + 3 + 3 + 1);
  });
});
