import { isIP } from 'node:net';
import { pipeline, Readable, Transform } from 'node:stream';
import { finished } from 'node:stream/promises';
import { createGunzip, createInflate } from 'node:zlib';
import { UpstreamUnavailableError } from 'backstage-plugin-kargo-node';
import { LRUCache } from 'lru-cache';
import {
  Agent,
  buildConnector,
  Dispatcher,
  EnvHttpProxyAgent,
  fetch as undiciFetch,
  Pool,
  ProxyAgent,
  request as undiciRequest,
} from 'undici';
import {
  HttpClient,
  HttpHeaders,
  HttpRequest,
  HttpResponse,
  HttpStream,
} from '../../ports/HttpClient';
import { compileEgressPolicy, EgressPolicy, EgressRules } from './EgressPolicy';
import { startTimer } from '../system/startTimer';
import {
  createGuardedConnector,
  createGuardedLookup,
  judgeAddresses,
} from './guardedConnector';
import { nextRequest, PendingRequest, startRequest } from './redirects';
import {
  isBrokenConnection,
  ProxyHungUpError,
  toTransportError,
} from './transportError';

const DEFAULT_MAX_BYTES = 8 * 1024 * 1024;
const DEFAULT_TIMEOUT_MS = 120_000;
const MAX_DISPATCHERS = 64;

/** How an {@link UndiciHttpClient} connects. */
export interface UndiciHttpClientOptions {
  egress: EgressPolicy;
  /** Sent as `User-Agent`; some registries refuse requests without. */
  userAgent?: string;
  /** Time to connect, in milliseconds; 10 seconds unless told. */
  connectTimeoutMs?: number;
  /** Time to the first header of requests that name no time of their own, in milliseconds; 30 seconds unless told. */
  headersTimeoutMs?: number;
  /** Silence within a body, for such requests as well; 30 seconds unless told. */
  idleTimeoutMs?: number;
  /** The portal's own proxies, as the environment variables of the same sense name them. */
  proxies?: { http?: string; https?: string; except?: string };
  /** Connections to one host at a time; 32 unless told. */
  connectionsPerHost?: number;
}

