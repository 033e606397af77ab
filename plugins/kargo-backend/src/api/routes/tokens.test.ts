import { mockCredentials } from '@backstage/backend-test-utils';
import {
  AuthorizeResult,
  ResourcePermission,
} from '@backstage/plugin-permission-common';
import {
  createKargoProjectConditionalDecision,
  kargoProjectConditions,
} from 'backstage-plugin-kargo-node';
import { DEFAULT_SHARED_NAMESPACE } from '../../logic/sharedNamespaces';
import { ApiHarness, authorization } from '../../testing/ApiHarness';
import { mockLogger } from '../../testing/mockLogger';
import {
  freightManifest,
  pipelineManifests,
} from '../../testing/pipelineManifests';
import { identifyOwnCaller } from '../server/OwnCallers';

jest.setTimeout(60_000);

function textOf({ data }: { data: { token: string } }): string {
  return Buffer.from(data.token, 'base64').toString('utf8');
}

describe('API tokens', () => {
  let api: ApiHarness;
  let count = 0;
  let project = '';

  beforeAll(async () => {
    api = await ApiHarness.start();
  });

  beforeEach(async () => {
    count += 1;
    project = `shop-${count}`;
    api.reset();
    await api.apply(pipelineManifests(project));
    await api.apply(freightManifest(project, '1.0.0', 'brisk-otter'));
  });

  async function createToken(role: string, name = 'ci'): Promise<string> {
    const path = `/projects/${project}/roles/${role}/api-tokens`;
    const { status, body } = await api.send('POST', path, { body: { name } });
    expect(status).toBe(201);
    return `token:${textOf(body)}`;
  }

  const promote = (as: string, stage = 'test') =>
    api.send('POST', `/projects/${project}/stages/${stage}/promotions`, {
      as,
      body: { freightAlias: 'brisk-otter' },
    });

  const tokens = (suffix = '') =>
    api.send('GET', `/projects/${project}/api-tokens${suffix}`);

  it('are shown once, as a Secret of their role', async () => {
    const path = `/projects/${project}/roles/kargo-promoter/api-tokens`;
    const created = await api.send('POST', path, { body: { name: 'ci' } });
    const read = await tokens('/ci');
    const listed = await tokens('?role=kargo-promoter');
    const ofOthers = await tokens('?role=kargo-viewer');

    expect(textOf(created.body)).toMatch(/^kargo_eyJ[\w-]+\.[0-9a-f]{64}$/);
    expect(created.body).toMatchObject({
      apiVersion: 'v1',
      kind: 'Secret',
      type: 'kubernetes.io/service-account-token',
      metadata: {
        name: 'ci',
        namespace: project,
        labels: { 'rbac.kargo.akuity.io/api-token': 'true' },
        annotations: {
          'kubernetes.io/service-account.name': 'kargo-promoter',
          'rbac.kargo.akuity.io/managed': 'true',
          'kargo.akuity.io/create-actor': 'user:default/alice',
        },
      },
    });
    expect(textOf(read.body)).toBe('*** REDACTED ***');
    expect(listed.body.items).toEqual([read.body]);
    expect(ofOthers.body.items).toEqual([]);
  });

  it('are kept as a hash only', async () => {
    const token = await createToken('kargo-viewer');

    const kept = await api.get('ApiToken', project, 'ci');

    const [, secret] = token.split('.');
    expect(JSON.stringify(kept)).not.toContain(secret);
    expect(kept.spec.hash).toMatch(/^[0-9a-f]{64}$/);
  });

  it('do what their role allows, in its name, and nothing else', async () => {
    const promoter = await createToken('kargo-promoter', 'promoter');
    const viewer = await createToken('kargo-viewer', 'viewer');

    const promoted = await promote(promoter);
    const refused = await promote(viewer);

    const actor = `kubernetes:system:serviceaccount:${project}:kargo-promoter`;
    expect(promoted.status).toBe(201);
    expect(
      promoted.body.metadata.annotations['kargo.akuity.io/create-actor'],
    ).toBe(actor);
    expect(refused.status).toBe(403);
    expect(refused.body.error).toMatch(/'promote' stages\/test/);
    expect(api.audits).toContainEqual(
      expect.objectContaining({
        outcome: 'succeeded',
        meta: expect.objectContaining({ operationId: 'promoteToStage', actor }),
      }),
    );
  });

  it('of a role of one right have that right alone', async () => {
    await api.send('POST', `/projects/${project}/roles`, {
      body: {
        metadata: { name: 'deployer' },
        rules: [
          { resources: ['stages'], verbs: ['get'] },
          {
            resources: ['stages'],
            resourceNames: ['test'],
            verbs: ['promote'],
          },
          { resources: ['promotions'], verbs: ['create'] },
        ],
      },
    });
    const as = await createToken('deployer');
    const status = async (path: string) =>
      (await api.send('GET', `/projects/${project}${path}`, { as })).status;

    expect((await promote(as, 'test')).status).toBe(201);
    expect((await promote(as, 'prod')).status).toBe(403);
    expect(await status('/stages/test')).toBe(200);
    expect(await status('/stages')).toBe(403);
    expect(await status('/warehouses')).toBe(403);
    expect(await status('/configmaps')).toBe(403);
  });

  it.each([
    ['kargo-viewer', 403],
    ['kargo-promoter', 403],
    ['kargo-admin', 204],
  ])(
    'of %s are answered %d when they delete their project',
    async (role, status) => {
      const as = await createToken(role);
      expect(
        await api.send('DELETE', `/projects/${project}`, { as }),
      ).toMatchObject({
        status,
      });
    },
  );

  it('that may only update the project give it no policies that way', async () => {
    await api.send('POST', `/projects/${project}/roles`, {
      body: {
        metadata: { name: 'keeper' },
        rules: [{ resources: ['projects'], verbs: ['get', 'update', 'patch'] }],
      },
    });
    const as = await createToken('keeper');
    const older = {
      apiVersion: 'kargo.akuity.io/v1alpha1',
      kind: 'Project',
      metadata: { name: project },
      spec: {
        promotionPolicies: [{ stage: 'test', autoPromotionEnabled: true }],
      },
    };

    const { status, body } = await api.send('PUT', '/resources', {
      as,
      body: [older],
    });

    expect(status).toBe(403);
    expect(body.error).toMatch(/You may not 'create' projectconfigs/);
    const key = { kind: 'ProjectConfig' as const, namespace: project };
    expect(await api.store.find({ ...key, name: project })).toBe(undefined);
  });

  it('change Freight only if they may by its name, whatever a manifest calls it', async () => {
    await api.send('POST', `/projects/${project}/roles`, {
      body: {
        metadata: { name: 'releaser' },
        rules: [
          {
            resources: ['freights'],
            resourceNames: ['mine'],
            verbs: ['create', 'get', 'update', 'delete'],
          },
        ],
      },
    });
    const releaser = await createToken('releaser', 'releaser');
    const admin = await createToken('kargo-admin', 'admin');
    const manifest = freightManifest(project, '1.0.0', 'taken-over').replace(
      'metadata: {',
      'metadata: { name: mine,',
    );
    const send = async (as: string, method: string) =>
      (
        await api.send(method, '/resources?upsert=true', {
          ...{ as, body: manifest },
        })
      ).status;
    const aliases = async () =>
      (await api.store.list('Freight', { namespace: project })).items.map(
        ({ alias }) => alias,
      );

    expect(await send(releaser, 'PUT')).toBe(403);
    expect(await send(releaser, 'DELETE')).toBe(403);
    expect(await aliases()).toEqual(['brisk-otter']);
    expect(await send(admin, 'PUT')).toBe(200);
    expect(await aliases()).toEqual(['taken-over']);
    expect(await send(admin, 'DELETE')).toBe(200);
    expect(await aliases()).toEqual([]);
  });

  it('write manifests as their role may, and give away no more than it has', async () => {
    const admin = await createToken('kargo-admin', 'admin');
    const promoter = await createToken('kargo-promoter', 'promoter');
    const configMap = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'settings', namespace: project },
      data: { a: 'b' },
    };
    const apply = async (as: string, manifest: object) =>
      (
        await api.send('PUT', '/resources?upsert=true', {
          as,
          body: [manifest],
        })
      ).status;

    expect(await apply(admin, configMap)).toBe(200);
    expect(await apply(promoter, configMap)).toBe(403);
    expect(
      await apply(admin, {
        ...configMap,
        metadata: {
          ...configMap.metadata,
          namespace: 'kargo-shared-resources',
        },
      }),
    ).toBe(403);
    const mint = await api.send(
      'POST',
      `/projects/${project}/roles/kargo-admin/api-tokens`,
      { as: promoter, body: { name: 'more' } },
    );
    expect(mint.status).toBe(403);
  });

  it('of a role that may only write Promotions promote nowhere by a manifest', async () => {
    await api.send('POST', `/projects/${project}/roles`, {
      body: {
        metadata: { name: 'writer' },
        rules: [{ resources: ['promotions'], verbs: ['create', 'get'] }],
      },
    });
    const as = await createToken('writer');
    const [freight] = await api.freight(project);
    const manifest = {
      apiVersion: 'kargo.akuity.io/v1alpha1',
      kind: 'Promotion',
      metadata: { namespace: project },
      spec: { stage: 'test', freight: freight.metadata.name },
    };

    expect(
      await api.send('POST', '/resources', { as, body: [manifest] }),
    ).toMatchObject({
      status: 403,
      body: { error: expect.stringMatching(/promote to 'test'/) },
    });
    expect(await api.promotions(project)).toEqual([]);
  });

  it('give nobody a role that allows more than theirs', async () => {
    const roles = `/projects/${project}/roles`;
    const content = { rules: [{ resources: ['stages'], verbs: ['promote'] }] };
    const people = { claims: [{ name: 'groups', values: ['devops'] }] };
    await api.send('POST', roles, {
      body: { metadata: { name: 'deployer' }, ...content },
    });
    await api.send('POST', roles, {
      body: {
        metadata: { name: 'clerk' },
        rules: ['serviceaccounts', 'roles', 'rolebindings'].map(resource => ({
          resources: [resource],
          verbs: ['get', 'list', 'update'],
        })),
      },
    });
    const as = await createToken('clerk');
    const update = async (body: object) =>
      (
        await api.send('PUT', `${roles}/deployer`, {
          as,
          body: { metadata: { name: 'deployer' }, ...body },
        })
      ).status;

    expect(await update({ ...content, ...people })).toBe(403);
    // Of what it allowed before, nobody is given anything.
    expect(await update(content)).toBe(200);
  });

  it('end what was opened with them, also when one of their name is made again', async () => {
    const as = await createToken('kargo-viewer');
    const caller = await identifyOwnCaller(as.slice('token:'.length), {
      ...{ store: api.store, clock: api.clock, logger: mockLogger() },
      ...{ systemRoleClaims: {}, sharedNamespace: DEFAULT_SHARED_NAMESPACE },
    });
    await api.send('DELETE', `/projects/${project}/api-tokens/ci`);
    await createToken('kargo-viewer');
    const { signal } = new AbortController();
    await expect(caller?.untilRevoked?.(signal)).resolves.toBe(undefined);
  });

  it('know nothing of other projects', async () => {
    const as = await createToken('kargo-admin');
    await api.apply(pipelineManifests(`other-${project}`));

    const answer = await api.send('GET', `/projects/other-${project}/stages`, {
      as,
    });
    const { body } = await api.send('GET', '/projects', { as });

    expect(answer.status).toBe(404);
    expect(body.total).toBe(1);
  });

  it('are good until they are revoked', async () => {
    const as = await createToken('kargo-viewer');
    const list = () => api.send('GET', `/projects/${project}/stages`, { as });

    expect((await list()).status).toBe(200);
    const revoked = await api.send(
      'DELETE',
      `/projects/${project}/api-tokens/ci`,
    );
    expect(revoked.status).toBe(204);
    expect((await list()).status).toBe(401);
    await createToken('kargo-viewer');
    expect((await list()).status).toBe(401);
  });

  it('go with their role', async () => {
    await api.send('POST', `/projects/${project}/roles`, {
      body: {
        metadata: { name: 'reader' },
        rules: [{ resources: ['stages'], verbs: ['list'] }],
      },
    });
    const as = await createToken('reader');
    await api.send('DELETE', `/projects/${project}/roles/reader`);

    const { status } = await api.send('GET', `/projects/${project}/stages`, {
      as,
    });

    expect(status).toBe(401);
    expect((await tokens()).body.items).toEqual([]);
  });

  it('of a predefined role stay good when somebody is given the role', async () => {
    const as = await createToken('kargo-viewer');
    await api.send('POST', `/projects/${project}/roles/grants`, {
      body: {
        role: 'kargo-viewer',
        userClaims: { claims: [{ name: 'sub', values: ['bob'] }] },
      },
    });

    const { status } = await api.send('GET', `/projects/${project}/stages`, {
      as,
    });

    expect(status).toBe(200);
    expect(
      (await api.store.list('ServiceAccount', { namespace: project })).items,
    ).toHaveLength(1);
  });

  it('of a role that is gone are no good for another of its name', async () => {
    const makeReader = () =>
      api.send('POST', `/projects/${project}/roles`, {
        body: {
          metadata: { name: 'reader' },
          rules: [{ resources: ['stages'], verbs: ['list'] }],
        },
      });
    await makeReader();
    const as = await createToken('reader');
    const { metadata, ...token } = await api.get('ApiToken', project, 'ci');
    await api.send('DELETE', `/projects/${project}/roles/reader`);
    // As when it is written while the role is being deleted.
    await api.store.create({
      ...token,
      metadata: {
        name: metadata.name,
        namespace: metadata.namespace,
        ownerReferences: metadata.ownerReferences,
      },
    });
    await makeReader();

    const { status } = await api.send('GET', `/projects/${project}/stages`, {
      as,
    });

    expect(status).toBe(401);
  });

  it.each([
    ['a watch', () => `/projects/${project}/stages?watch=true`],
    [
      'several watches',
      () => `/watches?subscribe=a%3D/projects/${project}/stages`,
    ],
  ])('end %s at once when they are revoked', async (_, path) => {
    const as = await createToken('kargo-viewer');
    const stream = await fetch(`${api.baseUrl}/v1beta1${path()}`, {
      headers: authorization(as),
    });
    const frames = stream.body!.pipeThrough(new TextDecoderStream()).values();
    let seen = '';
    while (!seen.includes('ADDED')) {
      seen += (await frames.next()).value;
    }

    await api.send('DELETE', `/projects/${project}/api-tokens/ci`);

    // No time passes on the clock by which permissions are looked at again.
    while (!(await frames.next()).done) {
      // What was on its way.
    }
    expect(seen).not.toMatch(/event: error/);
  });

  it('tell when they were last used', async () => {
    const as = await createToken('kargo-viewer');
    expect((await tokens('/ci')).body.metadata.annotations).not.toHaveProperty([
      'rbac.kargo.akuity.io/last-used',
    ]);

    await api.send('GET', `/projects/${project}/stages`, { as });

    expect((await tokens('/ci')).body.metadata.annotations).toMatchObject({
      'rbac.kargo.akuity.io/last-used': '2026-05-01T10:00:00Z',
    });
  });

  it.each([
    ['not tell of a use within a minute of another', 59_000, true],
    ['tell of a use a minute after another', 60_000, false],
  ])('do %s', async (_, laterMs, isUntold) => {
    const as = await createToken('kargo-viewer');
    const use = async () => {
      await api.send('GET', `/projects/${project}/stages`, { as });
      const { metadata } = (await tokens('/ci')).body;
      return metadata.annotations['rbac.kargo.akuity.io/last-used'];
    };
    const first = await use();
    await api.clock.advance(laterMs);

    expect((await use()) === first).toBe(isUntold);
  });

  it('are told of by events when they come and go', async () => {
    await createToken('kargo-viewer');
    await api.send('DELETE', `/projects/${project}/api-tokens/ci`);

    const { items } = await api.store.list('Event', { namespace: project });

    expect(
      items
        .filter(({ reason }) => reason.startsWith('APIToken'))
        .map(({ reason, message, involvedObject, metadata }) => ({
          reason,
          message,
          kind: involvedObject.kind,
          annotations: metadata.annotations,
        })),
    ).toEqual(
      [
        ['APITokenCreated', 'created for'],
        ['APITokenDeleted', 'deleted from'],
      ].map(([reason, deed]) => ({
        reason,
        message: `API token "ci" ${deed} Role "kargo-viewer" by "user:default/alice"`,
        kind: 'Secret',
        annotations: {
          'event.kargo.akuity.io/project': project,
          'event.kargo.akuity.io/actor': 'user:default/alice',
          'event.kargo.akuity.io/api-token-name': 'ci',
          'event.kargo.akuity.io/role-name': 'kargo-viewer',
        },
      })),
    );
  });

  it.each([
    ['no name', 'kargo-viewer', '', 400, /name should not be empty/],
    ['a name that is none', 'kargo-viewer', 'No Name', 422, /RFC 1123/],
    ['an unknown role', 'nobody', 'ci', 404, /'nobody'/],
  ])('are not made with %s', async (_, role, name, status, error) => {
    const path = `/projects/${project}/roles/${role}/api-tokens`;
    const answer = await api.send('POST', path, { body: { name } });

    expect(answer.status).toBe(status);
    expect(answer.body.error).toMatch(error);
  });

  it('are not made twice', async () => {
    await createToken('kargo-viewer');
    const path = `/projects/${project}/roles/kargo-viewer/api-tokens`;

    expect(
      (await api.send('POST', path, { body: { name: 'ci' } })).status,
    ).toBe(409);
  });

  it('of a project are never those of the installation, whatever it is called', async () => {
    const { status, body } = await api.send('POST', '/resources', {
      body: [
        {
          apiVersion: 'kargo.akuity.io/v1alpha1',
          kind: 'Project',
          metadata: { name: 'kargo' },
        },
      ],
    });
    expect([status, body.error]).toEqual([
      422,
      expect.stringMatching(/a name that is not kept for the installation/),
    ]);

    await api.store.create({
      apiVersion: 'kargo.akuity.io/v1alpha1',
      kind: 'Project',
      metadata: { name: 'kargo' },
    });
    const made = await api.send(
      'POST',
      '/projects/kargo/roles/kargo-admin/api-tokens',
      { body: { name: 'old' } },
    );
    const asRole = await api.send('GET', `/projects/${project}/stages`, {
      as: `token:${textOf(made.body)}`,
    });
    await api.store.delete({ kind: 'Project', namespace: '', name: 'kargo' });
    expect(asRole.status).toBe(404);
  });

  it('of a project do not read what came to the receivers of the installation', async () => {
    const { status } = await api.send('GET', '/system/webhook-deliveries', {
      as: await createToken('kargo-admin'),
    });

    expect(status).toBe(403);
  });

  it('cannot be forged, nor written as manifests', async () => {
    const token = await createToken('kargo-admin');
    const [place] = token.split('.');
    const forged = [`${place}.${'0'.repeat(64)}`, `${place}.`, 'token:kargo_'];
    for (const as of forged) {
      const { status } = await api.send('GET', '/projects', { as });
      expect(status).toBe(401);
    }
    const { status } = await api.send('POST', '/resources', {
      body: [
        {
          apiVersion: 'kargo.akuity.io/v1alpha1',
          kind: 'ApiToken',
          metadata: { name: 'mine', namespace: project },
          spec: { role: 'kargo-admin', hash: '0'.repeat(64) },
        },
      ],
    });
    expect(status).toBe(400);
  });

  it('are good for nothing but this API', async () => {
    const token = (await createToken('kargo-admin')).slice('token:'.length);
    const ask = (header: string) =>
      fetch(`${api.baseUrl}/.well-known/backstage/permissions/metadata`, {
        headers: { Authorization: header },
      });

    expect((await ask(mockCredentials.user.header())).status).toBe(200);
    expect((await ask(`Bearer ${token}`)).status).toBe(401);
  });

  it.each<[string, string, 'nowhere' | 'in one project']>([
    ['kargo-project-creator', 'kargo.project.create', 'nowhere'],
    ['kargo-admin', 'kargo.cluster.manage', 'nowhere'],
    ['kargo-admin', 'kargo.credentials.manage', 'nowhere'],
    ['kargo-viewer', 'kargo.project.read', 'in one project'],
  ])(
    'of the installation as %s makes nobody who has %s %s',
    async (role, name, where) => {
      api.world.policy = permission => {
        if (permission.name !== name) {
          // Whoever may make tokens of the installation at all.
          return { result: AuthorizeResult.ALLOW };
        }
        return where === 'nowhere'
          ? { result: AuthorizeResult.DENY }
          : createKargoProjectConditionalDecision(
              permission as ResourcePermission<'kargo-project'>,
              kargoProjectConditions.inProject({ projects: [project] }),
            );
      };

      const { status } = await api.send(
        'POST',
        `/system/roles/${role}/api-tokens`,
        { body: { name: `less-${count}` } },
      );

      expect(status).toBe(403);
      const key = { kind: 'ApiToken', namespace: 'kargo' } as const;
      expect(
        await api.store.find({ ...key, name: `less-${count}` }),
      ).toBeUndefined();
    },
  );

  it('of the installation act in every project as their role', async () => {
    const path = '/system/roles/kargo-viewer/api-tokens';
    const { status, body } = await api.send('POST', path, {
      body: { name: `audit-${count}` },
    });
    const as = `token:${textOf(body)}`;
    const asked = (method: string, at: string) =>
      api.send(method, at, { as }).then(answer => answer.status);

    expect(status).toBe(201);
    expect(body.metadata.namespace).toBe('kargo');
    expect(await asked('GET', `/projects/${project}/stages`)).toBe(200);
    expect(await asked('GET', `/projects/${project}/repo-credentials`)).toBe(
      403,
    );
    expect(await asked('GET', '/shared/cluster-promotion-tasks')).toBe(200);
    expect(await asked('GET', '/system/api-tokens')).toBe(403);
    expect((await promote(as)).status).toBe(403);
    const [event] = (await api.store.list('Event', { namespace: 'kargo' }))
      .items;
    expect(event.metadata.annotations).toMatchObject({
      'event.kargo.akuity.io/api-token-system-level': 'true',
      'event.kargo.akuity.io/project': 'kargo',
    });
    expect(await asked('GET', '/projects')).toBe(200);
    await api.send('DELETE', `/system/api-tokens/audit-${count}`);
    expect(await asked('GET', '/projects')).toBe(401);
  });
});

