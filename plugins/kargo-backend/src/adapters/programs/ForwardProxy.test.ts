import { once } from 'node:events';
import { createServer, IncomingMessage, request, Server } from 'node:http';
import { AddressInfo, connect, Socket } from 'node:net';
import { compileEgressPolicy, EgressPolicy } from '../http/EgressPolicy';
import { ForwardProxy } from './ForwardProxy';

describe('ForwardProxy', () => {
  const open: Array<{ close(): unknown }> = [];
  let server: Server;
  let seen: IncomingMessage[];
  let host: string;

  beforeAll(async () => {
    server = createServer((incoming, response) => {
      seen.push(incoming);
      response.end(`hello from ${incoming.url}`);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  beforeEach(() => {
    seen = [];
  });
  afterEach(async () => {
    for (const one of open.splice(0)) await one.close();
  });
  afterAll(() => new Promise(resolve => server.close(resolve)));

  async function start(
    options: {
      egress?: EgressPolicy;
      environment?: Record<string, string>;
      maxBytes?: number;
    } = {},
  ): Promise<URL> {
    const proxy = await ForwardProxy.start({
      rules: compileEgressPolicy(options.egress ?? { allowLoopback: true }),
      environment: options.environment ?? {},
      maxBytes: options.maxBytes ?? 1_000_000,
    });
    open.push(proxy);
    return new URL(proxy.url);
  }

  const authorization = ({ username, password }: URL) =>
    `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;

  async function get(
    proxy: URL,
    url: string,
    headers: Record<string, string> = {
      'proxy-authorization': authorization(proxy),
    },
  ): Promise<{ status?: number; reason?: string; text: string }> {
    const outgoing = request({
      host: proxy.hostname,
      port: proxy.port,
      path: url,
      headers: { host: new URL(url).host, ...headers },
    });
    outgoing.end();
    const [answer] = (await once(outgoing, 'response')) as [IncomingMessage];
    let text = '';
    for await (const chunk of answer) text += chunk;
    return { status: answer.statusCode, reason: answer.statusMessage, text };
  }

  /** What the other end of a tunnel says, from the first byte to the last. */
  async function tunnel(
    proxy: URL,
    authority: string,
    say: string,
    credentials = authorization(proxy),
  ): Promise<string> {
    const socket: Socket = connect(Number(proxy.port), proxy.hostname);
    socket.write(
      `CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\nProxy-Authorization: ${credentials}\r\n\r\n`,
    );
    let text = '';
    socket.on('error', () => {});
    socket.on('data', chunk => {
      const isFirst = text === '';
      text += chunk;
      if (isFirst && text.includes(' 200 ')) socket.write(say);
    });
    await once(socket, 'close');
    return text;
  }

  const hello = () =>
    `GET /inside HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`;

  it('forwards requests and opens tunnels', async () => {
    const proxy = await start();
    await expect(get(proxy, `http://${host}/a?b=1`)).resolves.toMatchObject({
      status: 200,
      text: 'hello from /a?b=1',
    });
    expect(seen[0].headers['proxy-authorization']).toBeUndefined();
    await expect(tunnel(proxy, host, hello())).resolves.toContain(
      'hello from /inside',
    );
  }, 60_000);

  it.each<[string, string, EgressPolicy]>([
    ['an address inside', '127.0.0.1:80', {}],
    ['a name of one', 'localhost:80', {}],
    ['the services of a cloud', '169.254.169.254:80', { allowLoopback: true }],
  ])(
    'connects to %s in no way',
    async (_, authority, egress) => {
      const proxy = await start({ egress });
      const refusal = 'which the portal does not connect to';
      await expect(get(proxy, `http://${authority}/`)).resolves.toMatchObject({
        status: 502,
        reason: expect.stringContaining(refusal),
      });
      await expect(tunnel(proxy, authority, '')).resolves.toMatch(
        new RegExp(`^HTTP/1.1 502 .*${refusal}`),
      );
      expect(seen).toEqual([]);
    },
    60_000,
  );

  it('works for the program alone that knows its password', async () => {
    const proxy = await start();
    await expect(get(proxy, `http://${host}/`, {})).resolves.toMatchObject({
      status: 502,
    });
    await expect(tunnel(proxy, host, hello(), 'Basic eDp5')).resolves.toContain(
      'for somebody else',
    );
    expect(seen).toEqual([]);
  }, 60_000);

  it('ends answers that are too large', async () => {
    const proxy = await start({ maxBytes: 10 });
    await expect(get(proxy, `http://${host}/`)).rejects.toThrow();
    await expect(tunnel(proxy, host, hello())).resolves.not.toContain(
      'hello from',
    );
  }, 60_000);

  it('goes through the portal’s own proxy, which is told nothing of ours', async () => {
    const outer = await start();
    const environment = {
      http_proxy: outer.href,
      https_proxy: outer.href,
      no_proxy: 'direct.test',
    };
    // The outer one connects; the inner one may not.
    const proxy = await start({
      environment,
      egress: { allow: ['127.0.0.1'] },
    });
    await expect(get(proxy, `http://${host}/far`)).resolves.toMatchObject({
      text: 'hello from /far',
    });
    await expect(tunnel(proxy, host, hello())).resolves.toContain(
      'hello from /inside',
    );
  }, 60_000);
});
