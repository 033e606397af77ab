import { ObjectSnapshot } from '../api/answers';
import {
  AnswerOf,
  OperationId,
  Operations,
  RequestOf,
} from '../api/operations';
import { WatchedKinds } from '../api/watchedKinds';
import { KargoEvent } from '../model/core';
import { Resource } from '../model/metadata';
import type { isOutOfRangeError, KargoRequestError } from './KargoRequestError';

/** Options of every request. @public */
export interface RequestOptions {
  signal?: AbortSignal;
}

/** What an operation is called with: a request where it has parts, and options. @public */
export type CallArguments<Id extends OperationId> = object extends RequestOf<Id>
  ? [request?: RequestOf<Id>, options?: RequestOptions]
  : [request: RequestOf<Id>, options?: RequestOptions];

/** Calls one operation. @public */
export type OperationCall<Id extends OperationId> = (
  ...args: CallArguments<Id>
) => Promise<AnswerOf<Id>>;

/** Every operation but those that only stream, by its name. @public */
export type OperationCalls = {
  [Id in Exclude<OperationId, 'watchMany'>]: OperationCall<Id>;
};

/** Operations that answer one object that can be watched. @public */
export type ObjectOperationId = {
  [Id in OperationId]: Operations[Id] extends { watchable: true }
    ? AnswerOf<Id> extends Resource
      ? Id
      : never
    : never;
}[OperationId];

/** One change of one resource. @public */
export interface WatchEvent<T> {
  type: 'ADDED' | 'MODIFIED' | 'DELETED';
  object: T;
}

/**
 * A change, or how far a watch has come without one. `resourceVersion` is where to go on from.
 *
 * @public
 */
export type WatchProgress<T> =
  | (WatchEvent<T> & { resourceVersion: string })
  | { type: 'BOOKMARK'; resourceVersion: string };

/** What to watch: a list, or one resource by name. @public */
export interface WatchRequest<K extends keyof WatchedKinds> {
  project: string;
  kind: K;
  name?: string;
  /** Promotions of one Stage only. */
  stage?: string;
  /** Names of Warehouses, for Freight and Stages. */
  origins?: string[];
  /** Where to continue; from a list, an object that was read, or an earlier event. */
  resourceVersion?: string;
}

/** Watches that share a stream, by what the caller names them. @public */
export type NamedWatches = Record<string, WatchRequest<keyof WatchedKinds>>;

/**
 * What arrives for one of several watches: a change, how far it has come without one, or
 * why it ended. `resourceVersion` is where to go on from.
 *
 * @public
 */
export type NamedWatchEvent<W extends NamedWatches = NamedWatches> = {
  [Id in keyof W]:
    | (WatchProgress<WatchedKinds[W[Id]['kind']] & Resource> & { id: Id })
    | { id: Id; type: 'ERROR'; error: KargoRequestError };
}[keyof W];

/** How to watch. @public */
export interface WatchOptions {
  signal?: AbortSignal;
  /** The server accepted the watch. */
  onOpen?: () => void;
  /** Something arrived, if only a keep-alive. */
  onActivity?: () => void;
}

/**
 * Everything that the interface and programs ask of Kargo: the operations of the API by
 * name, and their watches. Refused and failed requests reject with a `KargoRequestError`.
 *
 * @public
 */
export interface KargoApi extends OperationCalls {
  /** Reads one object together with where a watch of it may start. */
  read<Id extends ObjectOperationId>(
    operation: Id,
    request: RequestOf<Id>,
    options?: RequestOptions,
  ): Promise<ObjectSnapshot<AnswerOf<Id>>>;
  /**
   * Streams changes until the server closes the stream, which ends the iteration, or
   * reports an error, which rejects.
   */
  watch<K extends keyof WatchedKinds>(
    request: WatchRequest<K>,
    options?: WatchOptions,
  ): AsyncIterable<WatchEvent<WatchedKinds[K] & Resource>>;
  /**
   * Streams what happens in all projects, from a revision on if one is given. The server
   * closes the stream from time to time, and whoever goes on opens it from the last revision that
   * it told.
   *
   * @throws `KargoRequestError`; {@link isOutOfRangeError} tells that the revision is too old
   */
  watchEvents(
    request?: { resourceVersion?: string },
    options?: WatchOptions,
  ): AsyncIterable<WatchProgress<KargoEvent>>;
  /**
   * Streams several watches over one connection. A watch that fails is reported and ends;
   * the others go on. Ends and rejects as {@link KargoApi.watch} does.
   */
  watchMany<W extends NamedWatches>(
    watches: W,
    options?: WatchOptions,
  ): AsyncIterable<NamedWatchEvent<W>>;
  /**
   * What a job of a verification has printed, and what it prints until it ends, in pieces.
   *
   * @throws `KargoRequestError`, also while it goes on
   */
  streamLogs(
    request: RequestOf<'getAnalysisRunLogs'>,
    options?: RequestOptions,
  ): AsyncIterable<string>;
}
