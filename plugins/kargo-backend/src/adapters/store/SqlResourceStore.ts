import { NotFoundError } from '@backstage/errors';
import {
  Draft,
  formatKey,
  Resource,
  ResourceKey,
} from 'backstage-plugin-kargo-common';
import { Knex } from 'knex';
import { Clock } from '../../ports/Clock';
import {
  IndexDeclaration,
  ListOptions,
  ResourceList,
  ResourceStore,
  WakeupRule,
  WatchEvent,
} from '../../ports/ResourceStore';
import { SqlWorkQueue } from '../queue/SqlWorkQueue';
import { createUuid } from '../system/ids';
import { ChangeFeed } from './ChangeFeed';
import { countResources } from './operations/countResources';
import { createResource } from './operations/createResource';
import { deleteResource } from './operations/deleteResource';
import { findResource } from './operations/findResource';
import { listResources } from './operations/listResources';
import { patchResource } from './operations/patchResource';
import { patchStatus } from './operations/patchStatus';
import { rebuildIndexes } from './operations/rebuildIndexes';
import { replaceResource } from './operations/replaceResource';
import { RotationReport, rotateSecrets } from './operations/rotateSecrets';
import { watchResources } from './operations/watchResources';
import { SecretCipher } from './SecretCipher';
import { StoreContext } from './StoreContext';
import { TermRules } from './terms';

const DEFAULT_HISTORY_LIMIT = 10_000;
const DEFAULT_POLL_INTERVAL_MS = 1_000;
const DEFAULT_BOOKMARK_AFTER_MS = 30_000;

/** What a {@link SqlResourceStore} needs. */
export interface SqlResourceStoreOptions {
  /** A migrated database, see `migrateDatabase`. */
  knex: Knex;
  clock: Clock;
  /** Indexes and sort keys of all kinds. */
  indexes: readonly IndexDeclaration[];
  /** Which keys to mark for a change. */
  wakeups: WakeupRule;
  secrets: SecretCipher;
  /** The queue of this replica, told after a write that marked something. */
  queue: SqlWorkQueue;
  /** Source of uids, a random UUID by default. */
  ids?: () => string;
  /** Most changes that are kept for watches, 10,000 by default. */
  historyLimit?: number;
  /** How often watches look for changes of other replicas, one second by default. */
  pollIntervalMs?: number;
  /** After how long without an event a watch sends a bookmark, 30 seconds by default. */
  bookmarkAfterMs?: number;
}

/**
 * Keeps resources in the portal's database, SQLite or PostgreSQL.
 *
 * @remarks The write protocol is described in `commitChanges`, the one of watches in
 * `ChangeFeed` and `watchResources`.
 */
export class SqlResourceStore implements ResourceStore {
  readonly #ctx: StoreContext;

  static create(options: SqlResourceStoreOptions): SqlResourceStore {
    return new SqlResourceStore(options);
  }

  private constructor(options: SqlResourceStoreOptions) {
    const { knex, clock, wakeups, secrets, queue } = options;
    this.#ctx = {
      ...{ knex, clock, wakeups, secrets },
      rules: TermRules.create(options.indexes),
      createUid: options.ids ?? createUuid,
      feed: ChangeFeed.create({
        ...{ knex, clock },
        pollIntervalMs: options.pollIntervalMs ?? DEFAULT_POLL_INTERVAL_MS,
      }),
      historyLimit: options.historyLimit ?? DEFAULT_HISTORY_LIMIT,
      bookmarkAfterMs: options.bookmarkAfterMs ?? DEFAULT_BOOKMARK_AFTER_MS,
      markIn: (tx, marks) => queue.markIn(tx, marks),
      notifyMarked: kinds => queue.notifyMarked(kinds),
    };
  }

  // The kind decides the type, and callers know what they ask for: hence the casts.

  async find<T extends Resource>(key: ResourceKey): Promise<T | undefined> {
    return (await findResource(this.#ctx, key)) as Resource as T | undefined;
  }

  async get<T extends Resource>(key: ResourceKey): Promise<T> {
    const found = await this.find<T>(key);
    if (!found) {
      throw new NotFoundError(`${formatKey(key)} does not exist`);
    }
    return found;
  }

  async list<T extends Resource>(
    kind: string,
    options?: ListOptions,
  ): Promise<ResourceList<T>> {
    const page: ResourceList = await listResources(this.#ctx, kind, options);
    return page as ResourceList<T>;
  }

  async count(
    kind: string,
    options?: Pick<ListOptions, 'namespace' | 'index'>,
  ): Promise<number> {
    return countResources(this.#ctx, kind, options);
  }

  async create<T extends Resource>(draft: Draft<T>): Promise<T> {
    return (await createResource(this.#ctx, draft)) as Resource as T;
  }

  async replace<T extends Resource>(resource: Draft<T>): Promise<T> {
    return (await replaceResource(this.#ctx, resource)) as Resource as T;
  }

  async patch<T extends Resource>(
    key: ResourceKey,
    patch: object,
    options?: { resourceVersion?: string },
  ): Promise<T> {
    const next = await patchResource(this.#ctx, key, { ...options, patch });
    return next as Resource as T;
  }

  async patchStatus<T extends Resource>(
    key: ResourceKey,
    patch: object,
    options?: { resourceVersion?: string },
  ): Promise<T> {
    const next = await patchStatus(this.#ctx, key, { ...options, patch });
    return next as Resource as T;
  }

  async delete<T extends Resource>(
    key: ResourceKey,
    options?: { resourceVersion?: string },
  ): Promise<T> {
    return (await deleteResource(this.#ctx, key, options)) as Resource as T;
  }

  watch<T extends Resource>(
    kind: string,
    options: ListOptions & { resourceVersion?: string; signal: AbortSignal },
  ): AsyncIterable<WatchEvent<T>> {
    const events: AsyncIterable<WatchEvent> = watchResources(
      this.#ctx,
      kind,
      options,
    );
    return events as AsyncIterable<WatchEvent<T>>;
  }

  /**
   * Brings everything encrypted with an earlier key under the current one. Call it after
   * the keys have changed, on one replica, when all replicas know the new key.
   */
  async rotateSecrets(): Promise<RotationReport> {
    return rotateSecrets(this.#ctx);
  }

  /**
   * Brings indexes and sort keys up to date with their declarations. Call it before the
   * engine starts.
   *
   * @param version - changes whenever a declaration does; at most 63 characters
   * @returns whether there was something to do
   */
  async rebuildIndexes(version: string): Promise<boolean> {
    return rebuildIndexes(this.#ctx, version);
  }
}
