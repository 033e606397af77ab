import { isError, NotFoundError } from '@backstage/errors';
import { JsonValue } from 'backstage-plugin-kargo-common';
import { z } from 'zod';
import {
  HttpClient,
  HttpHeaders,
  HttpMethod,
  HttpRedirect,
  HttpResponse,
} from '../contracts/http';
import {
  CredentialsRejectedError,
  isUpstreamUnavailableError,
  TerminalError,
  UpstreamUnavailableError,
} from '../errors';
import { parseRetryAfter } from './parseRetryAfter';

const DEFAULT_MAX_BYTES = 2 * 1024 * 1024;
const TIMEOUT_MS = 30_000;
/** A host that throttles without saying for how long. */
const DEFAULT_PAUSE_MS = 60_000;
/** Pages of a list that are read; what lies beyond is not looked for. */
const MAX_PAGES = 20;

/** One request to the API of a host. @public */
export interface RestRequest {
  method?: HttpMethod;
  /** Below the base, each part encoded. */
  path: string;
  query?: Record<string, string | number | boolean | string[] | undefined>;
  body?: JsonValue;
  /** Statuses that are answers rather than errors, beside 2xx. */
  accept?: number[];
}

/** What a host answered. @public */
export interface RestAnswer {
  status: number;
  headers: HttpHeaders;
  /** `undefined` when there was none, or none in JSON. */
  body: unknown;
}

/** A host that understood and does not want to. @public */
export class HostRefusedError extends Error {
  name = 'HostRefusedError' as const;

  constructor(
    readonly status: number,
    /** The host's own words. */
    readonly told: string,
    message: string,
  ) {
    super(message);
  }
}

/** Whether an error is a host's no, with one of the statuses if any are given. @public */
export function isHostRefusal(
  error: unknown,
  ...statuses: number[]
): error is HostRefusedError {
  return (
    isError(error) &&
    error.name === 'HostRefusedError' &&
    (statuses.length === 0 || statuses.includes(error.status as number))
  );
}

/** How a host's API is spoken with. @public */
export interface RestApiOptions {
  http: HttpClient;
  /** Without a slash at its end. */
  baseURL: string;
  headers: Record<string, string>;
  insecureSkipTLSVerify?: boolean;
  now(): number;
  /** What is asked for, in messages: "issue", "repository or pull request". */
  subject: string;
  /** Whose word the host takes, in messages: "the token of the project's git credentials". */
  credentials: string;
  /** Statuses of refusals that are thrown as `TerminalError`: asking again cannot help. */
  final?: readonly number[];
  /** Largest accepted answer in bytes; 2 MiB unless told. */
  maxBytes?: number;
  /**
   * Turns the body of an answer into a value. Unless told, `http.readJson` does, or
   * `JSON.parse` where `http` has none. What cannot be read counts as no body; an
   * `UpstreamUnavailableError` says that nobody tried.
   */
  readJson?(body: Buffer): Promise<unknown>;
}

/**
 * A JSON API of a host, spoken with by the capability `http`.
 *
 * @remarks
 * Makes one request per call and never repeats one: the engine does, when the time has
 * come that the host named. A host that is down, throttles or answers oddly is an
 * `UpstreamUnavailableError`, one that does not take the credentials a
 * `CredentialsRejectedError`, what is not there a `NotFoundError`, and every other no a
 * `HostRefusedError` in the host's words; that is also a redirect which would lose a change.
 *
 * @public
 */
export class RestApi {
  readonly #host: string;

  constructor(private readonly options: RestApiOptions) {
    this.#host = new URL(options.baseURL).host;
  }

