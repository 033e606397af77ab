import { Readable } from 'node:stream';
import { parseRetryAfter } from 'backstage-plugin-kargo-node';
import { Clock } from '../../ports/Clock';
import {
  HttpHeaders,
  HttpMethod,
  HttpResponse,
  UploadClient,
  UploadRequest,
} from '../../ports/HttpClient';
import { ImageRepository } from '../../ports/ImageRegistry';
import { LRUCache } from 'lru-cache';
import { noteRefusal } from '../credentials/refusedCredentials';
import { isBrokenConnection, isNotTls } from '../http/transportError';
import { AdaptiveRate } from './AdaptiveRate';
import { credentialFingerprint } from '../http/credentialFingerprint';
import { isLoopbackHost, RepositoryAddress } from './reference';
import { AuthSubject, Proof, RegistryAuth } from './RegistryAuth';
import { toStatusError, toThrottledError } from './registryError';

/** One request to the distribution API of a registry. */
export interface RegistryCall {
  repository: ImageRepository;
  address: RepositoryAddress;
  /** `tags`, `manifests` or `blobs`. */
  operation: string;
  /** Path with query, from `/v2/` on. */
  path: string;
  /** Completes "when asked for …" in messages. */
  what: string;
  method?: HttpMethod;
  accept?: string;
  maxBytes?: number;
  /** Headers of a conditional request; the answer may then be 304. */
  validators?: Readonly<Record<string, string>>;
  /** Whether an answer that refuses the request itself counts, see {@link isRefusal}. */
  mayBeRefused?: boolean;
  /** More header fields. */
  headers?: Readonly<Record<string, string>>;
  /** A stream is sent once, whatever comes of it. */
  body?: Uint8Array | Readable;
  timeoutMs?: number;
  /** Longest silence of a transfer for which `timeoutMs` is given; 30 seconds unless told. */
  maxSilenceMs?: number;
  signal?: AbortSignal;
}

/** An answer of success whose body is still to be read, or another one. */
export type RegistryAnswer = HttpResponse & { stream?: Readable };

type Exchange = (request: UploadRequest) => Promise<RegistryAnswer>;

/** What {@link RegistryRequests} needs. */
export interface RegistryRequestsOptions {
  http: UploadClient;
  clock: Clock;
  /** Requests per second to one registry with the same credentials. */
  maxPerSecond: number;
  /** Hosts (with port if any) that are spoken to without TLS. */
  plainHttpHosts: readonly string[];
  /** Between 0 and 1; spreads retries. */
  random(): number;
}

const MAX_ATTEMPTS = 3;
const PAUSES_MS = [1_000, 3_000];
/** A longer wait than this is left to the caller's schedule. */
const LONGEST_PAUSE_MS = 10_000;
const MAX_SILENCE_MS = 30_000;
const TRANSIENT = new Set([408, 429, 499, 500, 502, 503, 504, 522]);

/**
 * Sends requests to registries: finds the scheme, proves identity, keeps the pace, and
 * tries again what may succeed in a moment.
 */
export class RegistryRequests {
  readonly #options: RegistryRequestsOptions;
  readonly #auth: RegistryAuth;
  readonly #rates = new LRUCache<string, AdaptiveRate>({ max: 1_000 });
  readonly #protocols = new LRUCache<string, string>({ max: 1_000 });

