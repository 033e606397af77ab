import { Readable } from 'node:stream';
import { InputError } from '@backstage/errors';
import { UpstreamUnavailableError } from 'backstage-plugin-kargo-node';
import {
  HttpMethod,
  HttpRequest,
  HttpResponseHead,
  UploadRequest,
} from '../../ports/HttpClient';
import { findAuthorization } from './userinfo';

const DEFAULT_MAX_REDIRECTS = 10;

/**
 * Names of fields that prove who is asking, and belong to the origin they were meant for:
 * `Authorization` and `Cookie`, and what hosts have instead, such as `Private-Token`,
 * `X-Api-Key` and `X-Auth-Token`.
 */
const PRIVATE_HEADER =
  /auth|cookie|token|secret|passw|credential|session|signature|(^|[-_])(api)?key$/i;

/** Names and values of fields as RFC 9110 has them (5.1 and 5.5). */
const FIELD_NAME = /^[\w!#$%&'*+.^`|~-]+$/;
const FIELD_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** The next request on the way to an answer. */
export interface PendingRequest {
  readonly url: URL;
  readonly method: HttpMethod;
  readonly headers: ReadonlyArray<readonly [string, string]>;
  readonly body?: UploadRequest['body'];
  /** Redirects followed so far. */
  readonly redirects: number;
  /** Host whose redirect led here. */
  readonly redirectedFrom?: string;
}

/**
 * The first request of an exchange. Who asks by its URL is told in a header, as curl does it.
 *
 * @throws InputError when its URL is none, or of another scheme than HTTP, or a header can
 * not be sent.
 */
export function startRequest(request: UploadRequest): PendingRequest {
  const url = parseUrl(request.url);
  const authorization = findAuthorization(url);
  url.username = '';
  url.password = '';
  const { headers = {} } = request;
  const given = isPairs(headers) ? headers : Object.entries(headers);
  given.forEach(assertCanBeSent);
  const isGiven = given.some(([name]) => /^authorization$/i.test(name));
  return {
    url,
    method: request.method ?? 'GET',
    headers:
      authorization === undefined || isGiven
        ? given
        : [...given, ['authorization', authorization]],
    body: request.body,
    redirects: 0,
  };
}

/**
 * The request that a redirect asks for (RFC 9110, 15.4); `undefined` when the answer is
 * final, as it is to a stream, which cannot be sent again.
 *
 * @throws UpstreamUnavailableError when there are too many, or the target makes no sense.
 */
export function nextRequest(
  request: UploadRequest,
  pending: PendingRequest,
  answer: HttpResponseHead,
): PendingRequest | undefined {
  const location = answer.headers.location?.[0];
  const maxRedirects = request.maxRedirects ?? DEFAULT_MAX_REDIRECTS;
  const isSent = pending.body instanceof Readable;
  if (!isRedirect(answer.status) || !location || maxRedirects === 0 || isSent) {
    return undefined;
  }
  const { host } = pending.url;
  if (pending.redirects >= maxRedirects) {
    throw new UpstreamUnavailableError(
      host,
      `${host} redirects in circles: gave up after ${maxRedirects} redirects`,
    );
  }
  const to = targetOf(location, pending.url);
  request.onRedirect?.({ status: answer.status, from: pending.url, to });
  const keepsMethod =
    answer.status >= 307 ||
    pending.method === 'GET' ||
    pending.method === 'HEAD';
  return {
    url: to,
    method: keepsMethod ? pending.method : 'GET',
    headers: headersFor(pending, to, keepsMethod),
    body: keepsMethod ? pending.body : undefined,
    redirects: pending.redirects + 1,
    redirectedFrom: host,
  };
}

function parseUrl(text: string | URL): URL {
  // The text is not repeated in messages: it may contain credentials.
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url) throw new InputError('the URL of a request cannot be read');
  if (!/^https?:$/.test(url.protocol)) {
    throw new InputError(
      `expected an http:// or https:// URL, found ${url.protocol}//${url.host}`,
    );
  }
  return url;
}

/** The value is not repeated: it may be a token, and most often is one. */
function assertCanBeSent([name, value]: readonly [string, string]): void {
  if (!FIELD_NAME.test(name)) {
    throw new InputError(`${JSON.stringify(name)} can be no name of a header`);
  }
  if (!FIELD_VALUE.test(value)) {
    throw new InputError(
      `the header "${name}" has a value with a line break, or another character that no header can have; if it comes from a Secret, see whether that ends in a line break`,
    );
  }
}

function isRedirect(status: number): boolean {
  return [301, 302, 303, 307, 308].includes(status);
}

/**
 * Where a `Location` leads.
 *
 * @throws UpstreamUnavailableError when it makes no sense, or leads away from TLS.
 */
export function targetOf(location: string, from: URL): URL {
  let to: URL;
  try {
    to = new URL(location, from);
  } catch (error) {
    throw new UpstreamUnavailableError(
      from.host,
      `${from.host} redirects to something that is not a URL`,
      { cause: error },
    );
  }
  const isDowngrade = from.protocol === 'https:' && to.protocol === 'http:';
  if (isDowngrade || !/^https?:$/.test(to.protocol)) {
    throw new UpstreamUnavailableError(
      from.host,
      `${from.host} redirects from ${from.protocol}// to ${to.protocol}//${to.host}, which is not followed`,
    );
  }
  return to;
}

function headersFor(
  pending: PendingRequest,
  to: URL,
  keepsMethod: boolean,
): PendingRequest['headers'] {
  const staysHome = to.origin === pending.url.origin;
  return pending.headers.filter(([name]) => {
    if (!staysHome && PRIVATE_HEADER.test(name)) return false;
    return keepsMethod || !/^content-/i.test(name);
  });
}

function isPairs(
  headers: NonNullable<HttpRequest['headers']>,
): headers is ReadonlyArray<readonly [string, string]> {
  return Array.isArray(headers);
}
