import { GitServer, startGitServer } from 'kargo-test';
import { SecretText } from 'backstage-plugin-kargo-node';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { HttpRequest } from '../../../ports/HttpClient';
import { UndiciHttpClient } from '../../http/UndiciHttpClient';
import { createGitProgram } from '../process/gitEnvironment';
import { encodePkt, FLUSH } from './pktLine';
import { SmartHttp } from './SmartHttp';

jest.setTimeout(120_000);

const PASSWORD = 'pa55/w@rd';

describe('SmartHttp', () => {
  let root: string;
  let server: GitServer;
  const http = UndiciHttpClient.create({ egress: { allowLoopback: true } });

  beforeAll(async () => {
    root = await mkdtemp(path.join(tmpdir(), 'kargo-smart-http-'));
    server = await startGitServer({
      root: path.join(root, 'server'),
      auth: { username: 'robot', password: PASSWORD },
    });
    await server.createRepo('shop', { 'a.txt': 'one\n' });
    const target = (await server.resolve('shop', 'main'))!;
    await server.tag('shop', { name: 'v1', target, message: 'one' });
    await server.git('shop', 'update-ref', 'refs/pull/1/head', target);
  });
  beforeEach(() => {
    server.faults.clear();
    server.resetStats();
  });
  afterAll(async () => {
    await http.close();
    await server.close();
    await rm(root, { recursive: true, force: true });
  });

  const create = (
    environment: Record<string, string> = {},
    options: { protocols?: string[] } = {},
  ) =>
    SmartHttp.create({
      http,
      program: createGitProgram({ environment, ...options }),
    });
  const remote = (password = PASSWORD) => ({
    url: server.repoURL('shop'),
    credentials: { username: 'robot', password: SecretText.of(password) },
  });
  const asked = () =>
    server.stats().log.map(({ route, status }) => `${route} ${status}`);

  it('lists branches, tags and HEAD in one request, two until it knows of the password', async () => {
    const smart = create();
    const head = await server.resolve('shop', 'main');
    const tag = (await server.git('shop', 'rev-parse', 'v1')).trim();
    const refs = {
      defaultBranch: 'main',
      refs: [
        { name: 'HEAD', id: head },
        { name: 'refs/heads/main', id: head },
        { name: 'refs/tags/v1', id: tag, peeled: head },
      ],
    };
    await expect(smart.listRefs(remote())).resolves.toEqual(refs);
    expect(asked()).toEqual(['ls-refs 401', 'ls-refs 200']);
    await expect(smart.listRefs(remote())).resolves.toEqual(refs);
    expect(asked()).toEqual(['ls-refs 401', 'ls-refs 200', 'ls-refs 200']);
  });

  it('takes the password from the URL, as git does, and a slash at its end', async () => {
    const url = `${server
      .repoURL('shop')
      .replace('//', `//robot:${encodeURIComponent(PASSWORD)}@`)}/`;
    await expect(create().listRefs({ url })).resolves.toMatchObject({
      defaultBranch: 'main',
    });
  });

  it('lists as many tags as large repositories have', async () => {
    const id = 'a'.repeat(40);
    const lines = Array.from({ length: 100_000 }, (_, at) =>
      encodePkt(`${id} refs/tags/release-2026-${at} peeled:${id}\n`),
    );
    const body = Buffer.concat([...lines, FLUSH]);
    const type = 'application/x-git-upload-pack-result';
    const large = SmartHttp.create({
      http: {
        send: async ({ maxBytes = 0 }: HttpRequest) => {
          if (body.length > maxBytes) throw new Error('too large');
          return { status: 200, headers: { 'content-type': [type] }, body };
        },
      } as never,
      program: createGitProgram(),
    });
    const found = await large.listRefs(remote());
    expect(found?.refs).toHaveLength(100_000);
  });

  it('leaves a server to git for a while that refuses, for whom it refused', async () => {
    const smart = create();
    await expect(smart.listRefs(remote('wrong'))).resolves.toBeUndefined();
    await expect(smart.listRefs(remote('wrong'))).resolves.toBeUndefined();
    expect(asked()).toEqual(['ls-refs 401', 'ls-refs 401']);
    await expect(smart.listRefs(remote())).resolves.toBeDefined();
    // Another service of it may work all the same.
    expect(smart.mayPush(remote('wrong'))).toBe(true);
  });

  it.each([
    ['a fault', { kind: 'status', status: 503 }],
    ['another protocol', { kind: 'status', status: 200, body: '0000' }],
    ['a redirect', { kind: 'redirect', location: 'http://127.0.0.1:1/' }],
    ['a broken connection', { kind: 'reset' }],
    ['half an answer', { kind: 'truncate', afterBytes: 60 }],
  ] as const)(
    'leaves a server to git that answers with %s',
    async (_, fault) => {
      server.faults.always(fault, { route: 'ls-refs' });
      const smart = create();
      await expect(smart.listRefs(remote())).resolves.toBeUndefined();
      server.faults.clear();
      server.resetStats();
      await expect(smart.listRefs(remote())).resolves.toBeUndefined();
      expect(asked()).toEqual([]);
    },
  );

  it.each([
    ['is answered as git would not be', 'application/x-git-upload-pack-result'],
    ['is shown a page', 'text/html'],
  ])('leaves a server to git for minutes where it %s', async (_, type) => {
    const answer = {
      kind: 'status',
      status: 200,
      headers: { 'content-type': type },
      body: '<html>',
    } as const;
    server.faults.always(answer, { route: 'ls-refs' });
    const smart = create();
    await smart.listRefs(remote());
    server.faults.clear();
    server.resetStats();
    const inNineMinutes = performance.now() + 9 * 60_000;
    const clock = jest.spyOn(performance, 'now');
    try {
      clock.mockReturnValue(inNineMinutes);
      await expect(smart.listRefs(remote())).resolves.toBeUndefined();
      expect(asked()).toEqual([]);
    } finally {
      clock.mockRestore();
    }
  });

  it.each<[string, string, Record<string, string>]>([
    ['SSH', 'git@127.0.0.1:shop.git', {}],
    ['another transport', 'ftp://127.0.0.1/shop.git', {}],
    ['a proxy', 'http://git.example/shop.git', { http_proxy: 'http://p:1' }],
    [
      'an own list of authorities',
      'https://127.0.0.1:1/shop.git',
      { GIT_SSL_CAINFO: '/ca.pem' },
    ],
    ['a query', 'http://127.0.0.1:1/shop.git?a=b', {}],
  ])('leaves %s to git', async (_, url, environment) => {
    const smart = create(environment);
    const asWritten = { ...remote(), url };
    await expect(smart.listRefs(asWritten)).resolves.toBeUndefined();
    expect(smart.mayPush(asWritten)).toBe(false);
    expect(asked()).toEqual([]);
  });

  it('uses no transport that is not allowed', () => {
    const smart = create({}, { protocols: ['https'] });
    expect(smart.mayPush(remote())).toBe(false);
  });

  it('does not go where requests of the portal may not', async () => {
    const guarded = SmartHttp.create({
      http: UndiciHttpClient.create({ egress: {} }),
      program: createGitProgram(),
    });
    await expect(guarded.listRefs(remote())).resolves.toBeUndefined();
    expect(asked()).toEqual([]);
  });

  it('stops when it is told to', async () => {
    server.faults.always({ kind: 'hang' }, { route: 'ls-refs' });
    const stop = new AbortController();
    const listing = create().listRefs(remote(), stop.signal);
    await server.waitForRequests('ls-refs');
    stop.abort(new Error('aborted by hand'));
    await expect(listing).rejects.toThrow('aborted by hand');
  });
});