  async ask(request: RestRequest): Promise<RestAnswer> {
    const { http, headers, insecureSkipTLSVerify, maxBytes } = this.options;
    const { method = 'GET', body, accept = [] } = request;
    const response = await http.send({
      url: this.#urlOf(request),
      method,
      headers: {
        accept: 'application/json',
        ...headers,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      maxBytes: maxBytes ?? DEFAULT_MAX_BYTES,
      timeoutMs: TIMEOUT_MS,
      insecureSkipTLSVerify,
      onRedirect: redirect => this.#refuseLostChange(method, redirect),
    });
    const { status } = response;
    const parsed = await this.#readBody(response);
    const isGood = status >= 200 && status < 300;
    if (isGood && isPage(response)) {
      throw this.#toPageError(status);
    }
    if (isGood || accept.includes(status)) {
      return { status, headers: response.headers, body: parsed };
    }
    throw this.#toError(request, response, tellBody(parsed));
  }

  /** As `ask`; what the answer must be is checked. */
  async read<T>(schema: z.ZodType<T>, request: RestRequest): Promise<T> {
    const { body } = await this.ask(request);
    return this.parse(schema, body);
  }

  /** @throws UpstreamUnavailableError for an answer of another shape. */
  parse<T>(schema: z.ZodType<T>, body: unknown): T {
    const parsed = schema.safeParse(body);
    if (!parsed.success) {
      const [{ path }] = parsed.error.issues;
      throw new UpstreamUnavailableError(
        this.#host,
        `${this.#host} answered something else than expected${
          path.length > 0 ? `, at ${path.join('.')}` : ''
        }`,
      );
    }
    return parsed.data;
  }

  /**
   * Reads a list page by page until there is no more.
   *
   * @param next - the query of the page after an answer, if there is one
   */
  async readPages<T>(
    schema: z.ZodType<T[]>,
    request: RestRequest,
    next: (
      answer: RestAnswer,
      items: T[],
      page: number,
    ) => RestRequest['query'],
  ): Promise<T[]> {
    const all: T[] = [];
    let query = request.query;
    for (let page = 1; query && page <= MAX_PAGES; page++) {
      const answer = await this.ask({ ...request, query });
      const items = this.parse(schema, answer.body);
      all.push(...items);
      const following = next(answer, items, page);
      query = following && { ...request.query, ...following };
    }
    return all;
  }

  /** @throws TerminalError for a name that is taken for the way to another path. */
  #urlOf({ path, query }: RestRequest): URL {
    const astray = path.split('/').find(part => /^\.{1,2}$/.test(part));
    if (astray !== undefined) {
      throw new TerminalError(
        `${this.#host} was not asked: "${astray}" is no name of anything`,
      );
    }
    const url = new URL(`${this.options.baseURL}${path}`);
    for (const [name, value] of Object.entries(query ?? {})) {
      for (const each of [value].flat()) {
        if (each !== undefined) url.searchParams.append(name, String(each));
      }
    }
    return url;
  }

  /**
   * Most redirects turn a change into a mere look at another page, such as one to log in,
   * and that there is such a page says nothing of the change.
   */
  #refuseLostChange(method: HttpMethod, { status, to }: HttpRedirect): void {
    const keepsMethod = status === 307 || status === 308;
    if (method !== 'GET' && method !== 'HEAD' && !keepsMethod) {
      throw new HostRefusedError(
        status,
        '',
        `${this.#host} did not take the change: it redirects to ${
          to.origin
        }, as hosts do that moved or want somebody to log in`,
      );
    }
  }

  /** Azure DevOps answers with 203 and its page to sign in at where it does not take a token. */
  #toPageError(status: number): Error {
    const host = this.#host;
    return status === 203
      ? new CredentialsRejectedError(
          `${host} did not accept ${this.options.credentials}, or wants one: it answered with a page to sign in at`,
        )
      : new UpstreamUnavailableError(
          host,
          `${host} answered with a page for people, as hosts do that sleep or want somebody to log in`,
        );
  }

  #toError(
    { method = 'GET' }: RestRequest,
    { status, headers }: HttpResponse,
    told: string,
  ): Error {
    const host = this.#host;
    const { subject, credentials, final = [] } = this.options;
    const words = told === '' ? '' : `: ${told}`;
    if (isThrottled(status, headers, told)) {
      return new UpstreamUnavailableError(host, `${host} throttles${words}`, {
        retryAt: this.#retryAt(headers),
      });
    }
    if (status === 401) {
      return new CredentialsRejectedError(
        `${host} did not accept ${credentials}, or wants one${words}`,
      );
    }
    if (status >= 500) {
      const retryAt = parseRetryAfter(
        headers['retry-after']?.[0],
        this.options.now(),
      );
      return new UpstreamUnavailableError(
        host,
        `${host} answered with status ${status}${words}`,
        retryAt === undefined ? {} : { retryAt },
      );
    }
    const isMissing = status === 404 && method === 'GET';
    const message = isMissing
      ? `${host} knows no such ${subject}, or does not show it with ${credentials}`
      : `${host} refused with status ${status}${words}`;
    if (final.includes(status)) {
      return new TerminalError(message);
    }
    return isMissing
      ? new NotFoundError(message)
      : new HostRefusedError(status, told, message);
  }

  async #readBody({ body }: HttpResponse): Promise<unknown> {
    if (body.length === 0) {
      return undefined;
    }
    const { http, readJson = http.readJson?.bind(http) } = this.options;
    try {
      return await (readJson ?? parseJson)(body);
    } catch (error) {
      if (isUpstreamUnavailableError(error)) {
        // Nobody has looked at the answer.
        throw error;
      }
      // Proxies answer in HTML; what the status says is all that counts then.
      return undefined;
    }
  }

  /** By whichever header the host tells it. */
  #retryAt(headers: HttpHeaders): number {
    const now = this.options.now();
    const reset = Number(
      headers['x-ratelimit-reset']?.[0] ?? headers['ratelimit-reset']?.[0],
    );
    return (
      parseRetryAfter(headers['retry-after']?.[0], now) ??
      (reset * 1000 > now
        ? Math.min(reset * 1000, now + 3_600_000)
        : undefined) ??
      now + DEFAULT_PAUSE_MS
    );
  }
}

