import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import {
  createServer,
  IncomingMessage,
  request as ask,
  ServerResponse,
} from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { AddressInfo, connect } from 'node:net';
import { Duplex } from 'node:stream';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { inspect } from 'node:util';
import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { createCertificate } from 'kargo-test';
import { Proxies } from './proxies';
import { UndiciHttpClient } from './UndiciHttpClient';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

jest.setTimeout(60_000);

const cleanups: Array<() => Promise<void>> = [];

async function serve(handler: Handler) {
  const server = createServer(handler);
  // A test may think longer than the five seconds after which Node closes a connection.
  server.keepAliveTimeout = 600_000;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanups.push(async () => {
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, host: `127.0.0.1:${port}` };
}

function aClient(
  options: Partial<Parameters<typeof UndiciHttpClient.create>[0]> = {},
) {
  const client = UndiciHttpClient.create({
    egress: { allowLoopback: true },
    ...options,
  });
  cleanups.push(() => client.close());
  return client;
}

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function waitUntil(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) {
    await new Promise(resolve => setTimeout(resolve, 20));
  }
}

describe('UndiciHttpClient', () => {
  it('sends method, headers and body, and reads the answer', async () => {
    const { url } = await serve(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      response.writeHead(201, { 'x-seen': `${request.headers['x-a']}` });
      response.end(`${request.method} ${Buffer.concat(chunks)}`);
    });
    const answer = await aClient().send({
      url,
      method: 'POST',
      headers: [
        ['x-a', '1'],
        ['x-a', '2'],
      ],
      body: 'hello',
    });
    expect(answer.status).toBe(201);
    expect(answer.headers['x-seen']).toEqual(['1, 2']);
    expect(answer.body.toString()).toBe('POST hello');
  });

  it.each([
    ['as curl does', 'ann:p%40ss%', {}, 'Basic YW5uOnBAc3Ml'],
    ['without a password', 'token', {}, 'Basic dG9rZW46'],
    [
      'unless the request says it in a header',
      'ann:pass',
      { Authorization: 'Bearer x' },
      'Bearer x',
    ],
  ])('takes who asks from the URL, %s', async (_, userinfo, headers, sent) => {
    const { url } = await serve((request, response) => {
      response.end(`${request.headers.authorization} ${request.url}`);
    });
    const answer = await aClient().send({
      url: `${url.replace('//', `//${userinfo}@`)}/a`,
      headers,
    });
    expect(answer.body.toString()).toBe(`${sent} /a`);
    expect(answer.url.href).toBe(`${url}/a`);
  });

  it('unpacks compressed answers', async () => {
    const { url } = await serve((_request, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' });
      response.end(gzipSync('plain text'));
    });
    const { body } = await aClient().send({ url });
    expect(body.toString()).toBe('plain text');
  });

  it.each([
    ['as its format says', deflateSync('plain text')],
    ['without its head', deflateRawSync('plain text')],
  ])('unpacks what is deflated %s', async (_, content) => {
    const { url } = await serve((_request, response) => {
      response.writeHead(200, { 'content-encoding': 'deflate' });
      response.end(content);
    });
    const { body } = await aClient().send({ url });
    expect(body.toString()).toBe('plain text');
  });

  it.each([
    [204, 'gzip'],
    [202, 'gzip'],
    [200, 'deflate'],
  ])(
    'takes nothing for nothing, packed or not (%d, %s)',
    async (status, encoding) => {
      const { url } = await serve((_request, response) => {
        response.writeHead(status, { 'content-encoding': encoding }).end();
      });
      await expect(
        aClient().send({ url, method: 'POST' }),
      ).resolves.toMatchObject({ status, body: Buffer.alloc(0) });
    },
  );

  it('breaks a packed stream that ends too early', async () => {
    const { url } = await serve((_request, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' });
      response.end(gzipSync(randomBytes(1_000)).subarray(0, 500));
    });
    await expect(aClient().send({ url })).rejects.toThrow(
      'sent a compressed answer that ends too early',
    );
  });

  it('reads what a HEAD announces without expecting it', async () => {
    const { url } = await serve((_request, response) => {
      response.writeHead(200, {
        'content-length': '999999999',
        'content-encoding': 'gzip',
      });
      response.end();
    });
    const answer = await aClient().send({ url, method: 'HEAD' });
    expect(answer.headers['content-length']).toEqual(['999999999']);
    expect(answer.body).toHaveLength(0);
  });

  it('hands a body over as a stream', async () => {
    const { url } = await serve((_request, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' });
      response.end(gzipSync('large'));
    });
    const { status, body } = await aClient().open({ url });
    const chunks: Buffer[] = [];
    for await (const chunk of body) chunks.push(chunk as Buffer);
    expect([status, Buffer.concat(chunks).toString()]).toEqual([200, 'large']);
  });

  it('breaks a stream that grows past the limit', async () => {
    const { url } = await serve((_request, response) => {
      response.writeHead(200);
      response.write(Buffer.alloc(800), () => response.end(Buffer.alloc(800)));
    });
    const { body } = await aClient().open({ url, maxBytes: 1000 });
    body.resume();
    const [error] = await once(body, 'error');
    expect(error.message).toContain('larger than the 1000 bytes');
  });

  it('keeps connections for later requests', async () => {
    const ports = new Set<number | undefined>();
    const { url } = await serve((request, response) => {
      ports.add(request.socket.remotePort);
      response.end('ok');
    });
    const client = aClient();
    for (let count = 0; count < 10; count++) await client.send({ url });
    // The pool may open a second one before the first is known to be free.
    expect(ports.size).toBeLessThanOrEqual(2);
  });

  it('asks once more when a connection breaks before the answer', async () => {
    let asked = 0;
    const { url } = await serve((request, response) => {
      asked += 1;
      if (asked === 1) request.socket.destroy();
      else response.end('ok');
    });
    const answer = await aClient().send({ url });
    expect(answer.body.toString()).toBe('ok');
  });

  it('does not repeat a request that changes something', async () => {
    let asked = 0;
    const { url } = await serve(request => {
      asked += 1;
      request.socket.destroy();
    });
    await expect(
      aClient().send({ url, method: 'POST', body: 'x' }),
    ).rejects.toThrow('dropped the connection before its answer was complete');
    expect(asked).toBe(1);
  });

  describe('limits', () => {
    it('refuses a body that announces too much', async () => {
      const { url, host } = await serve((_request, response) => {
        response.end(Buffer.alloc(2000));
      });
      await expect(aClient().send({ url, maxBytes: 1000 })).rejects.toThrow(
        `${host} sent an answer larger than the 1000 bytes that are accepted here`,
      );
    });

    it('refuses a small body that unpacks to too much', async () => {
      const { url } = await serve((_request, response) => {
        response.writeHead(200, { 'content-encoding': 'gzip' });
        response.end(gzipSync(Buffer.alloc(5 * 1024 * 1024)));
      });
      await expect(
        aClient().send({ url, maxBytes: 1024 * 1024 }),
      ).rejects.toThrow('larger than the 1 MiB that are accepted here');
    });

    it('ends an answer that never ends', async () => {
      const { url, host } = await serve((_request, response) => {
        response.writeHead(200);
        const timer = setInterval(() => response.write('.'), 10);
        response.on('close', () => clearInterval(timer));
      });
      const error = await aClient()
        .send({ url, timeoutMs: 100 })
        .catch(e => e);
      expect(error).toMatchObject({
        name: 'UpstreamUnavailableError',
        host,
        message: `${host} did not complete its answer within 0.1 seconds`,
      });
    });

    it('ends with the reason of the caller', async () => {
      const controller = new AbortController();
      const { url } = await serve(() => controller.abort(new Error('enough')));
      await expect(
        aClient().send({ url, signal: controller.signal }),
      ).rejects.toThrow('enough');
    });

    it('tells a host that does not answer at all', async () => {
      const { url, host } = await serve(() => {});
      await expect(
        aClient({ headersTimeoutMs: 50 }).send({ url }),
      ).rejects.toThrow(
        `${host} accepted the request and did not answer in time`,
      );
    });
  });

  describe('failures name the host and what happened', () => {
    it('when nobody listens', async () => {
      const { url, host } = await serve(() => {});
      await cleanups.pop()?.();
      const error = await aClient()
        .send({ url })
        .catch(e => e);
      expect(error.name).toBe('UpstreamUnavailableError');
      expect(error.message).toContain(
        `${host} refused the connection; check host and port`,
      );
    });

    it('when the body is cut off', async () => {
      const { url, host } = await serve((_request, response) => {
        response.writeHead(200, { 'content-length': '100' });
        response.write('half', () => response.destroy());
      });
      const error = await aClient()
        .send({ url })
        .catch(e => e);
      expect(error.name).toBe('UpstreamUnavailableError');
      expect(error.message).toContain(
        `${host} dropped the connection before its answer was complete`,
      );
    });

    it('when there is no TLS', async () => {
      const { host } = await serve(() => {});
      const error = await aClient()
        .send({ url: `https://${host}` })
        .catch(e => e);
      expect(error.message).toContain(`${host} does not speak TLS`);
    });

    it.each([
      [
        'X-Api-Key',
        'hunter2\n',
        'the header "X-Api-Key" has a value with a line break',
      ],
      ['X-Note', '1 → 2', 'the header "X-Note" has a value with a line break'],
      ['X Note', 'hunter2', '"X Note" can be no name of a header'],
    ])(
      'when the header %j cannot be sent, before anybody is asked',
      async (name, value, message) => {
        const error = await aClient()
          .send({ url: 'http://127.0.0.1:9', headers: [[name, value]] })
          .catch(e => e);
        expect(error.name).toBe('InputError');
        expect(error.message).toContain(message);
        expect(error.message).not.toContain('hunter2');
      },
    );

    it('when the URL is of another scheme', async () => {
      await expect(
        aClient().send({ url: 'file:///etc/passwd' }),
      ).rejects.toThrow('expected an http:// or https:// URL');
    });

    it('without the credentials of the request', async () => {
      const { url } = await serve(request => request.socket.destroy());
      const error = await aClient()
        .send({
          url: url.replace('//', '//user:hunter2@'),
          headers: { authorization: 'Bearer hunter2' },
        })
        .catch(e => e);
      expect(String(error)).not.toContain('hunter2');
      expect(JSON.stringify(error)).not.toContain('hunter2');
    });
  });

  describe('redirects', () => {
    it('drop what proves identity when they lead to another origin', async () => {
      const seen: Array<string | undefined> = [];
      const other = await serve((request, response) => {
        seen.push(request.headers.authorization, `${request.headers['x-a']}`);
        response.end('there');
      });
      const { url } = await serve((_request, response) => {
        response.writeHead(307, { location: `${other.url}/blob` });
        response.end();
      });
      const answer = await aClient().send({
        url,
        headers: { Authorization: 'Basic abc', 'x-a': 'kept' },
      });
      expect(answer.body.toString()).toBe('there');
      expect(answer.url.href).toBe(`${other.url}/blob`);
      expect(seen).toEqual([undefined, 'kept']);
    });

    it.each([
      'Private-Token',
      'JOB-TOKEN',
      'X-Api-Key',
      'DD-APPLICATION-KEY',
      'apikey',
      'X-Auth-Token',
      'X-Amz-Signature',
      'Cookie',
    ])('drop %s as well, by which hosts know who asks', async name => {
      const seen: Array<unknown> = [];
      const other = await serve((request, response) => {
        seen.push(request.headers[name.toLocaleLowerCase('en-US')]);
        response.end();
      });
      const { url } = await serve((_request, response) => {
        response.writeHead(302, { location: other.url }).end();
      });
      await aClient().send({ url, headers: { [name]: 'hunter2' } });
      expect(seen).toEqual([undefined]);
    });

    it('keep it within an origin', async () => {
      const { url } = await serve((request, response) => {
        if (request.url === '/a') response.writeHead(302, { location: '/b' });
        response.end(request.headers.authorization);
      });
      const answer = await aClient().send({
        url: `${url}/a`,
        headers: { authorization: 'Basic abc' },
      });
      expect(answer.body.toString()).toBe('Basic abc');
    });

    it.each([
      [303, 'GET', ''],
      [302, 'GET', ''],
      [307, 'POST', 'body'],
    ])('after %d continue with %s', async (status, method, body) => {
      const { url } = await serve(async (request, response) => {
        const chunks: Buffer[] = [];
        for await (const chunk of request) chunks.push(chunk as Buffer);
        if (request.url === '/a') {
          response.writeHead(status, { location: '/b' });
        }
        response.end(`${request.method} ${Buffer.concat(chunks)}`);
      });
      const answer = await aClient().send({
        url: `${url}/a`,
        method: 'POST',
        body: 'body',
      });
      expect(answer.body.toString()).toBe(`${method} ${body}`);
    });

    it('in circles come to an end', async () => {
      const { url, host } = await serve((_request, response) => {
        response.writeHead(302, { location: '/' });
        response.end();
      });
      await expect(aClient().send({ url, maxRedirects: 3 })).rejects.toThrow(
        `${host} redirects in circles: gave up after 3 redirects`,
      );
    });

    it('are refused by a caller who does not like where they lead', async () => {
      const { url } = await serve((_request, response) => {
        response.writeHead(302, { location: '/elsewhere' });
        response.end('moved');
      });
      await expect(
        aClient().send({
          url,
          onRedirect: ({ to }) => {
            throw new Error(`not to ${to.pathname}`);
          },
        }),
      ).rejects.toThrow('not to /elsewhere');
    });

    it('are handed to a caller who wants none', async () => {
      const { url } = await serve((_request, response) => {
        response.writeHead(302, { location: '/' });
        response.end();
      });
      const { status } = await aClient().send({ url, maxRedirects: 0 });
      expect(status).toBe(302);
    });
  });

  describe('egress guard', () => {
    it.each(['http://127.0.0.1:9', 'http://[::1]:9', 'http://localhost:9'])(
      'refuses %s by default',
      async url => {
        const error = await aClient({ egress: {} })
          .send({ url })
          .catch(e => e);
        expect(error.name).toBe('InputError');
        expect(error.message).toContain('a loopback address');
        expect(error.message).toContain('kargo.egress');
      },
    );

    it('refuses the metadata address even with loopback allowed', async () => {
      await expect(
        aClient().send({ url: 'http://169.254.169.254/latest' }),
      ).rejects.toThrow(
        '169.254.169.254 is a link-local address, which the portal does not connect to',
      );
    });

    it('refuses a redirect to a private address and blames the host', async () => {
      const { url, host } = await serve((_request, response) => {
        response.writeHead(302, { location: 'http://10.0.0.1/secret' });
        response.end();
      });
      const error = await aClient()
        .send({ url })
        .catch(e => e);
      expect(error).toMatchObject({ name: 'UpstreamUnavailableError', host });
      expect(error.message).toBe(
        `${host} redirects to an address that is not allowed: 10.0.0.1 is a private address; an operator can allow it in kargo.egress`,
      );
    });

    it('reaches a host that is allowed by name', async () => {
      const { url } = await serve((_request, response) => response.end('ok'));
      const client = aClient({ egress: { allow: ['localhost'] } });
      const answer = await client.send({
        url: url.replace('127.0.0.1', 'localhost'),
      });
      expect(answer.status).toBe(200);
    });

    it('guards the plain fetch too', async () => {
      const { url } = await serve((_request, response) => response.end('ok'));
      await expect(aClient({ egress: {} }).fetch(url)).rejects.toThrow(
        'fetch failed',
      );
      await expect((await aClient().fetch(url)).text()).resolves.toBe('ok');
    });
  });

  it.each([
    ['thinks', (response: ServerResponse) => response],
    ['pauses', (response: ServerResponse) => response.writeHead(200).write('')],
  ])(
    'waits as long as it is told to for a host that %s',
    async (_name, begin) => {
      const { url } = await serve((_request, response) => {
        begin(response);
        response.flushHeaders?.();
        setTimeout(() => response.end('late'), 1500);
      });
      const client = aClient({ headersTimeoutMs: 100, idleTimeoutMs: 100 });
      const answer = await client.send({ url, timeoutMs: 600_000 });
      expect(answer.body.toString()).toBe('late');
    },
  );

  it('gives a host the thirty days that it is told to', async () => {
    const { url } = await serve((_request, response) => {
      setTimeout(() => response.end('late'), 200);
    });
    const timeoutMs = 30 * 24 * 3_600_000;
    const answer = await aClient().send({ url, timeoutMs });
    expect(answer.body.toString()).toBe('late');
  });

  it('ends a request that hangs when it is aborted', async () => {
    const aborter = new AbortController();
    const { url } = await serve(() => aborter.abort(new Error('aborted')));
    await expect(
      aClient().send({ url, timeoutMs: 600_000, signal: aborter.signal }),
    ).rejects.toThrow('aborted');
  });

  describe('proxy', () => {
    /** A proxy that opens tunnels and writes down where to. */
    async function aProxy(always?: string) {
      const tunnels: string[] = [];
      const requests: string[] = [];
      const authorizations: Array<string | undefined> = [];
      const server = createServer();
      const sockets = new Set<Duplex>();
      const forward = (request: IncomingMessage, response: ServerResponse) => {
        requests.push(`${request.method} ${request.url}`);
        authorizations.push(request.headers['proxy-authorization']);
        const { pathname } = new URL(request.url ?? '');
        const to = always ?? new URL(request.url ?? '').host;
        ask(`http://${to}${pathname}`, { headers: request.headers }, answer => {
          response.writeHead(answer.statusCode ?? 500, answer.headers);
          answer.pipe(response);
        }).end();
      };
      server.on('request', forward);
      server.on('connect', (request, client) => {
        tunnels.push(request.url ?? '');
        const { hostname, port } = new URL(`http://${always ?? request.url}`);
        const target = connect(Number(port), hostname, () => {
          client.write('HTTP/1.1 200 OK\r\n\r\n');
          client.pipe(target).pipe(client);
        });
        for (const socket of [client, target]) {
          sockets.add(socket);
          socket.on('error', () => socket.destroy());
        }
      });
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      cleanups.push(async () => {
        const closed = once(server, 'close');
        server.close();
        sockets.forEach(socket => socket.destroy());
        await closed;
      });
      const { port } = server.address() as AddressInfo;
      return {
        url: `http://127.0.0.1:${port}`,
        tunnels,
        requests,
        authorizations,
        connections: () =>
          new Promise<number>(resolve => {
            server.getConnections((_error, count) => resolve(count));
          }),
      };
    }

    it.each([
      ['of the request', (url: string) => ({ proxy: url }), () => ({})],
      [
        'of the portal',
        () => ({}),
        (url: string) => ({ proxies: { http: url, https: url } }),
      ],
    ])('%s is gone through', async (_name, ofRequest, ofClient) => {
      const target = await serve((request, response) => {
        response.end(`hello ${request.headers['x-a']}`);
      });
      const proxy = await aProxy(target.host);
      const answer = await aClient(ofClient(proxy.url)).send({
        url: 'http://far-away.invalid/',
        headers: { 'x-a': '1' },
        ...ofRequest(proxy.url),
      });
      expect(answer.body.toString()).toBe('hello 1');
      expect(proxy.requests).toEqual(['GET http://far-away.invalid/']);
    });

    it.each<[string, string, (url: string) => Proxies]>([
      [
        'excepted hosts',
        'http://far-away.invalid/',
        url => ({ http: url, https: url, except: 'a, .invalid' }),
      ],
      ['https', 'https://far-away.invalid/', url => ({ http: url })],
      ['http', 'http://far-away.invalid/', url => ({ https: url })],
    ])('of the portal is not used for %s', async (_name, url, proxies) => {
      const proxy = await aProxy();
      const client = aClient({ proxies: proxies(proxy.url) });
      await expect(client.send({ url })).rejects.toThrow(
        'far-away.invalid could not be resolved',
      );
      expect([...proxy.tunnels, ...proxy.requests]).toEqual([]);
    });

    it.each([
      ['user and password', 'ann:p%40ss%@', 'ann:p@ss%'],
      ['user alone', 'ann@', 'ann:'],
      ['password alone', ':secret@', ':secret'],
    ])('is told %s', async (_name, userinfo, told) => {
      const target = await serve((_request, response) => response.end('ok'));
      const proxy = await aProxy(target.host);
      const url = proxy.url.replace('//', `//${userinfo}`);
      const client = aClient({ proxies: { http: url } });
      await client.send({ url: 'http://far-away.invalid/' });
      await aClient().send({ url: 'http://far-away.invalid/', proxy: url });
      const basic = `Basic ${Buffer.from(told).toString('base64')}`;
      expect(proxy.authorizations).toEqual([basic, basic]);
    });

    it('of the portal without a scheme is one of HTTP', async () => {
      const target = await serve((_request, response) => response.end('ok'));
      const proxy = await aProxy(target.host);
      const client = aClient({
        proxies: { http: proxy.url.replace('http://', '') },
      });
      const answer = await client.send({ url: 'http://far-away.invalid/' });
      expect(answer.body.toString()).toBe('ok');
    });

    it('of the portal may speak TLS, with a certificate of its own', async () => {
      const { private: key, cert } = await createCertificate(['localhost']);
      const asked: Array<string | undefined> = [];
      const server = createHttpsServer({ key, cert });
      server.on('connect', ({ url }, socket) => {
        asked.push(url);
        socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
      });
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      const trusted = getCACertificates('default');
      setDefaultCACertificates([...trusted, cert]);
      cleanups.push(async () => {
        setDefaultCACertificates(trusted);
        const closed = once(server, 'close');
        server.close();
        server.closeAllConnections();
        await closed;
      });
      const { port } = server.address() as AddressInfo;
      const client = aClient({
        proxies: { https: `https://localhost:${port}` },
      });
      await expect(
        client.send({ url: 'https://far-away.invalid/' }),
      ).rejects.toThrow('the proxy does not open a connection to it');
      expect(asked).toEqual(['far-away.invalid:443']);
    });

    it('of the portal that is none is told', async () => {
      const client = aClient({ proxies: { http: 'http://u:s3cret#@p:1' } });
      const failure = client.send({ url: 'http://far-away.invalid/' });
      await expect(failure).rejects.toMatchObject({
        name: 'InputError',
        message: expect.stringContaining('HTTP_PROXY of the portal'),
      });
    });

    it('of the portal needs no permission, and resolves names', async () => {
      const target = await serve((_request, response) => response.end('ok'));
      const proxy = await aProxy(target.host);
      const client = aClient({ egress: {}, proxies: { http: proxy.url } });
      const answer = await client.send({ url: 'http://far-away.invalid/' });
      expect(answer.body.toString()).toBe('ok');
      expect(proxy.requests).toEqual(['GET http://far-away.invalid/']);
    });

    it('of the portal is not asked for guarded addresses', async () => {
      const proxy = await aProxy();
      const client = aClient({ egress: {}, proxies: { http: proxy.url } });
      const url = 'http://10.0.0.1/';
      await expect(client.send({ url })).rejects.toThrow(
        '10.0.0.1 is a private address',
      );
      await expect(client.fetch(url)).rejects.toThrow();
      await expect(
        client.send({ url, proxy: 'http://proxy.invalid:3128' }),
      ).rejects.toThrow('10.0.0.1 is a private address');
      expect([...proxy.tunnels, ...proxy.requests]).toEqual([]);
    });

    /** A proxy that does something else than opening a tunnel. */
    // It ends before a client that was made earlier, and what that still waits for with it.
    async function aBadProxy(onConnect: (socket: Duplex) => void) {
      const server = createServer();
      server.on('request', ({ socket }) => server.emit('connect', {}, socket));
      const sockets = new Set<Duplex>();
      let asked = 0;
      server.on('connect', (_request, socket) => {
        asked++;
        sockets.add(socket);
        socket.on('error', () => socket.destroy());
        onConnect(socket);
      });
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      cleanups.push(async () => {
        const closed = once(server, 'close');
        server.close();
        sockets.forEach(socket => socket.destroy());
        await closed;
      });
      const { port } = server.address() as AddressInfo;
      return { url: `http://127.0.0.1:${port}`, asked: () => asked };
    }

    it.each<[string, (socket: Duplex) => void, string]>([
      [
        'refuses',
        socket => socket.end('HTTP/1.1 403 Forbidden\r\n\r\n'),
        'the proxy does not open a connection to it (status 403)',
      ],
      [
        'wants a password',
        socket => socket.end('HTTP/1.1 407 Who are you\r\n\r\n'),
        'the proxy wants a user name and password, or other ones (status 407)',
      ],
      [
        'redirects',
        socket =>
          socket.end('HTTP/1.1 302 Found\r\nlocation: http://a/\r\n\r\n'),
        'the proxy does not open a connection to it',
      ],
      [
        'hangs up',
        socket => socket.destroy(),
        'the proxy dropped the connection',
      ],
    ])('that %s is given up at once', async (_name, onConnect, message) => {
      const proxy = await aBadProxy(onConnect);
      for (const method of ['GET', 'POST'] as const) {
        await expect(
          aClient().send({
            url: 'https://git.invalid/',
            method,
            proxy: proxy.url,
            timeoutMs: 600_000,
          }),
        ).rejects.toThrow(`git.invalid could not be reached: ${message}`);
      }
      expect(proxy.asked()).toBeLessThanOrEqual(4);
    });

    it('that wants a password does so for requests without TLS, too', async () => {
      const proxy = await aBadProxy(socket =>
        socket.end('HTTP/1.1 407 Who are you\r\ncontent-length: 0\r\n\r\n'),
      );
      const withUser = proxy.url.replace('//', '//ann:s3cret@');
      const client = aClient({ proxies: { http: withUser } });
      await expect(
        client.send({ url: 'http://charts.invalid/' }),
      ).rejects.toThrow(
        'charts.invalid could not be reached: the proxy wants a user name and password, or other ones (status 407)',
      );
    });

    it.each(['http://charts.invalid/', 'https://charts.invalid/'])(
      'that is not there is to blame for %s, and not shown',
      async url => {
        const proxy = 'http://ann:s3cret@127.0.0.1:1';
        const attempts = [
          () =>
            aClient({ proxies: { http: proxy, https: proxy } }).send({ url }),
          () => aClient().send({ url, proxy }),
        ];
        for (const attempt of attempts) {
          const error = await attempt().catch(e => e);
          expect(error.message).toMatch(
            /^charts.invalid could not be reached: the proxy refused the connection; check host and port; caused by Error: connect/,
          );
          expect(inspect(error, { depth: 10 })).not.toContain('s3cret');
        }
      },
    );

    it('that is silent does not take longer than the request may', async () => {
      const client = aClient({ connectTimeoutMs: 600_000 });
      const proxy = await aBadProxy(() => {});
      await expect(
        client.send({
          url: 'https://git.invalid/',
          proxy: proxy.url,
          timeoutMs: 100,
        }),
      ).rejects.toThrow('did not complete its answer within 0.1 seconds');
    });

    it('that is silent does not hold up an abort', async () => {
      const aborter = new AbortController();
      const client = aClient({ connectTimeoutMs: 600_000 });
      const proxy = await aBadProxy(() => aborter.abort(new Error('aborted')));
      await expect(
        client.send({
          url: 'https://git.invalid/',
          proxy: proxy.url,
          signal: aborter.signal,
        }),
      ).rejects.toThrow('aborted');
    });

    it('of many manifests do not pile up', async () => {
      const target = await serve((_request, response) => response.end('ok'));
      const proxy = await aProxy();
      const client = aClient();
      for (let count = 0; count < 200; count++) {
        const own = proxy.url.replace('http://', `http://user${count}:x@`);
        await client.send({ url: target.url, proxy: own });
      }
      expect(proxy.requests).toHaveLength(200);
      await waitUntil(async () => (await proxy.connections()) <= 64);
    });

    it('refuses a proxy at a guarded address', async () => {
      await expect(
        aClient().send({ url: 'http://example.com', proxy: 'http://10.0.0.1' }),
      ).rejects.toThrow('10.0.0.1 is a private address');
    });
  });
});
