import { Readable } from 'node:stream';

/** @see HttpRequest @public */
export type HttpMethod = 'DELETE' | 'GET' | 'HEAD' | 'PATCH' | 'POST' | 'PUT';

/**
 * Header fields of a request; pairs where a name must be sent more than once.
 *
 * @public
 */
export type HttpHeaderList =
  | Readonly<Record<string, string>>
  | ReadonlyArray<readonly [name: string, value: string]>;

/** A redirect that a server asks for. @public */
export interface HttpRedirect {
  status: number;
  from: URL;
  to: URL;
}

/** One request to a remote host. @public */
export interface HttpRequest {
  url: string | URL;
  /** `GET` unless told. */
  method?: HttpMethod;
  headers?: HttpHeaderList;
  body?: string | Uint8Array;
  /** Largest accepted body after decompression, in bytes; 8 MiB unless told. */
  maxBytes?: number;
  /** Time for the whole exchange with redirects and body, in milliseconds; 2 minutes unless told. */
  timeoutMs?: number;
  /**
   * Longest silence before the answer and within its body, in milliseconds; as long as
   * `timeoutMs` when that is given, else 30 seconds.
   */
  maxSilenceMs?: number;
  /** Redirects to follow; 10 unless told, 0 hands a redirect to the caller. */
  maxRedirects?: number;
  /** Sees each redirect before it is followed; throwing refuses it. */
  onRedirect?(redirect: HttpRedirect): void;
  insecureSkipTLSVerify?: boolean;
  /** `http(s)://…` of a proxy to go through instead of the portal's own. */
  proxy?: string;
  signal?: AbortSignal;
}

/** Header fields of an answer; names in lower case. @public */
export type HttpHeaders = Readonly<Record<string, readonly string[]>>;

/** The head of an answer. @public */
export interface HttpResponseHead {
  status: number;
  headers: HttpHeaders;
  /** Where the answer came from after redirects. */
  url: URL;
}

/** An answer whose body has been read. @public */
export interface HttpResponse extends HttpResponseHead {
  /** Decompressed. */
  body: Buffer;
}

/**
 * An answer whose body is still to be read; the reader must drain or destroy it.
 *
 * @public
 */
export interface HttpStream extends HttpResponseHead {
  /** Decompressed; breaks with an error past the size limit or the time limit. */
  body: Readable;
}

/**
 * Speaks HTTP with hosts that users name.
 *
 * @remarks
 * Any status is an answer, not an error. What prevents an answer is an
 * `UpstreamUnavailableError` naming the host; an address that the egress policy refuses
 * is an `InputError`; the signal's reason is thrown as it is. `Authorization`, cookies
 * and fields whose names tell of a token, a key or another secret never follow a redirect to
 * another origin.
 *
 * @public
 */
export interface HttpClient {
  send(request: HttpRequest): Promise<HttpResponse>;
  /** As `send`, for bodies too large to hold. */
  open(request: HttpRequest): Promise<HttpStream>;
  /**
   * The body of an answer as JSON, read within the portal's limits, a large one beside its
   * other work. A client of a test may leave it out.
   *
   * @throws Error that says what is wrong with the body and shows nothing of it;
   * `UpstreamUnavailableError` when nobody has looked at it
   */
  readJson?(body: Buffer): Promise<unknown>;
}
