import { UpstreamUnavailableError } from 'backstage-plugin-kargo-node';
import {
  Dispatcher,
  fetch as undiciFetch,
  request as undiciRequest,
} from 'undici';
import {
  HttpHeaders,
  HttpResponse,
  HttpStream,
  UploadClient,
  UploadRequest,
} from '../../ports/HttpClient';
import { Dispatchers, DispatchersOptions } from './Dispatchers';
import { compileEgressPolicy, EgressPolicy, EgressRules } from './EgressPolicy';
import { startTimer } from '../system/startTimer';
import { refuseGuardedHost } from './guardedConnector';
import { nextRequest, PendingRequest, startRequest } from './redirects';
import { decode, discard, readBody, refuseAnnouncedSize } from './responseBody';
import { isBrokenConnection, toTransportError } from './transportError';

const DEFAULT_MAX_BYTES = 8 * 1024 * 1024;
const DEFAULT_TIMEOUT_MS = 120_000;

/** How an {@link UndiciHttpClient} connects. */
export interface UndiciHttpClientOptions extends DispatchersOptions {
  egress: EgressPolicy;
  /** Sent as `User-Agent`; some registries refuse requests without. */
  userAgent?: string;
  /** Time to the first header of requests that name no time of their own, in milliseconds; 30 seconds unless told. */
  headersTimeoutMs?: number;
  /** Silence within a body, for such requests as well; 30 seconds unless told. */
  idleTimeoutMs?: number;
}

/** The {@link UploadClient} over undici: pooled connections, limits, and a guard on addresses. */
export class UndiciHttpClient implements UploadClient {
  readonly #options: UndiciHttpClientOptions;
  readonly #rules: EgressRules;
  readonly #dispatchers: Dispatchers;

  static create(options: UndiciHttpClientOptions): UndiciHttpClient {
    return new UndiciHttpClient(options);
  }

  private constructor(options: UndiciHttpClientOptions) {
    this.#options = options;
    this.#rules = compileEgressPolicy(options.egress);
    this.#dispatchers = new Dispatchers(options, this.#rules);
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
        dispatcher: this.#dispatchers.for({}),
      } as Parameters<typeof undiciFetch>[1],
    ) as unknown as Promise<Response>;

  async send(request: UploadRequest): Promise<HttpResponse> {
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

  async open(request: UploadRequest): Promise<HttpStream> {
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
    await this.#dispatchers.close();
  }

  async #follow(
    request: UploadRequest,
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
    request: UploadRequest,
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
    request: UploadRequest,
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
        dispatcher: this.#dispatchers.for(request),
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
  #silenceOf(request: UploadRequest) {
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
  request: UploadRequest,
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

function startDeadline(request: UploadRequest, host: string): Deadline {
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