describe('the admin account', () => {
  let api: ApiHarness;

  beforeAll(async () => {
    api = await ApiHarness.start();
    await api.apply(pipelineManifests('shop'));
  });

  const login = (password: string) =>
    api.send('POST', '/login', { as: `token:${password}` });

  it('is told of to whoever asks how to sign in', async () => {
    const { body } = await api.send('GET', '/system/public-server-config', {
      as: 'nobody',
    });

    expect(body.adminAccountEnabled).toBe(true);
  });

  it('may do everything for a day, as admin', async () => {
    const { status, body } = await login('correct horse');
    const as = `token:${body.idToken}`;
    const create = (name: string) =>
      api.send('POST', '/projects/shop/configmaps', {
        as,
        body: { name, data: { a: 'b' } },
      });

    expect(status).toBe(200);
    expect((await create('one')).status).toBe(201);
    expect(api.audits).toContainEqual(
      expect.objectContaining({
        meta: expect.objectContaining({
          operationId: 'createProjectConfigMap',
          actor: 'admin',
        }),
      }),
    );
    await api.clock.advance(86_400_000 + 1_000);
    expect((await create('two')).status).toBe(401);
  });

  it('is told nothing more by what was opened with a token when that is over', async () => {
    const { body } = await login('correct horse');
    const as = `token:${body.idToken}`;
    await api.clock.advance(86_400_000 - 1_000);
    const stream = await fetch(
      `${api.baseUrl}/v1beta1/projects/shop/stages?watch=true`,
      { headers: authorization(as) },
    );
    expect(stream.status).toBe(200);
    // It ends by itself.
    expect(await stream.text()).not.toContain('event: error');
  });

  it('does not take a token that somebody else signed', async () => {
    const { body } = await login('correct horse');
    const [header, payload] = body.idToken.split('.');

    for (const forged of [
      `${header}.${payload}.${'A'.repeat(43)}`,
      `${Buffer.from('{"alg":"none"}').toString('base64url')}.${payload}.`,
    ]) {
      const { status } = await api.send('GET', '/projects', {
        as: `token:${forged}`,
      });
      expect(status).toBe(401);
    }
  });

  it('asks for the password', async () => {
    expect((await api.send('POST', '/login', { as: 'token:' })).status).toBe(
      400,
    );
    expect((await login('wrong')).status).toBe(403);
    expect((await login('wrong')).body.error).toBe('invalid password');
  });

  it('lets in whoever knows the password as often as they come', async () => {
    await api.clock.advance(60_000);
    for (let time = 0; time < 11; time++) {
      expect((await login('correct horse')).status).toBe(200);
    }
  });

  it('does not forget those who guess when somebody else is let in', async () => {
    await api.clock.advance(60_000);
    await Promise.all(Array.from({ length: 9 }, () => login('wrong')));
    expect((await login('correct horse')).status).toBe(200);
    expect((await login('wrong')).status).toBe(403);
    expect((await login('wrong')).status).toBe(429);
  });

  it('has no patience with those who guess', async () => {
    await api.clock.advance(60_000);
    const guesses = await Promise.all(
      Array.from({ length: 14 }, () => login('wrong')),
    );
    const blocked = guesses.filter(({ status }) => status === 429);

    expect(blocked).toHaveLength(4);
    expect(blocked[0].headers.get('retry-after')).toBe('60');
    expect((await login('correct horse')).status).toBe(429);
    // A clock that is set back makes nobody wait for longer.
    api.clock.jump(-86_400_000);
    await api.clock.advance(60_000);
    expect((await login('correct horse')).status).toBe(200);
    api.clock.jump(86_400_000);
  });
});
