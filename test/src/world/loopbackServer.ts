import { once } from 'node:events';
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout } from 'node:timers/promises';
import { type Fault, Faults } from './faults';

/** A request as the servers of the test world see it. */
export interface LoopbackRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
  /** The request as a stream, for bodies too large to hold. */
  readonly stream: IncomingMessage;
  /** Reads the whole body once and remembers it. */
  body(): Promise<Buffer>;
}

/** What a handler answers. */
export interface Reply {
  readonly status: number;
  readonly headers?: Record<string, string>;
  readonly body?: Buffer | string | Readable;
}

/** One request a server has answered or is answering. */
export interface LoggedRequest {
  readonly method: string;
  /** Path with query. */
  readonly path: string;
  readonly route: string;
  readonly headers: IncomingHttpHeaders;
  /** Tells the connections of a client apart. */
  readonly clientPort: number | undefined;
  /** Missing while no answer was sent. */
  status?: number;
  /** Bytes of body sent so far. */
  bytes: number;
}

/** How often a server was asked, in total and by route. */
export interface ServerStats {
  readonly requests: number;
  readonly byRoute: Readonly<Record<string, number>>;
  readonly log: readonly LoggedRequest[];
}

/** What every server of the test world offers beside its own protocol. */
export interface LoopbackServer {
  /** Address without a trailing slash. */
  readonly url: string;
  /** `host:port`. */
  readonly host: string;
  readonly port: number;
  readonly faults: Faults;
  stats(): ServerStats;
  /** Forgets the requests logged so far. */
  resetStats(): void;
  /** Resolves when a route has been asked `count` times since the last reset. */
  waitForRequests(route: string, count?: number): Promise<void>;
  /** Drops open connections and frees the port. */
  close(): Promise<void>;
}

/** What a server of the test world must provide. */
export interface LoopbackServerOptions {
  /** 0 or missing takes a free port. */
  readonly port?: number;
  /** Names the route of a request; the name appears in statistics and faults. */
  route(request: LoopbackRequest): string | Promise<string>;
  handle(
    request: LoopbackRequest,
    context: { route: string; fault: Fault | undefined },
  ): Promise<Reply>;
}

