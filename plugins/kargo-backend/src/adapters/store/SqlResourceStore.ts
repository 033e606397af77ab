import { InputError, NotFoundError } from '@backstage/errors';
import {
  Draft,
  formatKey,
  KindMap,
  Resource,
  ResourceKey,
  ResourceOf,
} from 'backstage-plugin-kargo-common';
import { GoneError } from 'backstage-plugin-kargo-node';
import { Knex } from 'knex';
import { Clock } from '../../ports/Clock';
import { WakeupRule } from '../../ports/Changes';
import {
  Crowd,
  IndexDeclaration,
  IndexedListOptions,
  IndexedStore,
  IndexSelection,
  CountOptions,
  FirstOptions,
  FirstSelection,
  Found,
} from '../../ports/ResourceIndex';
import {
  Precondition,
  ResourceList,
  ResourceTypes,
  StatusPatchOptions,
  StoreWrite,
  WatchEvent,
  WatchOptions,
} from '../../ports/ResourceStore';
import { SqlWorkQueue } from '../queue/SqlWorkQueue';
import { createUuid } from '../system/ids';
import { askTogether } from './askTogether';
import { ChangeFeed } from './ChangeFeed';
import { StoredResource, toNumber } from './conversion';
import { KnownRevisions } from './KnownRevisions';
import { countResources } from './operations/countResources';
import { listCrowds } from './operations/listCrowds';
import { deleteResource } from './operations/deleteResource';
import { findResources } from './operations/findResources';
import { findShared } from './operations/findShared';
import { listFirst } from './operations/listFirst';
import { listResources } from './operations/listResources';
import { passOverRevisions } from './operations/passOverRevisions';
import { indexOthersWrites, rebuildIndexes } from './operations/rebuildIndexes';
import { replaceResource } from './operations/replaceResource';
import { RotationReport, rotateSecrets } from './operations/rotateSecrets';
import { watchResources } from './operations/watchResources';
import { ReplicaSignals } from './ReplicaSignals';
import { RowHints } from './RowHints';
import { SecretCipher } from './SecretCipher';
import { SharedResources } from './SharedResources';
import { answerInTime } from './databaseError';
import { assertStorableKey } from './storableText';
import { StoreContext } from './StoreContext';
import { TermRules } from './terms';
import { inTurn } from './turns';
import { WriteGroups } from './WriteGroups';
import { KindIn } from '../../ports/kinds';

const DEFAULT_HISTORY_LIMIT = 10_000;
const DEFAULT_HISTORY_BYTES = 64 * 1024 * 1024;
const DEFAULT_POLL_INTERVAL_MS = 1_000;
/** How often watches look although other replicas tell of changes. */
const NET_INTERVAL_MS = 30_000;
const DEFAULT_BOOKMARK_AFTER_MS = 30_000;

/** What a {@link SqlResourceStore} needs. */
export interface SqlResourceStoreOptions {
  /** A migrated database, see `migrateDatabase`. */
  knex: Knex;
  clock: Clock;
  /** Kinds that it keeps, any by default. */
  kinds?: readonly string[];
  /** Indexes and sort keys of all kinds. */
  indexes: readonly IndexDeclaration[];
  /** Which keys to mark for a change. */
  wakeups: WakeupRule;
  secrets: SecretCipher;
  /** The queue of this replica, told after a write that marked something. */
  queue: SqlWorkQueue;
  /** Tells other replicas that something has changed, and hears it from them. */
  signals?: ReplicaSignals;
  /** Source of uids, a random UUID by default. */
  ids?: () => string;
  /** Most changes that are kept for watches, 10,000 by default. */
  historyLimit?: number;
  /** What these changes may take together, 64 MiB by default. */
  historyBytes?: number;
  /** How often watches look for changes of other replicas, one second by default. */
  pollIntervalMs?: number;
  /** After how long without an event a watch sends a bookmark, 30 seconds by default. */
  bookmarkAfterMs?: number;
  /** Told of the newest revision of which this replica knew when the database had lost some. */
  onWritesLost?: (lost: number) => void;
}

/**
 * Keeps resources in the portal's database, SQLite or PostgreSQL.
 *
 * @remarks The write protocol is described in `commitChanges`, the one of watches in
 * `ChangeFeed` and `watchResources`.
 */
