import { once } from 'node:events';
import { createServer, Server } from 'node:http';
import { AddressInfo } from 'node:net';
import { HttpMethod, RestApi } from 'backstage-plugin-kargo-node';
import { UndiciHttpClient } from '../../../adapters/http/UndiciHttpClient';
import { openHostApi } from './openHostApi';

describe('openHostApi', () => {
  let server: Server;
  let http: UndiciHttpClient;
  let api: RestApi;
  /** Methods by which the page was asked for that redirects lead to. */
  let seen: Array<string | undefined>;

  beforeAll(async () => {
    server = createServer((request, response) => {
      const [, status] = /^\/(30\d)$/.exec(request.url ?? '') ?? [];
      if (status) {
        response.writeHead(Number(status), { location: '/page' }).end();
        return;
      }
      seen.push(request.method);
      response.end('{}');
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    http = UndiciHttpClient.create({ egress: { allowLoopback: true } });
    api = openHostApi(
      {
        repoURL: `http://127.0.0.1:${port}/o/r`,
        http,
        insecureSkipTLSVerify: false,
        now: () => 0,
        sleep: async () => {},
      },
      { baseURL: `http://127.0.0.1:${port}`, headers: {} },
    );
  });

  beforeEach(() => {
    seen = [];
  });

  afterAll(async () => {
    await http.close();
    server.closeAllConnections();
    server.close();
  });

  it.each<[HttpMethod, number]>([
    ['POST', 301],
    ['PUT', 302],
    ['PATCH', 303],
    ['DELETE', 302],
  ])('takes no page for the answer to a %s (%d)', async (method, status) => {
    await expect(api.ask({ method, path: `/${status}` })).rejects.toThrow(
      'did not take the change: it redirects to http://127.0.0.1',
    );
    expect(seen).toEqual([]);
  });

  it.each<[HttpMethod, number]>([
    ['POST', 307],
    ['PATCH', 308],
    ['GET', 302],
  ])('follows a redirect of a %s by %d', async (method, status) => {
    await expect(
      api.ask({ method, path: `/${status}` }),
    ).resolves.toMatchObject({ status: 200 });
    expect(seen).toEqual([method]);
  });
});
