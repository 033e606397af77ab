import { AuthorizeResult } from '@backstage/plugin-permission-common';
import { ApiHarness, denying } from '../../testing/ApiHarness';
import {
  freightManifest,
  pipelineManifests,
} from '../../testing/pipelineManifests';
import { Route } from './route';
import { ROUTES } from '../routes';

jest.setTimeout(60_000);

const NAMES: Record<string, string> = {
  project: 'shop',
  stage: 'test',
  freight: 'brisk-otter',
  name: 'web',
};

const MANIFEST = {
  apiVersion: 'kargo.akuity.io/v1alpha1',
  kind: 'Warehouse',
  metadata: { name: 'other', namespace: 'shop' },
  spec: { subscriptions: [{ git: { repoURL: 'https://git.example/a.git' } }] },
};

/** A request that reaches the handler's own permission question, if it has one. */
function sampleOf(route: Route): { path: string; body?: unknown } {
  const path = route.path.replace(/\{(\w+)\}/g, (_, name) => NAMES[name]);
  if (route.operationId === 'approveFreight') {
    return { path: `${path}?stage=test` };
  }
  if (['abortPromotion', 'retryPromotion'].includes(route.operationId)) {
    return { path: path.replace('/web/', '/test.run/') };
  }
  if (route.body === 'manifests') {
    return { path, body: MANIFEST };
  }
  return { path, ...(route.body && { body: { freight: 'brisk-otter' } }) };
}