/** The {@link HttpClient} over undici: pooled connections, limits, and a guard on addresses. */
export class UndiciHttpClient implements HttpClient {
  readonly #options: UndiciHttpClientOptions;
  readonly #rules: EgressRules;
  /**
   * By certificate check and proxy; connections may be shared only within. Who writes
   * manifests chooses the proxies, as many as they like.
   */
  readonly #dispatchers = new LRUCache<string, Dispatcher>({
    max: MAX_DISPATCHERS,
    // Requests in flight go on; their connections close after them.
    dispose: dispatcher => {
      dispatcher.close().catch(() => {});
    },
  });

  static create(options: UndiciHttpClientOptions): UndiciHttpClient {
    return new UndiciHttpClient(options);
  }

  private constructor(options: UndiciHttpClientOptions) {
    this.#options = options;
    this.#rules = compileEgressPolicy(options.egress);
  }

  /**
   * The platform's `fetch` behind the same guard, for libraries that want one.
   *
   * @remarks Refused addresses and dead hosts are the `TypeError`s of the platform here.
   */
  readonly fetch: typeof fetch = (input, init) =>
    undiciFetch(
      input as Parameters<typeof undiciFetch>[0],
      {
        ...init,
        dispatcher: this.#dispatcherFor({ url: '' }),
      } as Parameters<typeof undiciFetch>[1],
    ) as unknown as Promise<Response>;

  async send(request: HttpRequest): Promise<HttpResponse> {
    const first = startRequest(request);
    const deadline = startDeadline(request, first.url.host);
    try {
      const answer = await this.#follow(request, first, deadline.signal);
      const body = await readBody(answer.body);
      return { ...answer, body };
    } catch (error) {
      throw deadline.explain(error);
    } finally {
      deadline.clear();
    }
  }

  async open(request: HttpRequest): Promise<HttpStream> {
    const first = startRequest(request);
    const deadline = startDeadline(request, first.url.host);
    try {
      const answer = await this.#follow(request, first, deadline.signal);
      answer.body.once('close', deadline.clear);
      return answer;
    } catch (error) {
      deadline.clear();
      throw deadline.explain(error);
    }
  }

  /** Closes idle connections and waits for the requests in flight. */
  async close(): Promise<void> {
    const dispatchers = [...this.#dispatchers.values()];
    await Promise.all(dispatchers.map(dispatcher => dispatcher.close()));
    this.#dispatchers.clear();
  }

  async #follow(
    request: HttpRequest,
    first: PendingRequest,
    signal: AbortSignal,
  ): Promise<HttpStream> {
    let pending = first;
    for (;;) {
      const answer = await this.#exchange(request, pending, signal);
      const next = decideNext(request, pending, answer);
      if (!next) return answer;
      await discard(answer.body);
      pending = next;
    }
  }

  async #exchange(
    request: HttpRequest,
    pending: PendingRequest,
    signal: AbortSignal,
  ): Promise<HttpStream> {
    const maxBytes = request.maxBytes ?? DEFAULT_MAX_BYTES;
    const { host } = pending.url;
    const fail = (error: unknown) =>
      signal.aborted
        ? signal.reason
        : toTransportError(error, host, pending.redirectedFrom);
    try {
      const answer = await this.#dispatch(request, pending, signal);
      const headers = toHeaders(answer.headers);
      const { statusCode: status, body } = answer;
      // Length and encoding of these describe a body that is not sent.
      const hasBody = pending.method !== 'HEAD' && status !== 304;
      if (hasBody) refuseAnnouncedSize(headers, maxBytes, host, body);
      const encoding = hasBody ? headers['content-encoding']?.[0] : undefined;
      return {
        status,
        headers,
        url: pending.url,
        body: decode(body, { encoding, maxBytes, host, fail }),
      };
    } catch (error) {
      throw error instanceof UpstreamUnavailableError ? error : fail(error);
    }
  }

  async #dispatch(
    request: HttpRequest,
    pending: PendingRequest,
    signal: AbortSignal,
  ): Promise<Dispatcher.ResponseData> {
    // A proxy resolves names; addresses in URLs can be judged all the same.
    refuseGuardedHost(this.#rules, pending.url.hostname);
    const attempt = () => {
      const answer = undiciRequest(pending.url, {
        method: pending.method,
        headers: this.#headersOf(pending),
        body: pending.body,
        signal,
        dispatcher: this.#dispatcherFor(request),
        ...this.#silenceOf(request),
      });
      return untilAborted(answer, signal);
    };
    try {
      return await attempt();
    } catch (error) {
      // A kept connection may have been closed by the host just when we used it.
      const isSafe = pending.method === 'GET' || pending.method === 'HEAD';
      if (!isSafe || signal.aborted || !isBrokenConnection(error)) throw error;
      return attempt();
    }
  }

  /** Who names a time gets it, also for a host that thinks long or pauses. */
  #silenceOf(request: HttpRequest) {
    const { timeoutMs, maxSilenceMs = timeoutMs && 0 } = request;
    const { headersTimeoutMs, idleTimeoutMs } = this.#options;
    return {
      headersTimeout: maxSilenceMs ?? headersTimeoutMs ?? 30_000,
      bodyTimeout: maxSilenceMs ?? idleTimeoutMs ?? 30_000,
    };
  }

  #headersOf(pending: PendingRequest): string[] {
    const given = new Set(pending.headers.map(([name]) => name.toLowerCase()));
    const defaults: Array<readonly [string, string]> = [
      ['user-agent', this.#options.userAgent ?? 'backstage-plugin-kargo'],
      ['accept-encoding', 'gzip, deflate'],
    ];
    return [
      ...defaults.filter(([name]) => !given.has(name)),
      ...pending.headers,
    ].flat();
  }

  #dispatcherFor(request: HttpRequest): Dispatcher {
    const isInsecure = request.insecureSkipTLSVerify === true;
    const key = `${isInsecure} ${request.proxy ?? ''}`;
    const known = this.#dispatchers.get(key);
    if (known) return known;
    const dispatcher = request.proxy
      ? this.#createProxyAgent(request.proxy, isInsecure)
      : this.#createAgent(isInsecure);
    this.#dispatchers.set(key, dispatcher);
    return dispatcher;
  }

  #createAgent(isInsecure: boolean): Dispatcher {
    const options: Agent.Options = {
      connect: createGuardedConnector(this.#rules, {
        timeout: this.#connectTimeoutMs,
        rejectUnauthorized: !isInsecure,
      }),
      connections: this.#options.connectionsPerHost ?? 32,
      keepAliveTimeout: 30_000,
    };
    const { proxies } = this.#options;
    if (!proxies) return new Agent(options);
    // The operator chose these proxies: their addresses need no permission.
    const agent = new EnvHttpProxyAgent({
      ...options,
      httpProxy: proxies.http ?? '',
      httpsProxy: proxies.https ?? '',
      noProxy: proxies.except ?? '',
      requestTls: { rejectUnauthorized: !isInsecure },
      ...this.#proxying,
    });
    // For `fetch`, which does not pass by where other requests are judged.
    return agent.compose(dispatch => (request, handler) => {
      const { hostname } = new URL(String(request.origin));
      refuseGuardedHost(this.#rules, hostname);
      return dispatch(request, handler);
    });
  }

  /** Behind a proxy only the proxy's own address can be judged: it is the proxy that connects. */
  #createProxyAgent(proxy: string, isInsecure: boolean): Dispatcher {
    refuseGuardedHost(this.#rules, new URL(proxy).hostname);
    return new ProxyAgent({
      uri: proxy,
      proxyTls: {
        timeout: this.#connectTimeoutMs,
        lookup: createGuardedLookup(this.#rules),
      } as buildConnector.BuildOptions,
      requestTls: { rejectUnauthorized: !isInsecure },
      ...this.#proxying,
    });
  }

  /**
   * How proxies are spoken with: plain HTTP by requests for the whole URL, as Go and curl
   * do, everything else through a tunnel that has to open as fast as a connection.
   */
  get #proxying() {
    return {
      proxyTunnel: false,
      clientFactory: (origin: URL, options: object): Dispatcher =>
        new Pool(origin, {
          ...options,
          headersTimeout: this.#connectTimeoutMs,
        }),
      factory: (origin: string | URL, options: object): Dispatcher =>
        new Pool(origin, nameDroppedTunnels(options)),
    };
  }

  get #connectTimeoutMs(): number {
    return this.#options.connectTimeoutMs ?? 10_000;
  }
}

