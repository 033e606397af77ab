import { HttpClient, SecretText } from 'backstage-plugin-kargo-node';
import { LoopbackServer, startLoopbackServer } from 'kargo-test';
import { UndiciHttpClient } from '../../../adapters/http/UndiciHttpClient';
import { Forge, OWNER, REPO } from '../../../testing/forges/Forge';
import { giteaForge } from '../../../testing/forges/gitea';
import { giteaProvider } from './provider';

jest.setTimeout(120_000);

describe('Gitea, over the HTTP client of the portal', () => {
  let server: LoopbackServer;
  let forge: Forge;
  const clients: UndiciHttpClient[] = [];

  beforeAll(async () => {
    server = await startLoopbackServer({
      route: ({ method, url }) => `${method} ${url.pathname}`,
      async handle(request) {
        const body = (await request.body()).toString();
        const headers = request.headers as Record<string, string>;
        return headers.authorization === 'token secret'
          ? giteaForge.answer(forge, { ...request, headers, body })
          : { status: 401 };
      },
    });
  });
  beforeEach(() => {
    forge = new Forge();
    server.faults.clear();
  });
  afterAll(async () => {
    await Promise.all(clients.map(client => client.close()));
    await server.close();
  });

  function connect(allowLoopback: boolean, signal?: AbortSignal) {
    const client = UndiciHttpClient.create({
      egress: { allowLoopback, allow: [] },
    });
    clients.push(client);
    const http: HttpClient = {
      send: request => client.send({ ...request, signal }),
      open: request => client.open({ ...request, signal }),
    };
    return giteaProvider.connect({
      repoURL: `${server.url}/${OWNER}/${REPO}.git`,
      token: SecretText.of('secret'),
      http,
      insecureSkipTLSVerify: false,
      now: () => 0,
      sleep: async () => {},
    });
  }

  it('is opened, read, merged and cleaned up', async () => {
    const repository = connect(true);
    const opened = await repository.create({
      sourceBranch: 'stage/dev',
      targetBranch: 'main',
      title: 'T',
      description: 'D',
      labels: ['kargo'],
    });
    await expect(
      repository.list({ sourceBranch: 'stage/dev', targetBranch: 'main' }),
    ).resolves.toEqual([opened]);
    await expect(repository.merge(opened, 'squash')).resolves.toMatchObject({
      kind: 'merged',
    });
    await repository.deleteBranch('stage/dev');
    expect([...forge.branches]).toEqual(['main']);
  });

  it('is not reached where the portal may not go', async () => {
    server.resetStats();
    await expect(connect(false).get(7)).rejects.toMatchObject({
      name: 'InputError',
      message: expect.stringContaining('kargo.egress'),
    });
    expect(server.stats().requests).toBe(0);
  });

  it('is given up at once when the step is told to stop', async () => {
    server.faults.add({ kind: 'hang' });
    const stop = new AbortController();
    const route = `GET /api/v1/repos/${OWNER}/${REPO}/pulls/7`;
    server.resetStats();
    const reading = connect(true, stop.signal).get(7);
    await server.waitForRequests(route);
    stop.abort(new Error('stopped'));
    await expect(reading).rejects.toThrow('stopped');
  });

  it('is asked once per call, also when the answer breaks off', async () => {
    server.resetStats();
    server.faults.add({ kind: 'reset' }, { method: 'POST' });
    await expect(
      connect(true).create({
        sourceBranch: 'stage/dev',
        targetBranch: 'main',
        title: 'T',
        description: 'D',
        labels: [],
      }),
    ).rejects.toMatchObject({ name: 'UpstreamUnavailableError' });
    expect(server.stats().requests).toBe(1);
  });
});
