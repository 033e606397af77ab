import { ApiHarness } from '../../testing/ApiHarness';

jest.setTimeout(60_000);

const PROJECT = `
apiVersion: kargo.akuity.io/v1alpha1
kind: Project
metadata:
  name: shop
`;

const ROLES = '/projects/shop/roles';

function aRole(name: string, extra: object = {}) {
  return { metadata: { name }, ...extra };
}

function promote(stage: string) {
  return {
    role: 'deployer',
    resourceDetails: {
      resourceType: 'stages',
      resourceName: stage,
      verbs: ['promote'],
    },
  };
}

describe('roles', () => {
  let api: ApiHarness;

  beforeAll(async () => {
    api = await ApiHarness.start();
    await api.apply(PROJECT);
  });

  beforeEach(async () => {
    for (const { metadata } of (await api.send('GET', ROLES)).body) {
      await api.send('DELETE', `${ROLES}/${metadata.name}`);
    }
    api.reset();
    await api.send('POST', ROLES, {
      body: aRole('deployer', {
        claims: [{ name: 'groups', values: ['devops'] }],
      }),
    });
  });

  const getRole = async (name: string) =>
    (await api.send('GET', `${ROLES}/${name}`)).body;

  it('are given, and take rights, as each of twenty asks at once', async () => {
    const at = Array.from({ length: 20 }, (_, index) => index);
    const given = at.map(index => ({
      role: 'deployer',
      userClaims: { claims: [{ name: 'groups', values: [`team-${index}`] }] },
    }));
    const grantAtOnce = (bodies: object[]) =>
      Promise.all(
        bodies.map(
          async body =>
            (await api.send('POST', `${ROLES}/grants`, { body })).status,
        ),
      );
    const granted = at.map(() => 200);
    expect(await grantAtOnce(given)).toEqual(granted);
    expect(await grantAtOnce(at.map(index => promote(`s-${index}`)))).toEqual(
      granted,
    );
    const { claims, rules } = await getRole('deployer');
    expect(claims[0].values).toHaveLength(21);
    expect(rules).toHaveLength(20);
  });

  it('a project has the predefined roles from the beginning, and who made it has them', async () => {
    const { status, body } = await api.send('GET', ROLES);

    expect(status).toBe(200);
    expect(
      body.map((role: { metadata: { name: string } }) => role.metadata.name),
    ).toEqual([
      'default',
      'deployer',
      'kargo-admin',
      'kargo-promoter',
      'kargo-viewer',
    ]);
    expect(await getRole('kargo-viewer')).toMatchObject({
      apiVersion: 'rbac.kargo.akuity.io/v1alpha1',
      kind: 'Role',
      metadata: { name: 'kargo-viewer', namespace: 'shop' },
      kargoManaged: true,
      claims: [{ name: 'sub', values: ['user:default/alice'] }],
    });
    expect(await getRole('default')).toEqual({
      apiVersion: 'rbac.kargo.akuity.io/v1alpha1',
      kind: 'Role',
      metadata: {
        name: 'default',
        namespace: 'shop',
        creationTimestamp: expect.any(String),
      },
      rules: [],
    });
  });

  it('a new role tells who has it, what it allows and what it is for', async () => {
    const { status, body } = await api.send('POST', ROLES, {
      body: {
        metadata: {
          name: 'reader',
          namespace: 'shop',
          creationTimestamp: null,
          annotations: { 'kargo.akuity.io/description': 'reads' },
        },
        claims: [{ name: 'email', values: ['b@example.com', 'a@example.com'] }],
        rules: [{ resources: ['stages', 'freights'], verbs: ['get'] }],
      },
    });

    expect(status).toBe(201);
    expect(body).toEqual({
      apiVersion: 'rbac.kargo.akuity.io/v1alpha1',
      kind: 'Role',
      metadata: {
        name: 'reader',
        namespace: 'shop',
        creationTimestamp: expect.any(String),
        annotations: { 'kargo.akuity.io/description': 'reads' },
      },
      kargoManaged: true,
      claims: [{ name: 'email', values: ['a@example.com', 'b@example.com'] }],
      rules: ['freights', 'stages'].map(resource => ({
        apiGroups: ['kargo.akuity.io'],
        resources: [resource],
        verbs: ['get'],
      })),
    });
    expect(api.audits).toContainEqual(
      expect.objectContaining({
        eventId: 'role-update',
        outcome: 'succeeded',
        meta: expect.objectContaining({ role: 'reader' }),
      }),
    );
  });

  it('a role is a ServiceAccount, a Role and a RoleBinding of its name', async () => {
    const { body } = await api.send(
      'GET',
      `${ROLES}/deployer?as-resources=true`,
    );

    expect(body).toMatchObject({
      kind: 'RoleResources',
      serviceAccount: {
        kind: 'ServiceAccount',
        metadata: {
          name: 'deployer',
          annotations: {
            'rbac.kargo.akuity.io/managed': 'true',
            'rbac.kargo.akuity.io/claims': '{"groups":["devops"]}',
          },
        },
      },
      roles: [{ kind: 'Role', metadata: { name: 'deployer' } }],
      roleBindings: [
        {
          kind: 'RoleBinding',
          roleRef: { kind: 'Role', name: 'deployer' },
          subjects: [{ kind: 'ServiceAccount', name: 'deployer' }],
        },
      ],
    });
  });

  it.each([
    ['a name that is taken', aRole('deployer'), 409, /deployer/],
    ['a predefined name', aRole('kargo-admin'), 409, /every project has it/],
    ['no name', aRole(''), 400, /name should not be empty/],
    ['a name that is none', aRole('No Name'), 422, /RFC 1123/],
    [
      'another project',
      { metadata: { name: 'x', namespace: 'else' } },
      409,
      /namespace in body/,
    ],
    [
      'a singular resource',
      aRole('x', { rules: [{ resources: ['stage'], verbs: ['get'] }] }),
      400,
      /did you mean 'stages'/,
    ],
  ])('is not made with %s', async (_, body, status, error) => {
    const answer = await api.send('POST', ROLES, { body });

    expect(answer.status).toBe(status);
    expect(answer.body.error).toMatch(error);
  });

  it('people and rights are granted and revoked', async () => {
    const claims = [{ name: 'groups', values: ['leads'] }];
    const userClaims = { role: 'deployer', userClaims: { claims } };

    await api.send('POST', `${ROLES}/grants`, { body: userClaims });
    await api.send('POST', `${ROLES}/grants`, { body: promote('test') });
    const granted = await api.send('POST', `${ROLES}/grants`, {
      body: promote('prod'),
    });
    await api.send('POST', `${ROLES}/revocations`, { body: userClaims });
    const revoked = await api.send('POST', `${ROLES}/revocations`, {
      body: promote('test'),
    });

    expect(granted.status).toBe(200);
    expect(granted.body).toMatchObject({
      claims: [{ name: 'groups', values: ['devops', 'leads'] }],
      rules: [
        { resourceNames: ['prod'], verbs: ['promote'] },
        { resourceNames: ['test'], verbs: ['promote'] },
      ],
    });
    expect(revoked.status).toBe(200);
    expect(revoked.body).toMatchObject({
      claims: [{ name: 'groups', values: ['devops'] }],
      rules: [{ resourceNames: ['prod'], verbs: ['promote'] }],
    });
  });

  it.each([
    ['neither people nor rights', { role: 'deployer' }, 400, /exactly one of/],
    [
      'both',
      { ...promote('test'), userClaims: { claims: [] } },
      400,
      /exactly one of/,
    ],
    ['no role', { ...promote('test'), role: '' }, 400, /role is required/],
    ['an unknown role', { ...promote('test'), role: 'x' }, 404, /'x'/],
    [
      'a role that nobody manages',
      { role: 'default', userClaims: { claims: [] } },
      400,
      /not annotated as managed/,
    ],
    [
      'rights of a predefined role',
      { ...promote('test'), role: 'kargo-viewer' },
      400,
      /the same in every project/,
    ],
    [
      'a singular resource',
      {
        role: 'deployer',
        resourceDetails: { resourceType: 'stage', verbs: ['get'] },
      },
      400,
      /did you mean 'stages'/,
    ],
    [
      'a resource that nobody knows',
      {
        role: 'deployer',
        resourceDetails: { resourceType: 'widgets', verbs: ['get'] },
      },
      400,
      /unrecognized resource type 'widgets'/,
    ],
  ])('a grant for %s is refused', async (_, body, status, error) => {
    const answer = await api.send('POST', `${ROLES}/grants`, { body });

    expect(answer.status).toBe(status);
    expect(answer.body.error).toMatch(error);
  });

  it('a predefined role can be given to others and keeps its rights', async () => {
    const before = await getRole('kargo-promoter');

    const { body } = await api.send('POST', `${ROLES}/grants`, {
      body: {
        role: 'kargo-promoter',
        userClaims: { claims: [{ name: 'groups', values: ['devops'] }] },
      },
    });

    expect(body).toEqual({
      ...before,
      metadata: { ...before.metadata, creationTimestamp: expect.any(String) },
      claims: [
        { name: 'groups', values: ['devops'] },
        { name: 'sub', values: ['user:default/alice'] },
      ],
    });
    await api.send('PUT', `${ROLES}/kargo-promoter`, {
      body: { ...before, claims: before.claims },
    });
    expect((await getRole('kargo-promoter')).claims).toEqual(before.claims);
  });

  it('an update replaces people, rights and description', async () => {
    const { status, body } = await api.send('PUT', `${ROLES}/deployer`, {
      body: aRole('deployer', {
        claims: [{ name: 'sub', values: ['user:default/bob'] }],
        rules: [{ resources: ['stages'], verbs: ['*'] }],
      }),
    });

    expect(status).toBe(200);
    expect(body.claims).toEqual([
      { name: 'sub', values: ['user:default/bob'] },
    ]);
    expect(body.rules).toHaveLength(1);
    expect(body.rules[0].verbs).toContain('promote');
    expect(await getRole('deployer')).toEqual(body);
  });

  it('an update without a description takes it away', async () => {
    const annotations = { 'kargo.akuity.io/description': 'For the robots' };
    const described = { metadata: { name: 'deployer', annotations } };
    const put = async (body: object) =>
      (await api.send('PUT', `${ROLES}/deployer`, { body })).body.metadata
        .annotations?.['kargo.akuity.io/description'];

    expect(await put(described)).toBe('For the robots');
    expect(await put(aRole('deployer'))).toBe(undefined);
  });

  it('no role is made in a project that is being deleted', async () => {
    await api.apply(PROJECT.replace('shop', 'leaving'));
    await api.send('DELETE', '/projects/leaving');
    expect(
      await api.send('POST', '/projects/leaving/roles', {
        body: aRole('late'),
      }),
    ).toMatchObject({
      status: 409,
      body: { error: expect.stringMatching(/being deleted/) },
    });
  });

  it('an update of another role than the path names is refused', async () => {
    const answer = await api.send('PUT', `${ROLES}/deployer`, {
      body: aRole('other'),
    });

    expect(answer.status).toBe(400);
  });

  it('a deleted role is gone with all its parts, and can be made again', async () => {
    expect((await api.send('DELETE', `${ROLES}/deployer`)).status).toBe(204);
    expect((await api.send('GET', `${ROLES}/deployer`)).status).toBe(404);
    for (const kind of ['ServiceAccount', 'Role', 'RoleBinding'] as const) {
      const key = { kind, namespace: 'shop', name: 'deployer' };
      expect(await api.store.find(key)).toBeUndefined();
    }
    expect(
      (await api.send('POST', ROLES, { body: aRole('deployer') })).status,
    ).toBe(201);
  });

  it('a predefined role cannot be deleted', async () => {
    const answer = await api.send('DELETE', `${ROLES}/kargo-admin`);

    expect(answer.status).toBe(400);
    expect(answer.body.error).toMatch(/revoke its claims/);
  });

  it('what was put together by hand is shown as it is and not edited', async () => {
    await api.apply(`
apiVersion: v1
kind: ServiceAccount
metadata:
  name: byhand
  namespace: shop
  annotations:
    rbac.kargo.akuity.io/claim.groups: devops
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: wide
  namespace: shop
rules:
  - apiGroups: ['*']
    resources: ['*']
    verbs: ['*']
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata:
  name: byhand
  namespace: shop
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: Role
  name: wide
subjects:
  - kind: ServiceAccount
    name: byhand
    namespace: shop
`);

    const role = await getRole('byhand');
    const update = await api.send('PUT', `${ROLES}/byhand`, {
      body: aRole('byhand'),
    });

    expect(role).not.toHaveProperty('kargoManaged');
    expect(role).toMatchObject({
      claims: [{ name: 'groups', values: ['devops'] }],
      rules: [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }],
    });
    expect(update.status).toBe(400);
  });

  it('the installation has four roles, which can be read only', async () => {
    const { status, body } = await api.send('GET', '/system/roles');

    expect(status).toBe(200);
    expect(
      body.map((role: { metadata: object; kargoManaged?: boolean }) => [
        role.metadata,
        role.kargoManaged,
      ]),
    ).toEqual(
      [
        'kargo-admin',
        'kargo-project-creator',
        'kargo-user',
        'kargo-viewer',
      ].map(name => [
        expect.objectContaining({
          ...{ name, namespace: 'kargo' },
          creationTimestamp: '2026-01-01T00:00:00Z',
        }),
        undefined,
      ]),
    );
    const one = await api.send(
      'GET',
      '/system/roles/kargo-user?as-resources=true',
    );
    expect(one.body.serviceAccount.metadata.labels).toEqual({
      'rbac.kargo.akuity.io/system-role': 'true',
    });
    expect((await api.send('GET', '/system/roles/none')).status).toBe(404);
  });
});
