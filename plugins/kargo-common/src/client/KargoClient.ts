import { ObjectSnapshot, RESOURCE_VERSION_HEADER } from '../api/answers';
import { OPERATION_IDS, OPERATIONS } from '../api/operations';
import { WatchedKinds } from '../api/watchedKinds';
import { Operation } from '../api/operation';
import { KargoEvent } from '../model/core';
import { Resource } from '../model/metadata';
import { EventFrame, readEventStream } from './eventStream';
import {
  KargoApi,
  NamedWatches,
  NamedWatchEvent,
  OperationCalls,
  RequestOptions,
  WatchEvent,
  WatchOptions,
  WatchProgress,
  WatchRequest,
} from './KargoApi';
import { KargoRequestError } from './KargoRequestError';
import {
  formatQuery,
  HttpRequest,
  operationRequest,
  pathPart,
  QueryValue,
} from './operationRequest';
import { parseObject, responseError, streamError } from './responseError';
import { watchLocation } from './watchLocation';

/** What the client needs of a `fetch`; the portal's `fetchApi` has it. @public */
export type KargoFetch = (url: string, init?: RequestInit) => Promise<Response>;

/** How to reach Kargo. @public */
export interface KargoClientOptions {
  /** Adds credentials where they are needed. */
  fetch: KargoFetch;
  /**
   * Address in front of `/v1beta1`: `https://portal.example/api/kargo` for programs,
   * `plugin://kargo` (the default) in the portal's frontend.
   */
  baseUrl?: string;
}

/** One request of the HTTP API. @public */
export interface KargoRequest extends RequestOptions {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  query?: Record<string, QueryValue>;
  /** Sent as JSON; a string is sent as YAML text. */
  body?: unknown;
}

/** {@link KargoApi} over HTTP. @public */
export interface KargoClient extends KargoApi {
  /**
   * Sends any request of the API and returns its JSON answer, for programs that know the
   * path at run time only.
   *
   * @param path - segments below `/v1beta1`; they are escaped here.
   */
  request<T>(path: string[], request?: KargoRequest): Promise<T>;
}

/** Creates clients. @public */
export const KargoClient = {
  /** Creates a client. It keeps no state and no connection. */
  create(options: KargoClientOptions): KargoClient {
    const sender = createSender(options);
    return {
      ...createCalls(sender),
      request: async (
        path,
        { method = 'GET', query = {}, body, signal } = {},
      ) =>
        readJson(
          sender(
            method,
            { path: `/${path.map(pathPart).join('/')}`, query, body },
            { signal },
          ),
        ),
      read: (id, request, requestOptions = {}) =>
        readObject(sender, OPERATIONS[id], request, requestOptions),
      watch: (request, watchOptions = {}) =>
        watch(sender, request, watchOptions),
      watchEvents: ({ resourceVersion } = {}, watchOptions = {}) =>
        watchEvents(sender, resourceVersion, watchOptions),
      watchMany: (watches, watchOptions = {}) =>
        watchMany(sender, watches, watchOptions),
      streamLogs: (request, requestOptions = {}) =>
        streamLogs(sender, request, requestOptions),
    };
  },
};

/** Sends a request; rejects with a `KargoRequestError` when it is refused. */
type Sender = (
  method: string,
  request: HttpRequest,
  options: { signal?: AbortSignal | undefined; accept?: string },
) => Promise<Response>;

