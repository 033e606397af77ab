import { randomBytes, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import {
  Agent,
  ClientRequest,
  createServer,
  IncomingMessage,
  OutgoingHttpHeaders,
  request as httpRequest,
  RequestOptions,
  Server,
  ServerResponse,
} from 'node:http';
import { request as httpsRequest } from 'node:https';
import { AddressInfo, connect, isIP, Socket } from 'node:net';
import { Duplex, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { EgressRules } from '../http/EgressPolicy';
import {
  createGuardedLookup,
  EgressRefusedError,
  refuseGuardedHost,
} from '../http/guardedConnector';
import { FindProxy, portOf, ProxyTarget, toProxyTarget } from '../http/proxies';
import {
  ProxyRefusedError,
  ProxyUnreachableError,
} from '../http/transportError';
import { findAuthorization } from '../http/userinfo';

/** How a {@link ForwardProxy} reaches hosts. */
export interface ForwardProxyOptions {
  rules: EgressRules;
  /** By which proxy of the portal an address is reached. */
  findProxy: FindProxy;
  /** Bytes that all answers together may have. */
  maxBytes: number;
}

const CONNECT_TIMEOUT_MS = 10_000;
const MAX_SILENCE_MS = 60_000;
const HOP_BY_HOP = [
  'connection',
  'keep-alive',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
];

/**
 * The way to the network for one call of a program: a proxy on this machine that connects
 * to what the portal's rules for outgoing requests allow, and to nothing else.
 *
 * @remarks
 * The rules are applied to the very addresses that are connected to. Whoever else runs on
 * this machine does not know the password. Encryption is the program's own: the proxy
 * sees names of hosts, not what is said. Where the portal itself goes through a proxy, so
 * does this one; then only addresses in URLs can be judged.
 */
export class ForwardProxy {
  readonly #password = randomBytes(24).toString('hex');
  readonly #sockets = new Set<Duplex>();
  readonly #agent: Agent;
  readonly #server: Server;
  #bytes = 0;

  static async start(options: ForwardProxyOptions): Promise<ForwardProxy> {
    const proxy = new ForwardProxy(options);
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  private constructor(private readonly options: ForwardProxyOptions) {
    this.#agent = new Agent({
      keepAlive: false,
      lookup: createGuardedLookup(options.rules) as never,
    } as ConstructorParameters<typeof Agent>[0]);
    this.#server = createServer((request, response) => {
      this.#forward(request, response).catch(error => {
        if (response.headersSent) response.destroy();
        else refuse(response, error);
      });
    });
    this.#server.on('connect', (request, socket: Duplex, head: Buffer) => {
      this.#keep(socket);
      this.#tunnel(request, socket, head).catch(error => {
        const reason = oneLine(error);
        socket.end(`HTTP/1.1 502 ${reason}\r\nContent-Length: 0\r\n\r\n`);
      });
    });
    this.#server.on('connection', socket => this.#keep(socket));
  }

  /** For `HTTP_PROXY` and the like. */
  get url(): string {
    const { port } = this.#server.address() as AddressInfo;
    return `http://kargo:${this.#password}@127.0.0.1:${port}`;
  }

  /** Ends with all connections. */
  async close(): Promise<void> {
    this.#agent.destroy();
    const closed = once(this.#server, 'close');
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  /** What comes without encryption: a request for a whole URL. */
  async #forward(
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    this.#assertKnown(request);
    const url = new URL(request.url ?? '');
    const target = toProxyTarget(url);
    this.#judge(target);
    const headers = Object.entries(request.headers).filter(
      ([name]) => !HOP_BY_HOP.includes(name),
    );
    const upstream = this.options.findProxy(target);
    const message = {
      method: request.method,
      headers: Object.fromEntries(headers),
      timeout: MAX_SILENCE_MS,
    };
    const outgoing = upstream
      ? requestBy(upstream, { ...message, path: url.href })
      : httpRequest({
          ...message,
          agent: this.#agent,
          host: target.host,
          port: target.port,
          path: `${url.pathname}${url.search}`,
        });
    outgoing.once('timeout', () =>
      outgoing.destroy(new Error('no answer in time')),
    );
    const answered = once(outgoing, 'response');
    request.pipe(outgoing);
    const [answer] = (await answered) as [IncomingMessage];
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    await pipeline(answer, this.#counting(), response);
  }

  /** What comes encrypted: bytes to and fro. */
  async #tunnel(
    request: IncomingMessage,
    socket: Duplex,
    head: Buffer,
  ): Promise<void> {
    this.#assertKnown(request);
    const target = toProxyTarget(new URL(`https://${request.url}`));
    this.#judge(target);
    const upstream = this.options.findProxy(target);
    const remote = upstream
      ? await connectThrough(upstream, target)
      : await this.#connect(target);
    this.#keep(remote);
    socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
    remote.write(head);
    // Whichever side ends first ends the other.
    await Promise.all([
      pipeline(socket, remote),
      pipeline(remote, this.#counting(), socket),
    ]).catch(() => {
      socket.destroy();
      remote.destroy();
    });
  }

  async #connect({ host, port }: ProxyTarget): Promise<Socket> {
    const socket = connect({
      host,
      port,
      lookup: createGuardedLookup(this.options.rules) as never,
      timeout: CONNECT_TIMEOUT_MS,
    });
    socket.once('timeout', () =>
      socket.destroy(new Error('no answer in time')),
    );
    await once(socket, 'connect');
    socket.setTimeout(0);
    return socket;
  }

  /** Addresses need no look-up, so nobody else judges them. */
  #judge({ host }: ProxyTarget): void {
    refuseGuardedHost(this.options.rules, host);
  }

  #assertKnown(request: IncomingMessage): void {
    const wanted = Buffer.from(basic('kargo', this.#password));
    const given = Buffer.from(request.headers['proxy-authorization'] ?? '');
    if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) {
      throw new Error('this proxy is for somebody else');
    }
  }

  #counting(): Transform {
    return new Transform({
      transform: (chunk: Buffer, _encoding, done) => {
        this.#bytes += chunk.length;
        if (this.#bytes > this.options.maxBytes) {
          done(new Error('the answers are too large'));
        } else done(null, chunk);
      },
    });
  }

  #keep(socket: Duplex): void {
    this.#sockets.add(socket);
    // What breaks is told where it is used.
    socket.on('error', () => {});
    socket.once('close', () => this.#sockets.delete(socket));
  }
}