  constructor(options: RegistryRequestsOptions) {
    this.#options = options;
    this.#auth = new RegistryAuth({
      clock: options.clock,
      sendTokenRequest: (request, subject) =>
        this.#sendTokenRequest(request, subject),
    });
  }

  /** The answer with status 2xx or 404, or 304 or a refusal where asked for. @throws as described at `ImageRegistry`. */
  async send(call: RegistryCall): Promise<HttpResponse> {
    return this.#exchange(call, request => this.#options.http.send(request));
  }

  /** As `send`; the body of a 2xx is a stream, which the caller drains or destroys. */
  async open(call: RegistryCall): Promise<RegistryAnswer> {
    return this.#exchange(call, async request => {
      const { body: stream, ...head } = await this.#options.http.open(request);
      return isSuccess(head.status)
        ? { ...head, body: Buffer.alloc(0), stream }
        : { ...head, body: await readBody(stream) };
    });
  }

  /** The scheme by which a host is spoken to, which is tried where it is not known. */
  async findProtocol(call: RegistryCall): Promise<string> {
    await this.#sendToHost(
      call.address.host,
      { url: '/v2/', signal: call.signal },
      request => this.#options.http.send(request),
    );
    return this.#protocolOf(call.address.host);
  }

  async #exchange(
    call: RegistryCall,
    exchange: Exchange,
  ): Promise<RegistryAnswer> {
    const { repository, address } = call;
    let proof = await this.#auth.begin(this.#toSubject(call));
    let response = await this.#attempt(call, proof, exchange);
    for (let isDone = isOnce(call); !isDone; ) {
      const challenge = await this.#findChallenge(call, proof, response);
      const next =
        challenge &&
        (await this.#auth.renew(this.#toSubject(call), challenge, proof));
      if (!next) break;
      isDone = response.status === 401 && next.authorization !== undefined;
      proof = next;
      response = await this.#attempt(call, proof, exchange);
    }
    const { status } = response;
    const isSame = status === 304 && call.validators !== undefined;
    const isRefused = call.mayBeRefused && isRefusal(status);
    if (isSuccess(status) || status === 404 || isSame || isRefused) {
      return response;
    }
    const subject = {
      host: address.host,
      repoURL: repository.repoURL,
      what: call.what,
      hasCredentials: repository.credentials !== undefined,
    };
    throw noteRefusal(
      toStatusError(response, subject, this.#retryAtOf(response)),
      repository.credentials,
    );
  }

  /**
   * The headers by which a registry asks who is there; `undefined` when it does not.
   *
   * @remarks
   * Some registries hide from strangers what is there, and ask at their door alone, where
   * other clients begin.
   */
  async #findChallenge(
    call: RegistryCall,
    { authorization }: Proof,
    { status, headers }: RegistryAnswer,
  ): Promise<HttpHeaders | undefined> {
    if (status === 401) return headers;
    const { repository, address, operation, signal } = call;
    const mayBeHidden = status === 403 || status === 404;
    const hasMore = authorization === undefined && repository.credentials;
    if (!mayBeHidden || !hasMore) return undefined;
    const door = await this.#attempt(
      { repository, address, operation, path: '/v2/', what: 'this', signal },
      {},
      request => this.#options.http.send(request),
    );
    return door.status === 401 ? door.headers : undefined;
  }

  #attempt(
    call: RegistryCall,
    { authorization }: Proof,
    exchange: Exchange,
  ): Promise<RegistryAnswer> {
    const { repository, address, timeoutMs, maxSilenceMs } = call;
    const to = {
      host: address.host,
      rate: this.#rateOf(call),
      signal: call.signal,
      attempts: isOnce(call) ? 1 : MAX_ATTEMPTS,
    };
    return this.#retry(to, () =>
      this.#sendToHost(
        address.host,
        {
          url: call.path,
          method: call.method,
          headers: {
            ...call.headers,
            ...call.validators,
            ...(call.accept && { accept: call.accept }),
            ...(authorization && { authorization }),
          },
          body: call.body,
          maxBytes: call.maxBytes,
          ...(timeoutMs && {
            timeoutMs,
            maxSilenceMs: maxSilenceMs ?? MAX_SILENCE_MS,
          }),
          insecureSkipTLSVerify: repository.insecureSkipTLSVerify,
          signal: call.signal,
        },
        exchange,
      ),
    );
  }

  /** Sends to a host by the scheme that it speaks; `url` is a path. */
  async #sendToHost(
    host: string,
    request: UploadRequest,
    exchange: Exchange,
  ): Promise<RegistryAnswer> {
    const protocol = this.#protocolOf(host);
    const send = (scheme: string) =>
      exchange({ ...request, url: `${scheme}//${host}${request.url}` });
    try {
      return await send(protocol);
    } catch (error) {
      const mayBePlain = protocol === 'https:' && isLoopbackHost(host);
      if (!mayBePlain || !(isNotTls(error) || isBrokenConnection(error))) {
        throw error;
      }
      // As docker does: a registry on this machine needs no TLS.
      const response = await send('http:');
      this.#protocols.set(host, 'http:');
      return response;
    }
  }

  #protocolOf(host: string): string {
    const isPlain = this.#options.plainHttpHosts.includes(host);
    return isPlain ? 'http:' : this.#protocols.get(host) ?? 'https:';
  }

  #toSubject(call: RegistryCall): AuthSubject {
    const { host, name } = call.address;
    return {
      host,
      name,
      protocol: this.#protocolOf(host),
      operation: call.operation,
      credentials: call.repository.credentials,
      insecureSkipTLSVerify: call.repository.insecureSkipTLSVerify,
      signal: call.signal,
    };
  }

  async #sendTokenRequest(
    request: UploadRequest,
    subject: AuthSubject,
  ): Promise<HttpResponse> {
    const { host } = new URL(request.url);
    const response = await this.#retry({ host, signal: request.signal }, () =>
      this.#options.http.send(request),
    );
    if (isSuccess(response.status)) return response;
    const asked = {
      host,
      repoURL: `${subject.host}/${subject.name}`,
      what: `a token for ${subject.host}/${subject.name}`,
      hasCredentials: subject.credentials !== undefined,
    };
    throw noteRefusal(
      toStatusError(response, asked, this.#retryAtOf(response)),
      subject.credentials,
    );
  }

  async #retry(
    to: {
      host: string;
      rate?: AdaptiveRate;
      signal?: AbortSignal;
      attempts?: number;
    },
    send: () => Promise<RegistryAnswer>,
  ): Promise<RegistryAnswer> {
    const { clock } = this.#options;
    const { attempts = MAX_ATTEMPTS } = to;
    for (let attempt = 1; ; attempt++) {
      refuseLongPause(to, clock.now());
      await to.rate?.wait(to.signal);
      const response = await send();
      this.#tellRate(to.rate, response);
      const pause =
        attempt < attempts ? this.#pauseAfter(response, attempt) : undefined;
      if (pause === undefined) return response;
      await clock.sleep(pause, to.signal);
    }
  }

  /** Milliseconds to wait before another attempt; `undefined` when there is to be none. */
  #pauseAfter(response: HttpResponse, attempt: number): number | undefined {
    if (!TRANSIENT.has(response.status)) return undefined;
    const { clock, random } = this.#options;
    const retryAt = this.#retryAtOf(response);
    const pause =
      retryAt === undefined
        ? PAUSES_MS[attempt - 1] * (0.9 + 0.2 * random())
        : retryAt - clock.now();
    return pause <= LONGEST_PAUSE_MS ? pause : undefined;
  }

  #retryAtOf(response: HttpResponse): number | undefined {
    return parseRetryAfter(
      response.headers['retry-after']?.[0],
      this.#options.clock.now(),
    );
  }

  #tellRate(rate: AdaptiveRate | undefined, response: HttpResponse): void {
    if (response.status === 429) rate?.throttled(this.#retryAtOf(response));
    else if (isExhausted(response)) rate?.slowDown();
    else if (response.status < 500) rate?.succeeded();
  }

  #rateOf({ repository, address }: RegistryCall): AdaptiveRate {
    const fingerprint = credentialFingerprint(repository.credentials);
    const key = `${address.host} ${fingerprint}`;
    const { clock, maxPerSecond } = this.#options;
    const rate =
      this.#rates.get(key) ?? new AdaptiveRate({ clock, maxPerSecond });
    this.#rates.set(key, rate);
    return rate;
  }
}

/** Waiting minutes inside a discovery would hold up everything after it. */
function refuseLongPause(
  { host, rate }: { host: string; rate?: AdaptiveRate },
  now: number,
): void {
  const pauseMs = rate?.pauseMs ?? 0;
  if (pauseMs > LONGEST_PAUSE_MS) {
    throw toThrottledError(host, now + Math.ceil(pauseMs));
  }
}

function isOnce({ body }: RegistryCall): boolean {
  return body instanceof Readable;
}

async function readBody(stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}

/** Whether a request is refused, and not because of who asks or how often. */
function isRefusal(status: number): boolean {
  const isClientError = status >= 400 && status < 500;
  return (isClientError && ![401, 408, 429].includes(status)) || status === 501;
}

/** Docker Hub says how many pulls are left: `0;w=21600`. */
function isExhausted(response: HttpResponse): boolean {
  return /^0(;|$)/.test(response.headers['ratelimit-remaining']?.[0] ?? '');
}