function createSender({
  fetch,
  baseUrl = 'plugin://kargo',
}: KargoClientOptions): Sender {
  const base = `${baseUrl.replace(/\/+$/, '')}/v1beta1`;
  return async (
    method,
    { path, query, body },
    { signal, accept = 'application/json' },
  ) => {
    const response = await fetch(`${base}${path}${formatQuery(query)}`, {
      method,
      headers: {
        Accept: accept,
        ...(body !== undefined && { 'Content-Type': contentType(body) }),
      },
      ...(body !== undefined && {
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
      ...(signal && { signal }),
    });
    if (!response.ok) {
      throw await responseError(response);
    }
    return response;
  };
}

function contentType(body: unknown): string {
  return typeof body === 'string' ? 'application/yaml' : 'application/json';
}

/** One function per operation, as the table describes it. */
function createCalls(sender: Sender): OperationCalls {
  return Object.fromEntries(
    OPERATION_IDS.map(id => {
      const operation: Operation = OPERATIONS[id];
      const method = operation.method.toUpperCase();
      return [
        id,
        async (request: object = {}, options: RequestOptions = {}) =>
          readJson(
            sender(method, operationRequest(operation, request), options),
          ),
      ];
    }),
    // The table gives each function the type that its entry describes.
  ) as unknown as OperationCalls;
}

async function readObject<T>(
  sender: Sender,
  operation: Operation,
  request: object,
  options: RequestOptions,
): Promise<ObjectSnapshot<T>> {
  const response = await sender(
    'GET',
    operationRequest(operation, request),
    options,
  );
  return {
    object: (await response.json()) as T,
    resourceVersion: response.headers.get(RESOURCE_VERSION_HEADER) ?? '',
  };
}

async function readJson<T>(sent: Promise<Response>): Promise<T> {
  const text = await (await sent).text();
  return (text === '' ? undefined : JSON.parse(text)) as T;
}

function watch<K extends keyof WatchedKinds>(
  sender: Sender,
  request: WatchRequest<K>,
  options: WatchOptions,
): AsyncGenerator<WatchEvent<WatchedKinds[K] & Resource>> {
  return watchAt(sender, watchLocation(request), options);
}

/** What servers send of events: older ones tell where to go on in the event alone, which is never changed. */
type SentProgress =
  | (WatchEvent<KargoEvent> & { resourceVersion?: string })
  | Extract<WatchProgress<KargoEvent>, { type: 'BOOKMARK' }>;

async function* watchEvents(
  sender: Sender,
  resourceVersion: string | undefined,
  options: WatchOptions,
): AsyncGenerator<WatchProgress<KargoEvent>> {
  const request = operationRequest(OPERATIONS.listAllEvents, {});
  const location = { ...request, query: { resourceVersion } };
  for await (const change of watchAt<SentProgress>(sender, location, options)) {
    if (change.type === 'BOOKMARK') {
      yield change;
      continue;
    }
    const { metadata } = change.object;
    yield {
      ...change,
      resourceVersion: change.resourceVersion ?? metadata.resourceVersion,
    };
  }
}

async function* watchAt<E>(
  sender: Sender,
  { path, query, body }: HttpRequest,
  options: WatchOptions,
): AsyncGenerator<E> {
  const location = { path, query: { watch: true, ...query }, body };
  for await (const frame of stream(sender, location, options)) {
    if (frame.event === 'error') {
      throw streamError(frame.data);
    }
    yield JSON.parse(frame.data);
  }
}

async function* watchMany<W extends NamedWatches>(
  sender: Sender,
  watches: W,
  options: WatchOptions,
): AsyncGenerator<NamedWatchEvent<W>> {
  const subscribe = Object.entries(watches).map(([id, request]) => {
    const { path, query } = watchLocation(request);
    return `${id}=${path}${formatQuery(query)}`;
  });
  const location = operationRequest(OPERATIONS.watchMany, { subscribe });
  for await (const frame of stream(sender, location, options)) {
    if (frame.event !== 'error') {
      yield JSON.parse(frame.data);
      continue;
    }
    const error: KargoRequestError = streamError(frame.data);
    const id = parseObject(frame.data)?.id;
    if (typeof id !== 'string') {
      throw error;
    }
    yield { id, type: 'ERROR', error };
  }
}

async function* streamLogs(
  sender: Sender,
  request: object,
  options: RequestOptions,
): AsyncGenerator<string> {
  const location = operationRequest(OPERATIONS.getAnalysisRunLogs, request);
  for await (const frame of stream(sender, location, options)) {
    if (frame.event === 'error') {
      throw streamError(frame.data);
    }
    yield frame.data;
  }
}

async function* stream(
  sender: Sender,
  location: HttpRequest,
  { signal, onOpen, onActivity }: WatchOptions,
): AsyncGenerator<EventFrame> {
  const response = await sender('GET', location, {
    signal,
    accept: 'text/event-stream',
  });
  onOpen?.();
  if (response.body) {
    yield* readEventStream(response.body, onActivity);
  }
}
