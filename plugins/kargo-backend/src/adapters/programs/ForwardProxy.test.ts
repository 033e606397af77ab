import { once } from 'node:events';
import { createServer, IncomingMessage, request, Server } from 'node:http';
import {
  createServer as createHttpsServer,
  Server as HttpsServer,
} from 'node:https';
import { AddressInfo, connect, Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { createCertificate } from 'kargo-test';
import { compileEgressPolicy, EgressPolicy } from '../http/EgressPolicy';
import { compileProxies, Proxies } from '../http/proxies';
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
      proxies?: Proxies;
      maxBytes?: number;
    } = {},
  ): Promise<URL> {
    const proxy = await ForwardProxy.start({
      rules: compileEgressPolicy(options.egress ?? { allowLoopback: true }),
      findProxy: compileProxies(options.proxies),
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

  describe('behind the portal’s own proxy', () => {
    /** Who asked it, and for what. */
    let asked: string[];
    let url: string;

    const judge = (incoming: IncomingMessage) => {
      const { 'proxy-authorization': who = 'nobody' } = incoming.headers;
      const text = who.replace(/^Basic (.*)$/, (_, token) =>
        Buffer.from(token, 'base64').toString(),
      );
      asked.push(`${text} ${incoming.method} ${incoming.url}`);
      return text === 'ann:p@ss';
    };

    async function listen(outer: Server | HttpsServer): Promise<number> {
      outer.on('request', (incoming, response) => {
        response.writeHead(judge(incoming) ? 200 : 407);
        response.end(`passed ${incoming.url}`);
      });
      outer.on('connect', (incoming, socket: Duplex) => {
        socket.on('error', () => {});
        if (!judge(incoming)) {
          socket.end('HTTP/1.1 407 Who are you\r\n\r\n');
          return;
        }
        const [hostname, port] = host.split(':');
        const target = connect(Number(port), hostname, () => {
          socket.write('HTTP/1.1 200 OK\r\n\r\n');
          socket.pipe(target).pipe(socket);
        });
        target.on('error', () => socket.destroy());
      });
      outer.listen(0, '127.0.0.1');
      await once(outer, 'listening');
      open.push({
        close: async () => {
          const closed = once(outer, 'close');
          outer.close();
          outer.closeAllConnections();
          await closed;
        },
      });
      return (outer.address() as AddressInfo).port;
    }

    beforeEach(async () => {
      asked = [];
      url = `127.0.0.1:${await listen(createServer())}`;
    });

    it('asks it, and tells it nothing of ours', async () => {
      const by = `http://ann:p%40ss@${url}`;
      // It is at an address where hosts of manifests may not be.
      const proxy = await start({
        proxies: { http: by, https: by, except: 'direct.test' },
        egress: {},
      });
      await expect(get(proxy, 'http://far.test/a')).resolves.toMatchObject({
        text: 'passed http://far.test/a',
      });
      await expect(tunnel(proxy, 'far.test:443', hello())).resolves.toContain(
        'hello from /inside',
      );
      expect(asked).toEqual([
        'ann:p@ss GET http://far.test/a',
        'ann:p@ss CONNECT far.test:443',
      ]);
    }, 60_000);

    it('speaks TLS with it where it wants that', async () => {
      const { private: key, cert } = await createCertificate(['localhost']);
      const port = await listen(createHttpsServer({ key, cert }));
      const trusted = getCACertificates('default');
      setDefaultCACertificates([...trusted, cert]);
      try {
        const by = `https://ann:p%40ss@localhost:${port}`;
        const proxy = await start({ proxies: { http: by, https: by } });
        await expect(get(proxy, 'http://far.test/a')).resolves.toMatchObject({
          text: 'passed http://far.test/a',
        });
        await expect(tunnel(proxy, 'far.test:443', hello())).resolves.toContain(
          'hello from /inside',
        );
      } finally {
        setDefaultCACertificates(trusted);
      }
    }, 60_000);

    it('says what is wrong with it', async () => {
      const wrong = `http://ann:s3cret@${url}`;
      const proxy = await start({ proxies: { http: wrong, https: wrong } });
      await expect(get(proxy, 'http://far.test/a')).resolves.toMatchObject({
        status: 407,
      });
      const refused = await tunnel(proxy, 'far.test:443', hello());
      expect(refused).toMatch(
        /^HTTP\/1.1 502 the proxy wants a user name and password/,
      );
      expect(refused).not.toContain('s3cret');
      const gone = await start({
        proxies: { https: 'http://ann:s3cret@127.0.0.1:1' },
      });
      await expect(tunnel(gone, 'far.test:443', hello())).resolves.toMatch(
        /^HTTP\/1.1 502 the proxy refused the connection/,
      );
    }, 60_000);
  });
});