/** Whatever its status says: who sends it is not the API, and has done nothing. */
function isPage({ headers, body }: HttpResponse): boolean {
  return (
    body.length > 0 &&
    /^\s*text\/html\b/i.test(headers['content-type']?.[0] ?? '')
  );
}

/** GitHub throttles with 403 as well, and tells a refusal of the same status by its headers. */
function isThrottled(
  status: number,
  headers: HttpHeaders,
  told: string,
): boolean {
  return (
    status === 429 ||
    (status === 403 &&
      (headers['x-ratelimit-remaining']?.[0] === '0' ||
        headers['retry-after'] !== undefined ||
        /rate limit/i.test(told)))
  );
}

async function parseJson(body: Buffer): Promise<unknown> {
  return JSON.parse(body.toString('utf8'));
}

const Told = z.object({
  message: z.unknown().optional(),
  error: z.unknown().optional(),
  errors: z.unknown().optional(),
  errorMessages: z.unknown().optional(),
});
const LONGEST_WORDS = 500;

/** The host's own words, in whatever member of the answer it puts them. */
function tellBody(body: unknown): string {
  const { message, error, errors, errorMessages } =
    Told.safeParse(body).data ?? {};
  const words = [
    ...namedTexts(message),
    ...collectTexts(error),
    ...namedTexts(errors),
    ...collectTexts(errorMessages),
  ];
  return [...new Set(words)].join('; ').slice(0, LONGEST_WORDS);
}

const Named = z.record(z.string(), z.union([z.string(), z.array(z.string())]));

/** Of an object that tells what is wrong by the names of fields, the names as well. */
function namedTexts(value: unknown): string[] {
  const named = Named.safeParse(value).data;
  return named
    ? Object.entries(named)
        .slice(0, 5)
        .flatMap(([name, told]) =>
          collectTexts(told).map(text =>
            text.includes(name) ? text : `${name}: ${text}`,
          ),
        )
    : collectTexts(value);
}

function collectTexts(value: unknown): string[] {
  if (typeof value === 'string') {
    return [value.trim()].filter(text => text !== '');
  }
  if (Array.isArray(value)) {
    return value.slice(0, 5).flatMap(collectTexts);
  }
  return typeof value === 'object' && value !== null
    ? Object.values(value).slice(0, 5).flatMap(collectTexts)
    : [];
}

/** Parts of a path, each encoded as a whole. @public */
export function pathOf(...parts: (string | number)[]): string {
  return parts.map(part => `/${encodeURIComponent(part)}`).join('');
}

/** As {@link pathOf}, for names of branches, whose slashes are part of the path. @public */
export function branchPath(branch: string): string {
  return branch.split('/').map(encodeURIComponent).join('/');
}