/**
 * Lets the connections of a pool fail with an error of its own where a proxy hung up.
 *
 * @remarks
 * A pool takes a dropped connection for one that was kept too long and connects again,
 * for as long as the proxy goes on hanging up.
 */
function nameDroppedTunnels(options: Pool.Options): Pool.Options {
  const { connect } = options;
  if (typeof connect !== 'function') return options;
  return {
    ...options,
    connect: (target, callback) =>
      connect(target, (error, socket) => {
        if (!error) callback(null, socket);
        else if (isBrokenConnection(error)) {
          callback(new ProxyHungUpError(error), null);
        } else callback(error, null);
      }),
  };
}

/**
 * Waits for an answer, but no longer than until the signal fires: a request that still
 * waits for its connection does not hear of it.
 */
async function untilAborted(
  answer: Promise<Dispatcher.ResponseData>,
  signal: AbortSignal,
): Promise<Dispatcher.ResponseData> {
  let onAbort = () => {};
  const aborted = new Promise<never>((_resolve, reject) => {
    onAbort = () => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
  });
  try {
    return await Promise.race([answer, aborted]);
  } catch (error) {
    // An answer that comes too late gives its connection back.
    answer.then(
      ({ body }) => body.on('error', () => {}).destroy(),
      () => {},
    );
    throw error;
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

/** As {@link nextRequest}; a refused redirect does not keep its connection. */
function decideNext(
  request: HttpRequest,
  pending: PendingRequest,
  answer: HttpStream,
): PendingRequest | undefined {
  try {
    return nextRequest(request, pending, answer);
  } catch (error) {
    answer.body.destroy();
    throw error;
  }
}

interface Deadline {
  readonly signal: AbortSignal;
  clear(): void;
  /** Turns the end of the time into an error for people; leaves other errors alone. */
  explain(error: unknown): unknown;
}

function startDeadline(request: HttpRequest, host: string): Deadline {
  const timeoutMs = request.timeoutMs ?? DEFAULT_TIMEOUT_MS;
  const controller = new AbortController();
  const clear = startTimer(timeoutMs, () => {
    controller.abort(
      new UpstreamUnavailableError(
        host,
        `${host} did not complete its answer within ${
          timeoutMs / 1000
        } seconds`,
      ),
    );
  });
  const signal = request.signal
    ? AbortSignal.any([request.signal, controller.signal])
    : controller.signal;
  return {
    signal,
    clear,
    explain: error => (signal.aborted ? signal.reason : error),
  };
}

function toHeaders(headers: Dispatcher.ResponseData['headers']): HttpHeaders {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, [value].flat()]],
    ),
  );
}