describe('the router', () => {
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
    } as never);
  });

  beforeEach(() => api.reset());

  const logged = async (path: string) => {
    const url = `/api/kargo/v1beta1${path.replace(/\?.*/, '')}`;
    const found = () => api.requests.filter(request => request.url === url);
    while (found().length === 0) {
      await new Promise(setImmediate);
    }
    return found();
  };

  it.each([
    ['reads', 'GET', '/projects/shop/stages?summary=true', 200],
    ['is refused', 'GET', '/projects/nowhere', 404],
    ['asks for what there is not', 'GET', '/nothing', 404],
    ['changes', 'POST', '/projects/shop/warehouses/web/refresh', 200],
  ])('logs who it is that %s', async (_, method, path, status) => {
    expect((await api.send(method, path)).status).toBe(status);
    expect(await logged(path)).toEqual([
      {
        ...{ type: 'request', method, status },
        url: expect.not.stringContaining('?'),
        actor: 'user:default/alice',
        durationMs: expect.any(Number),
      },
    ]);
  });

  it('logs requests with an API token as those of its role', async () => {
    const { body } = await api.send(
      'POST',
      '/projects/shop/roles/kargo-viewer/api-tokens',
      { body: { name: 'ci' } },
    );
    const as = `token:${Buffer.from(body.data.token, 'base64')}`;
    await api.send('GET', '/projects/shop/warehouses', { as });
    expect(await logged('/projects/shop/warehouses')).toMatchObject([
      { actor: 'kubernetes:system:serviceaccount:shop:kargo-viewer' },
    ]);
  });

  const rows = ROUTES.map(
    route => [route.method.toUpperCase(), route.path, route] as const,
  );

  it('lists no project for somebody who may read none', async () => {
    api.world.policy = () => ({ result: AuthorizeResult.DENY });
    expect(await api.send('GET', '/projects')).toMatchObject({
      status: 200,
      body: { items: [], total: 0 },
    });
  });

  it.each(rows.filter(([, , { audit }]) => audit))(
    '%s %s is audited when it is refused',
    async (method, _, route) => {
      api.world.policy = () => ({ result: AuthorizeResult.DENY });
      const { path, body } = sampleOf(route);
      await api.send(method, path, { body });
      expect(api.audits).toEqual([
        {
          eventId: route.audit?.eventId,
          meta: expect.objectContaining({ operationId: route.operationId }),
          outcome: 'failed',
        },
      ]);
    },
  );

  it.each(rows.filter(([, , { audit }]) => audit))(
    '%s %s tells the audit log of itself, whatever parameters it is sent with',
    async (method, _, route) => {
      api.world.policy = () => ({ result: AuthorizeResult.DENY });
      const { path, body } = sampleOf(route);
      await api.send(method, path, { body });
      const [plain] = api.audits.splice(0);
      const forged = [
        ...[...'operationId actionType actor path'.split(' ')],
        ...Object.keys(plain.meta),
      ].map(name => `${name}=forged`);
      const mark = path.includes('?') ? '&' : '?';
      await api.send(method, `${path}${mark}${forged.join('&')}`, { body });
      expect(api.audits).toEqual([plain]);
    },
  );

  it.each(rows.filter(([method]) => method !== 'GET'))(
    '%s %s has an audit note',
    (_, __, route) => {
      expect(route.audit).toBeDefined();
    },
  );

  it.each(rows.filter(([, path]) => path.includes('{')))(
    '%s %s refuses a part of the path that cannot be decoded',
    async (method, path) => {
      const odd = path.replace(/\{\w+\}/g, '%E0%A4%A');
      expect(await api.send(method, odd)).toMatchObject({
        status: 400,
        body: { error: expect.stringContaining('%E0%A4%A') },
      });
    },
  );

  it('answers what does not exist and what it does not know alike', async () => {
    const missing = await api.send('GET', '/projects/nope/stages');
    expect(missing).toMatchObject({
      status: 404,
      body: { error: "Project 'nope' does not exist" },
    });
    expect(await api.send('GET', '/nope')).toMatchObject({
      status: 404,
      body: { error: expect.any(String) },
    });
  });

  it('refuses bodies beyond the limits', async () => {
    const promote = '/projects/shop/stages/test/promotions';
    const big = 'x'.repeat(1024 * 1024 + 1);
    expect(await api.send('POST', promote, { body: big })).toMatchObject({
      status: 413,
      body: { error: expect.stringMatching(/limit of 1048576 bytes/) },
    });
    expect(
      (await api.send('POST', '/resources', { body: big })).status,
    ).not.toBe(413);
    expect(
      (await api.send('POST', '/resources', { body: big.repeat(4) })).status,
    ).toBe(413);
  });

  it('ignores parameters that it does not know, and says so', async () => {
    const { status, headers } = await api.send(
      'GET',
      '/projects/shop/stages?origin=web&watch=1',
    );
    expect(status).toBe(200);
    expect(headers.get('warning')).toMatch(
      /^299 - "Parameter 'origin' is unknown and ignored; known are .*", 299 - "Parameter 'watch' is ignored: expected true or false"$/,
    );
  });

  it('ignores fields of a body that it does not know, and says so', async () => {
    const { status, headers } = await api.send(
      'POST',
      '/projects/shop/configmaps',
      { body: { name: 'open', data: { a: '1' }, comment: 'x' } },
    );
    expect(status).toBe(201);
    expect(headers.get('warning')).toBe(
      `299 - "Field 'comment' is unknown and ignored"`,
    );
  });

  it.each<
    [method: 'POST' | 'PATCH', path: string, body: object, error: string]
  >([
    [
      'POST',
      '/projects/shop/configmaps',
      { name: 'open' },
      'data: expected an object, found nothing',
    ],
    [
      'POST',
      '/projects/shop/repo-credentials',
      { name: 'open', type: 'git', repoUrl: 'https://x/y', username: 'u' },
      'password: expected a text, found nothing',
    ],
    [
      'PATCH',
      '/projects/shop/freight/f1/alias',
      {},
      "Parameter 'newAlias': expected a text, found nothing",
    ],
  ])('tells what %s %s lacks', async (method, path, body, error) => {
    expect(await api.send(method, path, { body })).toMatchObject({
      status: 400,
      body: { error },
    });
  });

  it('tells no more warnings than a client reads', async () => {
    const fields = Array.from({ length: 5_000 }, (_, index) => [
      `field${index}${'x'.repeat(100)}`,
      index,
    ]);
    const { headers } = await api.send('POST', '/projects/shop/configmaps', {
      body: {
        name: 'wide',
        data: { a: '1' },
        ...Object.fromEntries(fields),
      },
    });
    expect(headers.get('warning')).toMatch(/"There are further warnings"$/);
    expect(headers.get('warning')?.length).toBeLessThan(8_000);
  });

  it('tells nothing about failures of its own', async () => {
    api.world.policy = () => {
      throw new Error('secret detail');
    };
    expect(await api.send('GET', '/projects/shop/stages')).toMatchObject({
      status: 500,
      body: { error: 'An unexpected error occurred' },
    });
  });

  it('asks the policy once for what one request needs', async () => {
    await api.send('GET', '/projects/shop/access');
    expect(api.permissionRequests).toEqual([
      ['kargo.project.read'],
      [
        'kargo.project.manage',
        'kargo.freight.alias',
        'kargo.stage.promote',
        'kargo.stage.approve',
      ],
    ]);
  });

  it('lets through what needs no token', async () => {
    api.world.policy = denying('kargo.view');
    expect(
      await api.send('GET', '/system/public-server-config', { as: 'nobody' }),
    ).toMatchObject({
      status: 200,
      body: { adminAccountEnabled: true, skipAuth: false },
    });
    expect(await api.send('POST', '/login', { as: 'nobody' })).toMatchObject({
      status: 403,
      body: { error: 'invalid password' },
    });
  });
});

describe('the table of routes', () => {
  it('has every operation once', () => {
    const operations = ROUTES.map(({ method, path }) => `${method} ${path}`);
    expect(new Set(operations).size).toBe(operations.length);
    const ids = ROUTES.map(({ operationId }) => operationId);
    expect(new Set(ids).size).toBe(ids.length);
  });
});