/** Starts an HTTP server on 127.0.0.1 that counts, logs and can misbehave. */
export async function startLoopbackServer(
  options: LoopbackServerOptions,
): Promise<LoopbackServer> {
  const faults = new Faults();
  const log: LoggedRequest[] = [];
  const waiting = new Set<() => void>();

  const countOf = (route: string) => log.filter(e => e.route === route).length;

  const server = createServer((message, response) => {
    serve(message, response).catch(error => {
      // The client went away or the handler broke; either way the client must
      // not wait, and a broken handler must show in the test that asked.
      if (!response.headersSent) {
        response.writeHead(500, { 'content-type': 'text/plain' });
        response.end(`test server failed: ${error}`);
      } else {
        response.destroy();
      }
    });
  });

  async function serve(message: IncomingMessage, response: ServerResponse) {
    const request = toRequest(message);
    const route = await options.route(request);
    const path = `${request.url.pathname}${request.url.search}`;
    const entry: LoggedRequest = {
      method: request.method,
      path,
      route,
      headers: request.headers,
      clientPort: message.socket.remotePort,
      bytes: 0,
    };
    log.push(entry);
    waiting.forEach(check => check());

    const fault = faults.take({ route, method: request.method, path });
    if (fault?.kind === 'hang') return;
    if (fault?.kind === 'reset') {
      message.socket.destroy();
      return;
    }
    if (fault?.kind === 'delay') {
      await pause(fault.milliseconds, response);
    }
    const reply =
      replyOfFault(fault) ??
      (await options.handle(request, { route, fault: fault }));
    entry.status = reply.status;
    await send(reply, {
      response,
      fault,
      isHead: request.method === 'HEAD',
      onBytes: count => {
        entry.bytes += count;
      },
    });
  }

  server.keepAliveTimeout = 60_000;
  server.listen(options.port ?? 0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;

  return {
    url: `http://127.0.0.1:${port}`,
    host: `127.0.0.1:${port}`,
    port,
    faults,
    stats() {
      const byRoute: Record<string, number> = {};
      for (const { route } of log) byRoute[route] = (byRoute[route] ?? 0) + 1;
      return { requests: log.length, byRoute, log: [...log] };
    },
    resetStats() {
      log.length = 0;
    },
    waitForRequests(route, count = 1) {
      return new Promise<void>(resolve => {
        const check = () => {
          if (countOf(route) < count) return;
          waiting.delete(check);
          resolve();
        };
        waiting.add(check);
        check();
      });
    },
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function toRequest(message: IncomingMessage): LoopbackRequest {
  let body: Promise<Buffer> | undefined;
  return {
    method: message.method ?? 'GET',
    url: new URL(message.url ?? '/', 'http://127.0.0.1'),
    headers: message.headers,
    stream: message,
    body() {
      body ??= readAll(message);
      return body;
    },
  };
}

async function readAll(stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function replyOfFault(fault: Fault | undefined): Reply | undefined {
  if (fault?.kind === 'status') {
    return {
      status: fault.status,
      headers: fault.headers,
      body: fault.body ?? '',
    };
  }
  if (fault?.kind === 'redirect') {
    return {
      status: fault.status ?? 307,
      headers: { location: fault.location },
      body: '',
    };
  }
  return undefined;
}

interface SendContext {
  response: ServerResponse;
  fault: Fault | undefined;
  isHead: boolean;
  onBytes(count: number): void;
}

async function send(reply: Reply, context: SendContext): Promise<void> {
  const { response, fault, isHead } = context;
  const headers: Record<string, string> = { ...reply.headers };
  const body =
    typeof reply.body === 'string' ? Buffer.from(reply.body) : reply.body;
  if (!(body instanceof Readable) && headers['content-length'] === undefined) {
    headers['content-length'] = String(body?.length ?? 0);
  }
  response.writeHead(reply.status, headers);
  if (isHead || body === undefined) {
    if (body instanceof Readable) body.destroy();
    response.end();
    return;
  }
  // What is streamed may have nothing to say for long; that it is there shows in the head.
  if (body instanceof Readable) response.flushHeaders();
  const source = body instanceof Readable ? body : Readable.from(split(body));
  const counter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      context.onBytes(chunk.length);
      done(undefined, chunk);
    },
  });
  const damage = damageOf(fault, response);
  if (damage) await pipeline(source, damage, counter, response);
  else await pipeline(source, counter, response);
}

function* split(body: Buffer): Generator<Buffer> {
  const size = 64 * 1024;
  for (let at = 0; at < body.length; at += size) {
    yield body.subarray(at, at + size);
  }
}

type Damage = (source: AsyncIterable<Buffer>) => AsyncIterable<Buffer>;

function damageOf(
  fault: Fault | undefined,
  response: ServerResponse,
): Damage | undefined {
  switch (fault?.kind) {
    case 'truncate':
      return source => truncate(source, fault.afterBytes, response);
    case 'slow':
      return source => slowDown(source, fault.bytesPerSecond, response);
    case 'corrupt':
      return corruptLastByte;
    default:
      return undefined;
  }
}

async function* truncate(
  source: AsyncIterable<Buffer>,
  afterBytes: number,
  response: ServerResponse,
): AsyncIterable<Buffer> {
  let left = afterBytes;
  for await (const chunk of source) {
    if (chunk.length < left) {
      left -= chunk.length;
      yield chunk;
      continue;
    }
    yield chunk.subarray(0, left);
    // One turn of the event loop lets the last part reach the socket.
    await new Promise(resolve => setImmediate(resolve));
    response.destroy();
    return;
  }
}

async function* slowDown(
  source: AsyncIterable<Buffer>,
  bytesPerSecond: number,
  response: ServerResponse,
): AsyncIterable<Buffer> {
  const size = Math.max(1, Math.ceil(bytesPerSecond / 10));
  for await (const chunk of source) {
    for (let at = 0; at < chunk.length; at += size) {
      if (response.destroyed) return;
      yield chunk.subarray(at, at + size);
      await pause(100, response);
    }
  }
}

async function* corruptLastByte(
  source: AsyncIterable<Buffer>,
): AsyncIterable<Buffer> {
  let held: Buffer | undefined;
  for await (const chunk of source) {
    if (held) yield held;
    held = Buffer.from(chunk);
  }
  if (held && held.length > 0) {
    held[held.length - 1] ^= 1;
    yield held;
  }
}

/** Waits, but no longer than the client does. */
async function pause(
  milliseconds: number,
  response: ServerResponse,
): Promise<void> {
  const gone = new AbortController();
  const leave = () => gone.abort();
  response.on('close', leave);
  // Rejected only when the client left, which ends the wait as well.
  await setTimeout(milliseconds, undefined, { signal: gone.signal }).catch(
    () => {},
  );
  response.off('close', leave);
}