export class SqlResourceStore<M extends ResourceTypes<M> = KindMap>
  implements IndexedStore<M>
{
  readonly #ctx: StoreContext;
  readonly #find: (key: ResourceKey) => Promise<StoredResource | undefined>;
  readonly #findShared: (key: ResourceKey) => Promise<Found<StoredResource>>;
  readonly #writes: WriteGroups;
  readonly #kinds: readonly string[] | undefined;
  readonly #writeListeners: Array<(key: ResourceKey) => void> = [];

  static create<M extends ResourceTypes<M> = KindMap>(
    options: SqlResourceStoreOptions,
  ): SqlResourceStore<M> {
    return new SqlResourceStore(options);
  }

  private constructor(options: SqlResourceStoreOptions) {
    const { knex, clock, wakeups, secrets, queue, signals } = options;
    this.#kinds = options.kinds;
    const hints = new RowHints();
    const shared = new SharedResources(secrets);
    const forgetRows = () => {
      hints.clear();
      shared.clear();
    };
    const revisions = new KnownRevisions(async lost => {
      await passOverRevisions(knex, lost);
      forgetRows();
      this.#ctx.feed.fail(
        new GoneError(
          `The database has lost what came before revision ${lost}: list again`,
        ),
      );
      options.onWritesLost?.(lost);
    });
    this.#ctx = {
      ...{ knex, clock, wakeups, secrets, signals, hints, shared, revisions },
      rules: TermRules.create(options.indexes),
      createUid: options.ids ?? createUuid,
      feed: ChangeFeed.create({
        ...{ knex, clock, secrets, revisions },
        pollIntervalMs: () =>
          signals?.isListening
            ? NET_INTERVAL_MS
            : options.pollIntervalMs ?? DEFAULT_POLL_INTERVAL_MS,
      }),
      historyLimit: options.historyLimit ?? DEFAULT_HISTORY_LIMIT,
      historyBytes: options.historyBytes ?? DEFAULT_HISTORY_BYTES,
      bookmarkAfterMs: options.bookmarkAfterMs ?? DEFAULT_BOOKMARK_AFTER_MS,
      markIn: (tx, marks) => queue.markIn(tx, marks),
      notifyWritten: changes => {
        for (const { key } of changes) {
          this.#writeListeners.forEach(tell => tell(key));
        }
      },
      notifyMarked: marks => queue.notifyMarked(marks),
    };
    this.#find = askTogether(knex, keys => findResources(this.#ctx, keys));
    this.#findShared = askTogether(knex, keys => findShared(this.#ctx, keys));
    this.#writes = new WriteGroups(this.#ctx);
    signals?.onChanged(() => this.#ctx.feed.notify());
    signals?.onLost(forgetRows);
  }

  // A row holds what was stored under its kind, which is what the map says: hence the casts.

  async find<K extends KindIn<M>>(
    key: ResourceKey<K>,
  ): Promise<ResourceOf<K, M> | undefined> {
    this.#checkKind(key.kind);
    assertStorableKey(key);
    // From now on: questions before it may wait for as long.
    const found: Resource | undefined = await answerInTime(this.#find(key));
    return found as ResourceOf<K, M> | undefined;
  }

  async get<K extends KindIn<M>>(
    key: ResourceKey<K>,
  ): Promise<ResourceOf<K, M>> {
    const found = await this.find(key);
    if (!found) {
      throw new NotFoundError(`${formatKey(key)} does not exist`);
    }
    return found;
  }

  async findShared<K extends KindIn<M>>(
    key: ResourceKey<K>,
  ): Promise<Found<ResourceOf<K, M>>> {
    this.#checkKind(key.kind);
    assertStorableKey(key);
    const found: Found = await answerInTime(this.#findShared(key));
    return found as Found<ResourceOf<K, M>>;
  }

  async list<K extends KindIn<M>>(
    kind: K,
    options?: IndexedListOptions,
  ): Promise<ResourceList<ResourceOf<K, M>>> {
    this.#checkKind(kind);
    const page: ResourceList = await answerInTime(
      this.#inTurn(() => listResources(this.#ctx, kind, options)),
    );
    return page as ResourceList<ResourceOf<K, M>>;
  }

  async listFirst<K extends KindIn<M>>(
    kind: K,
    selections: readonly FirstSelection[],
    options: FirstOptions,
  ): Promise<Array<ResourceOf<K, M>[]>> {
    this.#checkKind(kind);
    const lists: Resource[][] = await answerInTime(
      this.#inTurn(() => listFirst(this.#ctx, kind, selections, options)),
    );
    return lists as Array<ResourceOf<K, M>[]>;
  }

  async listCrowds(
    kind: KindIn<M>,
    index: string,
    options: { moreThan: number },
  ): Promise<Crowd[]> {
    this.#checkKind(kind);
    return this.#inTurn(() => listCrowds(this.#ctx, kind, index, options));
  }

  async count(kind: KindIn<M>, options?: CountOptions): Promise<number> {
    this.#checkKind(kind);
    return answerInTime(
      this.#inTurn(() => countResources(this.#ctx, kind, options)),
    );
  }

  async create<K extends KindIn<M>>(
    draft: { kind: K } & Draft<ResourceOf<K, M>>,
  ): Promise<ResourceOf<K, M>> {
    const [created] = await this.write([{ create: draft }]);
    return created as ResourceOf<K, M>;
  }

  async replace<K extends KindIn<M>>(
    resource: { kind: K } & Draft<ResourceOf<K, M>>,
  ): Promise<ResourceOf<K, M>> {
    this.#checkKind(resource.kind);
    const next: Resource = await answerInTime(
      replaceResource(this.#ctx, resource),
    );
    return next as ResourceOf<K, M>;
  }

  async patch<K extends KindIn<M>>(
    key: ResourceKey<K>,
    patch: object,
    options?: Precondition,
  ): Promise<ResourceOf<K, M>> {
    const [next] = await this.write([{ patch: { ...options, key, patch } }]);
    return next as ResourceOf<K, M>;
  }

  async patchStatus<K extends KindIn<M>>(
    key: ResourceKey<K>,
    patch: object,
    options?: StatusPatchOptions,
  ): Promise<ResourceOf<K, M>> {
    const [next] = await this.write([
      { patchStatus: { ...options, key, patch } },
    ]);
    return next as ResourceOf<K, M>;
  }

  async write(writes: readonly StoreWrite<KindIn<M>>[]): Promise<Resource[]> {
    for (const write of writes) {
      if ('create' in write) {
        this.#checkKind(write.create.kind);
      } else if ('patch' in write) {
        this.#checkKind(write.patch.key.kind);
      } else if ('patchStatus' in write) {
        this.#checkKind(write.patchStatus.key.kind);
      } else if ('delete' in write) {
        this.#checkKind(write.delete.key.kind);
      }
    }
    return answerInTime(this.#writes.write(writes));
  }

  async delete<K extends KindIn<M>>(
    key: ResourceKey<K>,
    options?: Precondition,
  ): Promise<ResourceOf<K, M>> {
    this.#checkKind(key.kind);
    const last: Resource = await answerInTime(
      deleteResource(this.#ctx, { ...options, key }),
    );
    return last as ResourceOf<K, M>;
  }

  watch<K extends KindIn<M>>(
    kind: K,
    options: WatchOptions & IndexSelection,
  ): AsyncIterable<WatchEvent<ResourceOf<K, M>>> {
    this.#checkKind(kind);
    const events: AsyncIterable<WatchEvent> = watchResources(
      this.#ctx,
      kind,
      options,
    );
    return events as AsyncIterable<WatchEvent<ResourceOf<K, M>>>;
  }

  onWritten(listener: (key: ResourceKey) => void): void {
    this.#writeListeners.push(listener);
  }

  /**
   * Of a kind that is not kept there is nothing, and nothing would ever look after it: who
   * names one has mistyped it.
   */
  #checkKind(kind: string): void {
    if (this.#kinds && !this.#kinds.includes(kind)) {
      throw new InputError(
        `There is no kind '${kind}'; there are ${this.#kinds.join(', ')}`,
      );
    }
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

  /**
   * Brings what other replicas have written since a revision under the declarations of this
   * one: those of an earlier version run on for a while beside a later one.
   *
   * @param version - as of `rebuildIndexes`; a later one begins with a larger number
   * @returns up to which revision that is done, from which to go on the next time
   */
  async indexOthersWrites(version: string, after: number): Promise<number> {
    return indexOthersWrites(this.#ctx, version, after);
  }

  /** The newest revision. */
  async readRevision(): Promise<number> {
    const { value } = await this.#ctx
      .knex('store_revision')
      .where({ id: 1 })
      .first('value');
    return toNumber(value);
  }

  #inTurn<T>(use: () => Promise<T>): Promise<T> {
    return inTurn(this.#ctx.knex, use);
  }
}