function tooLarge(host: string, maxBytes: number): UpstreamUnavailableError {
  const limit =
    maxBytes >= 1024 * 1024
      ? `${Math.floor(maxBytes / 1024 / 1024)} MiB`
      : `${maxBytes} bytes`;
  return new UpstreamUnavailableError(
    host,
    `${host} sent an answer larger than the ${limit} that are accepted here`,
  );
}

function refuseAnnouncedSize(
  headers: HttpHeaders,
  maxBytes: number,
  host: string,
  body: Readable,
): void {
  if (!(Number(headers['content-length']?.[0]) > maxBytes)) return;
  // Destroying without a listener would surface as an unhandled error.
  body.on('error', () => {});
  body.destroy();
  throw tooLarge(host, maxBytes);
}

interface DecodeContext {
  encoding: string | undefined;
  maxBytes: number;
  host: string;
  fail(error: unknown): unknown;
}

/** Decompresses, counts and names the failures of a body. */
function decode(body: Readable, context: DecodeContext): Readable {
  const { encoding, maxBytes, host, fail } = context;
  let total = 0;
  const limit = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      total += chunk.length;
      if (total > maxBytes) done(tooLarge(host, maxBytes));
      else done(null, chunk);
    },
    destroy(error, done) {
      const isNamed = error?.name === 'UpstreamUnavailableError';
      done(error && !isNamed ? (fail(error) as Error) : error);
    },
  });
  const decoder = decoderFor(encoding);
  const end = decoder
    ? pipeline(body, decoder, limit, () => {})
    : pipeline(body, limit, () => {});
  return end;
}

function decoderFor(encoding: string | undefined): Transform | undefined {
  switch (encoding?.trim().toLowerCase()) {
    case 'gzip':
    case 'x-gzip':
      return createGunzip();
    case 'deflate':
      return createInflate();
    default:
      return undefined;
  }
}

async function readBody(body: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of body) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** Reads the body of a redirect away, so that its connection can be used again. */
async function discard(body: Readable): Promise<void> {
  body.resume();
  await finished(body).catch(() => {
    // What a redirect has in its body, whole or broken, is of no interest.
  });
}

function refuseGuardedHost(rules: EgressRules, hostname: string): void {
  const host = hostname.replace(/^\[|\]$/g, '');
  if (isIP(host) > 0) judgeAddresses(rules, host, [host]);
}