/** Has a proxy connect to a host. Its own address the operator chose. */
async function connectThrough(
  proxy: URL,
  target: ProxyTarget,
): Promise<Duplex> {
  const authority = `${
    target.host.includes(':') ? `[${target.host}]` : target.host
  }:${target.port}`;
  const request = requestBy(proxy, {
    method: 'CONNECT',
    path: authority,
    headers: { host: authority },
    timeout: CONNECT_TIMEOUT_MS,
  });
  request.once('timeout', () =>
    request.destroy(new Error('no answer in time')),
  );
  const connected = once(request, 'connect');
  request.end();
  const [answer, socket] = (await connected.catch(error => {
    throw new ProxyUnreachableError(error);
  })) as [IncomingMessage, Duplex];
  if (answer.statusCode !== 200) {
    socket.destroy();
    throw new ProxyRefusedError(answer.statusCode ?? 0);
  }
  return socket;
}

/** Starts a request to a proxy, in TLS where it wants that. */
function requestBy(
  proxy: URL,
  options: RequestOptions & { headers: Record<string, unknown> },
): ClientRequest {
  const { protocol, hostname } = proxy;
  if (!/^https?:$/.test(protocol)) {
    throw new Error(
      `the proxy of the portal is of the kind ${protocol} and cannot be used by programs`,
    );
  }
  const host = hostname.replace(/^\[|\]$/g, '');
  const authorization = findAuthorization(proxy);
  const start = protocol === 'https:' ? httpsRequest : httpRequest;
  return start({
    ...options,
    host,
    port: portOf(proxy),
    // Its certificate is its own, and not that of the host in the headers.
    servername: isIP(host) > 0 ? '' : host,
    headers: {
      ...options.headers,
      ...(authorization && { 'proxy-authorization': authorization }),
    } as OutgoingHttpHeaders,
  });
}

function basic(username: string, password: string): string {
  const text = `${username}:${password}`;
  return `Basic ${Buffer.from(text).toString('base64')}`;
}

function refuse(response: ServerResponse, error: unknown): void {
  const text = oneLine(error);
  response.writeHead(502, text, { 'content-type': 'text/plain' });
  response.end(text);
}

/** What a client shows of a status line, which takes one line of plain characters. */
function oneLine(error: unknown): string {
  const text =
    error instanceof EgressRefusedError
      ? `${error.message}, which the portal does not connect to; an operator can allow it in kargo.egress`
      : (error as Error).message;
  return text.replace(/[^\x20-\x7e]+/g, ' ');
}
