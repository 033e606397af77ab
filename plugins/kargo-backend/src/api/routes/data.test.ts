import { ApiHarness, denying } from '../../testing/ApiHarness';
import { pipelineManifests } from '../../testing/pipelineManifests';

jest.setTimeout(60_000);

const PLACES = [
  ['/projects/shop', 'shop'],
  ['/shared', 'kargo-shared-resources'],
  ['/system', 'kargo-system-resources'],
] as const;

const git = {
  type: 'git',
  repoUrl: 'https://git.example/shop.git',
  username: 'robot',
  password: 'hunter2',
  description: 'For the shop',
};

describe('credentials and ConfigMaps', () => {
  let api: ApiHarness;
  let count = 0;
  let name: string;

  beforeAll(async () => {
    api = await ApiHarness.start();
    await api.apply(pipelineManifests('shop'));
  });

  beforeEach(() => {
    api.reset();
    count += 1;
    name = `object-${count}`;
  });

  async function dataOf(namespace: string): Promise<Record<string, string>> {
    const { data = {} } = await api.get('Secret', namespace, name);
    return Object.fromEntries(
      Object.entries(data).map(([key, value]) => [
        key,
        Buffer.from(value, 'base64').toString(),
      ]),
    );
  }

  const names = ({
    body,
  }: {
    body: { items: Array<{ metadata: { name: string } }> };
  }) => body.items.map(({ metadata }) => metadata.name);

  /** What a list shows of one Secret, and that it shows no secret of any. */
  async function shownInList(path: string, secrets: string[]): Promise<object> {
    const { body } = await api.send('GET', path);
    for (const secret of secrets) {
      expect(JSON.stringify(body)).not.toContain(secret);
    }
    return body.items.find(
      (item: { metadata: { name: string } }) => item.metadata.name === name,
    ).stringData;
  }

  describe('that no key opens any more', () => {
    const all = '/projects/shop/repo-credentials';
    const one = () => `${all}/${name}`;
    const warning = () =>
      expect.stringContaining(`Secret '${name}' cannot be read`);

    beforeEach(async () => {
      await api.send('POST', all, { body: { name, ...git } });
      await api.loseKey('shop', name);
    });

    afterEach(async () => {
      await api.send('DELETE', one());
    });

    it('are not replaced with values that are to stay, for those are not known', async () => {
      const path = '/projects/shop/generic-credentials';
      const other = `lost-${name}`;
      await api.send('POST', path, { body: { name: other, data: { a: '1' } } });
      await api.loseKey('shop', other);
      expect(
        await api.send('PUT', `${path}/${other}`, {
          body: { data: { a: '' } },
        }),
      ).toMatchObject({ status: 503 });
      expect((await api.send('DELETE', `${path}/${other}`)).status).toBe(204);
    });

    it('are listed and shown without values, and it is told', async () => {
      await api.send('POST', all, { body: { name: 'readable', ...git } });
      const list = await api.send('GET', all);
      expect(list.status).toBe(200);
      expect(names(list)).toEqual(expect.arrayContaining([name, 'readable']));
      expect(list.headers.get('Warning')).toEqual(warning());
      const shown = await api.send('GET', one());
      expect(shown).toMatchObject({ status: 200, body: { stringData: {} } });
      expect(shown.headers.get('Warning')).toEqual(warning());
    });

    it('are replaced', async () => {
      const { description: _, ...body } = git;
      expect((await api.send('PUT', one(), { body })).status).toBe(200);
      expect(await dataOf('shop')).toMatchObject({ password: 'hunter2' });
    });

    it('are not changed in parts, for what is to stay is not known', async () => {
      expect(
        await api.send('PATCH', one(), { body: { username: 'other' } }),
      ).toMatchObject({
        status: 503,
        body: { error: expect.stringContaining('encryptionKeys') },
      });
    });

    it.each([
      ['their own path', () => api.send('DELETE', one())],
      [
        'a manifest',
        () =>
          api.send('DELETE', '/resources', {
            body: {
              ...{ apiVersion: 'v1', kind: 'Secret' },
              metadata: { name, namespace: 'shop' },
            },
          }),
      ],
    ])('are deleted by %s', async (_, remove) => {
      expect((await remove()).status).toBeLessThan(300);
      expect((await api.send('GET', one())).status).toBe(404);
    });

    it('are replaced by a manifest', async () => {
      const { body } = await api.send('PUT', '/resources', {
        body: {
          ...{ apiVersion: 'v1', kind: 'Secret' },
          metadata: { name, namespace: 'shop' },
          stringData: { password: 'new' },
        },
      });
      expect(body.results).toMatchObject([
        { updatedResourceManifest: { kind: 'Secret' } },
      ]);
      expect(await dataOf('shop')).toEqual({ password: 'new' });
    });
  });

  it.each(PLACES.slice(0, 2))(
    'repository credentials live in %s',
    async (place, namespace) => {
      const all = `${place}/repo-credentials`;
      const created = await api.send('POST', all, { body: { name, ...git } });
      expect(created).toMatchObject({
        status: 201,
        body: {
          type: 'Opaque',
          metadata: {
            name,
            namespace,
            labels: { 'kargo.akuity.io/cred-type': 'git' },
            annotations: { 'kargo.akuity.io/description': 'For the shop' },
          },
          stringData: {
            repoURL: git.repoUrl,
            username: 'robot',
            password: '*** REDACTED ***',
          },
        },
      });
      expect(created.body).not.toHaveProperty('data');
      expect(await dataOf(namespace)).toEqual({
        repoURL: git.repoUrl,
        username: 'robot',
        password: 'hunter2',
      });
      expect(await shownInList(all, ['hunter2'])).toEqual(
        created.body.stringData,
      );
      expect((await api.send('GET', `${all}/${name}`)).body).toEqual(
        created.body,
      );

      const { type, repoUrl } = git;
      const replacement = { type, repoUrl, username: 'other' };
      expect(
        await api.send('PUT', `${all}/${name}`, { body: replacement }),
      ).toMatchObject({
        status: 400,
        body: { error: expect.stringMatching(/^password: /) },
      });
      await api.send('PUT', `${all}/${name}`, {
        body: { ...replacement, password: 'new' },
      });
      expect(await dataOf(namespace)).toEqual({
        repoURL: repoUrl,
        username: 'other',
        password: 'new',
      });

      expect((await api.send('DELETE', `${all}/${name}`)).status).toBe(204);
      expect((await api.send('GET', `${all}/${name}`)).status).toBe(404);
      expect(JSON.stringify(api.audits)).not.toMatch(/hunter2|new/);
      expect(api.audits[0]).toMatchObject({
        eventId: 'credentials-update',
        meta: { actionType: 'create', name },
        outcome: 'succeeded',
      });
    },
  );

  it.each([
    [
      { password: 'next' },
      { repoURL: git.repoUrl, username: 'robot', password: 'next' },
      'For the shop',
    ],
    [
      { password: '', username: '' },
      { repoURL: git.repoUrl, username: 'robot', password: 'hunter2' },
      'For the shop',
    ],
    [
      { repoUrl: 'https://.*', repoUrlIsRegex: true },
      {
        repoURL: 'https://.*',
        repoURLIsRegex: 'true',
        username: 'robot',
        password: 'hunter2',
      },
      'For the shop',
    ],
    [
      { repoUrlIsRegex: true },
      { repoURL: git.repoUrl, username: 'robot', password: 'hunter2' },
      'For the shop',
    ],
    [
      { description: '' },
      { repoURL: git.repoUrl, username: 'robot', password: 'hunter2' },
      undefined,
    ],
    [
      { description: 'Other' },
      { repoURL: git.repoUrl, username: 'robot', password: 'hunter2' },
      'Other',
    ],
  ])('are patched by %j', async (patch, data, description) => {
    const all = '/projects/shop/repo-credentials';
    await api.send('POST', all, { body: { name, ...git } });
    const { status, body } = await api.send('PATCH', `${all}/${name}`, {
      body: patch,
    });
    expect(status).toBe(200);
    expect(await dataOf('shop')).toEqual(data);
    expect(body.metadata.annotations?.['kargo.akuity.io/description']).toBe(
      description,
    );
  });

  it.each([
    ['generic-credentials', 'stringData'],
    ['configmaps', 'data'],
  ])(
    'keep in %s what each of twenty patches at once sets',
    async (family, member) => {
      const all = `/projects/shop/${family}`;
      await api.send('POST', all, { body: { name, data: { first: '1' } } });
      const keys = Array.from({ length: 20 }, (_, at) => `key-${at}`);
      const answers = await Promise.all(
        keys.map(key =>
          api.send('PATCH', `${all}/${name}`, {
            body: { data: { [key]: key } },
          }),
        ),
      );
      expect(answers.map(({ status }) => status)).toEqual(keys.map(() => 200));
      const { body } = await api.send('GET', `${all}/${name}`);
      expect(Object.keys(body[member]).sort()).toEqual(
        ['first', ...keys].sort(),
      );
    },
  );

  it('keep of a value that stays what somebody else has set meanwhile', async () => {
    const all = '/projects/shop/generic-credentials';
    await api.send('POST', all, { body: { name, data: { a: 'old', b: '1' } } });
    const replace = api.store.replace.bind(api.store);
    const replacing = jest.spyOn(api.store, 'replace');
    replacing.mockImplementationOnce(async draft => {
      await api.send('PATCH', `${all}/${name}`, {
        body: { data: { a: 'new' } },
      });
      return replace(draft);
    });
    const put = await api.send('PUT', `${all}/${name}`, {
      body: { data: { a: '', b: '2' } },
    });
    replacing.mockRestore();
    expect(put.status).toBe(200);
    expect(await dataOf('shop')).toEqual({ a: 'new', b: '2' });
  });

  it('say that their address is no pattern any more', async () => {
    const all = '/projects/shop/repo-credentials';
    const pattern = { repoUrl: 'https://.*', repoUrlIsRegex: true };
    await api.send('POST', all, { body: { name, ...git, ...pattern } });
    expect(await dataOf('shop')).toMatchObject({ repoURLIsRegex: 'true' });
    const { repoUrl } = git;
    await api.send('PATCH', `${all}/${name}`, { body: { repoUrl } });
    expect(await dataOf('shop')).toEqual({
      ...{ repoURL: repoUrl, username: 'robot', password: 'hunter2' },
    });
  });

  it('keep the type that they were made with', async () => {
    const all = '/projects/shop/generic-credentials';
    const type = 'example.com/robot';
    const data = { a: '1' };
    await api.send('POST', all, { body: { name, data, type } });
    expect(await api.get('Secret', 'shop', name)).toMatchObject({ type });
    await api.send('PUT', `${all}/${name}`, { body: { data } });
    expect(await api.get('Secret', 'shop', name)).toMatchObject({ type });
  });

  it.each(PLACES)(
    'generic credentials live in %s',
    async (place, namespace) => {
      const all = `${place}/generic-credentials`;
      const data = {
        token: 't0ken-',
        username: 'r0bin-',
        repoURL: 'https://h1dden',
        repoURLIsRegex: 'tru3-',
      };
      const masked = Object.fromEntries(
        Object.keys(data).map(key => [key, '*** REDACTED ***']),
      );
      const created = await api.send('POST', all, { body: { name, data } });
      expect(created).toMatchObject({ status: 201 });
      expect(created.body.stringData).toEqual(masked);
      expect((await api.send('GET', `${all}/${name}`)).body.stringData).toEqual(
        masked,
      );
      expect(await shownInList(all, Object.values(data))).toEqual(masked);
      const patch = {
        data: { token: 'xyz', more: '1' },
        removeKeys: ['username', 'repoURL', 'repoURLIsRegex'],
      };
      await api.send('PATCH', `${all}/${name}`, { body: patch });
      expect(await dataOf(namespace)).toEqual({ token: 'xyz', more: '1' });
      await api.send('PUT', `${all}/${name}`, {
        body: { data: { more: '', only: '2' } },
      });
      expect(await dataOf(namespace)).toEqual({ more: '1', only: '2' });
      await api.send('PUT', `${all}/${name}`, {
        body: { data: { more: '3', only: '' } },
      });
      expect(await dataOf(namespace)).toEqual({ more: '3', only: '2' });
      expect((await api.send('DELETE', `${all}/${name}`)).status).toBe(204);
    },
  );

  it.each(PLACES)('ConfigMaps live in %s', async place => {
    const all = `${place}/configmaps`;
    const body = { name, data: { a: '1', b: '2' }, description: 'Text' };
    expect(await api.send('POST', all, { body })).toMatchObject({
      status: 201,
      body: { kind: 'ConfigMap', data: { a: '1', b: '2' } },
    });
    const patched = await api.send('PATCH', `${all}/${name}`, {
      body: { data: { c: '3' }, removeKeys: ['a'], description: '' },
    });
    expect(patched.body.data).toEqual({ b: '2', c: '3' });
    expect(patched.body.metadata.annotations ?? {}).toEqual({});
    const replaced = await api.send('PUT', `${all}/${name}`, {
      body: { data: { d: '4' } },
    });
    expect(replaced.body.data).toEqual({ d: '4' });
    expect((await api.send('DELETE', `${all}/${name}`)).status).toBe(204);
  });

  it('keeps the two kinds of credentials apart', async () => {
    await api.send('POST', '/projects/shop/repo-credentials', {
      body: { name, ...git },
    });
    const other = `/projects/shop/generic-credentials/${name}`;
    expect((await api.send('GET', other)).status).toBe(409);
    expect((await api.send('DELETE', other)).status).toBe(409);
    expect((await api.send('PATCH', other, { body: {} })).status).toBe(409);
    expect(
      (await api.send('PUT', other, { body: { data: { a: '1' } } })).status,
    ).toBe(409);
    expect(
      names(await api.send('GET', '/projects/shop/generic-credentials')),
    ).not.toContain(name);
  });

  it.each(
    PLACES.flatMap(([place]) => [
      [`${place}/configmaps`],
      [`${place}/generic-credentials`],
    ]),
  )('tells what in %s is meant for every project', async path => {
    const { status, body } = await api.send('POST', path, {
      body: { name, data: { a: '1' }, replicate: true },
    });
    expect(status).toBe(201);
    expect(body.metadata.annotations).toEqual({
      'kargo.akuity.io/replicate-to': '*',
    });
  });

  it.each([
    ['POST', 'configmaps', '', { name: 'e', data: {} }],
    ['POST', 'configmaps', '', { name: 'e' }],
    ['PUT', 'configmaps', '/full', { data: {} }],
    ['PATCH', 'configmaps', '/full', { removeKeys: ['a'] }],
    ['POST', 'generic-credentials', '', { name: 'e', data: {} }],
    ['PUT', 'generic-credentials', '/full', { data: {} }],
    ['PATCH', 'generic-credentials', '/full', { removeKeys: ['a'] }],
  ])('refuses what leaves nothing: %s %s%s', async (method, kind, at, body) => {
    const all = `/projects/shop/${kind}`;
    await api.send('POST', all, { body: { name: 'full', data: { a: '1' } } });
    expect(await api.send(method, `${all}${at}`, { body })).toMatchObject({
      status: 400,
    });
    expect((await api.send('GET', `${all}/full`)).status).toBe(200);
  });

  it('warns of credentials that fit no repository, as manifests do', async () => {
    const all = '/projects/shop/repo-credentials';
    const image = { ...git, type: 'image', repoUrl: 'ghcr.io' };
    const told = /^299 - "Secret '.*': repoURL: this names a server/;
    const created = await api.send('POST', all, { body: { name, ...image } });
    expect(created.headers.get('warning')).toMatch(told);
    const at = `${all}/${name}`;
    const replaced = await api.send('PUT', at, { body: image });
    expect(replaced.headers.get('warning')).toMatch(told);
    const patched = await api.send('PATCH', at, {
      body: { repoUrl: 'ghcr.io/acme/web' },
    });
    expect(patched.status).toBe(200);
    expect(patched.headers.get('warning')).toBeNull();
  });

  it('names a key that cannot be, and what can', async () => {
    const body = { name, data: { 'bad/key': '1' } };
    expect(
      await api.send('POST', '/projects/shop/configmaps', { body }),
    ).toMatchObject({
      status: 400,
      body: {
        error: expect.stringMatching(/^data\.bad\/key: expected a key of/),
      },
    });
  });

  it.each([
    [
      '/projects/shop/repo-credentials',
      { ...git, name: 'x', type: 'svn' },
      400,
    ],
    ['/projects/shop/repo-credentials', { ...git, name: 'X' }, 400],
    [
      '/projects/shop/repo-credentials',
      { ...git, name: 'x', repoUrl: '(', repoUrlIsRegex: true },
      400,
    ],
    [
      '/projects/shop/repo-credentials',
      { ...git, name: 'x', username: '' },
      400,
    ],
    [
      '/projects/shop/repo-credentials',
      { name: 'x', type: 'git', repoUrl: 'https://git.example/a.git' },
      400,
    ],
    ['/projects/shop/generic-credentials', { name: 'x', data: {} }, 400],
    [
      '/projects/shop/generic-credentials',
      { name: 'x', data: { 'a b': '1' } },
      400,
    ],
    ['/projects/shop/configmaps', { name: 'x', data: { a: 1 } }, 400],
  ])('refuses to create in %s %j', async (path, body, status) => {
    expect((await api.send('POST', path, { body })).status).toBe(status);
  });

  it('refuses a name that is taken', async () => {
    const body = { name, ...git };
    await api.send('POST', '/projects/shop/repo-credentials', { body });
    expect(
      (await api.send('POST', '/projects/shop/repo-credentials', { body }))
        .status,
    ).toBe(409);
  });

  it('lets nobody take the place of shared things by a project', async () => {
    expect(
      await api.send('POST', '/resources', {
        body: {
          apiVersion: 'kargo.akuity.io/v1alpha1',
          kind: 'Project',
          metadata: { name: 'kargo-shared-resources' },
        },
      }),
    ).toMatchObject({ status: 422 });
  });

  it('lets only those write shared Secrets who may change what all share', async () => {
    api.world.policy = denying('kargo.cluster.manage');
    for (const namespace of [
      'kargo-shared-resources',
      'kargo-system-resources',
    ]) {
      expect(
        await api.send('POST', '/resources', {
          body: {
            apiVersion: 'v1',
            kind: 'Secret',
            metadata: { name, namespace },
          },
        }),
      ).toMatchObject({ status: 403 });
    }
  });
});
