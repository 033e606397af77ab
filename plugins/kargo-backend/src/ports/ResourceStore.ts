import { Draft, Resource, ResourceKey } from 'backstage-plugin-kargo-common';

/** Selects resources by label, in the operators of Kubernetes label selectors. */
export interface LabelRequirement {
  key: string;
  operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist';
  values?: string[];
}

/** Restricts a list or a watch. All given parts must hold. */
export interface ListOptions {
  /** Absent: all namespaces. */
  namespace?: string;
  labels?: LabelRequirement[];
  /** A declared index of the kind and the value it must hold, see {@link IndexDeclaration}. */
  index?: { name: string; value: string };
  /** Names to pick; unknown ones are left out. */
  names?: string[];
  /** `name` (the default) or a declared sort key of the kind; ties by name. */
  orderBy?: string;
  descending?: boolean;
  /** Largest page size; absent means everything. */
  limit?: number;
  /** Where the previous page ended, opaque. */
  cursor?: string;
}

/** One page of resources. */
export interface ResourceList<T extends Resource = Resource> {
  items: T[];
  /** Revision of the store at which the list is exact; a watch may start here. */
  resourceVersion: string;
  /** Set when there are more. */
  nextCursor?: string;
}

/** One change seen by a watch. `BOOKMARK` carries a revision and no object. */
export type WatchEvent<T extends Resource = Resource> =
  | {
      type: 'ADDED' | 'MODIFIED' | 'DELETED';
      object: T;
      resourceVersion: string;
    }
  | { type: 'BOOKMARK'; resourceVersion: string };

/**
 * Values that an index holds for a resource, declared per kind and pure.
 *
 * @remarks
 * Index rows are written in the transaction of the resource, so a list by index is
 * never stale. `sortKeys` are single values by which lists can be ordered.
 */
export interface IndexDeclaration {
  kind: string;
  indexes?: Record<string, (resource: Resource) => string[]>;
  sortKeys?: Record<string, (resource: Resource) => string>;
}

/** What happened to a resource in one write; the input of the engine's wake-ups. */
export interface ResourceChange {
  type: 'created' | 'updated' | 'deleted';
  key: ResourceKey;
  before?: Resource;
  after?: Resource;
}

/**
 * Somebody who must look again: one key, or every resource of a kind that a declared
 * index holds under a value (resolved in the transaction of the write, so that the rule
 * itself needs no look-up).
 */
export type Wakeup =
  | { key: ResourceKey; delayMs?: number }
  | {
      kind: string;
      namespace: string;
      index: { name: string; value: string };
      delayMs?: number;
    };

/**
 * Who must look again because of a change. Pure: it is called inside the write's
 * transaction and its result is stored in the work queue in the same transaction, so
 * that no wake-up is lost.
 */
export type WakeupRule = (change: ResourceChange) => Wakeup[];

/**
 * Keeps resources with the semantics of the Kubernetes API.
 *
 * @remarks
 * - Every write renews `resourceVersion`; revisions are totally ordered within a store.
 * - `metadata.generation` grows when anything but metadata or status changes.
 * - Writes of the resource never touch `status` and the other way round (status
 *   subresource); `create` keeps a given status.
 * - A resource with finalizers is not removed by `delete`: it gets a
 *   `deletionTimestamp` and goes when its last finalizer does.
 * - Deleting an owner deletes what it controls (`ownerReferences` by uid), in the
 *   same transaction.
 * - `undefined` means "not there"; failures throw.
 */
export interface ResourceStore {
  find<T extends Resource>(key: ResourceKey): Promise<T | undefined>;
  /** @throws NotFoundError */
  get<T extends Resource>(key: ResourceKey): Promise<T>;
  list<T extends Resource>(
    kind: string,
    options?: ListOptions,
  ): Promise<ResourceList<T>>;
  /** Number of resources of a kind, by namespace or index. */
  count(
    kind: string,
    options?: Pick<ListOptions, 'namespace' | 'index'>,
  ): Promise<number>;

  /** @throws ConflictError when a resource of that key exists. */
  create<T extends Resource>(draft: Draft<T>): Promise<T>;
  /**
   * Replaces everything but status.
   *
   * @remarks With `metadata.resourceVersion` set, the write is refused when the stored
   * one differs; without, it is unconditional. A write that changes nothing keeps the
   * revision.
   * @throws NotFoundError, ConflictError
   */
  replace<T extends Resource>(resource: Draft<T>): Promise<T>;
  /**
   * Applies a JSON merge patch (RFC 7396) to everything but status.
   *
   * @throws NotFoundError; ConflictError when `resourceVersion` is given and differs.
   */
  patch<T extends Resource>(
    key: ResourceKey,
    patch: object,
    options?: { resourceVersion?: string },
  ): Promise<T>;
  /**
   * Applies a JSON merge patch to `status` alone. Two writers that touch different
   * keys do not erase each other.
   *
   * @throws NotFoundError; ConflictError when `resourceVersion` is given and differs.
   */
  patchStatus<T extends Resource>(
    key: ResourceKey,
    patch: object,
    options?: { resourceVersion?: string },
  ): Promise<T>;
  /**
   * Deletes, or marks for deletion while finalizers remain. Returns the last state.
   *
   * @throws NotFoundError; ConflictError when `resourceVersion` is given and differs.
   */
  delete<T extends Resource>(
    key: ResourceKey,
    options?: { resourceVersion?: string },
  ): Promise<T>;

  /**
   * Changes of a kind after a revision, until the signal fires.
   *
   * @remarks
   * Without `resourceVersion` it starts with an `ADDED` for everything that exists.
   * A filtered watch sends `DELETED` when an object stops matching and `ADDED` when it
   * starts. Bookmarks are sent when nothing matched for a while.
   * @throws GoneError (name `GoneError`) when the revision is older than the kept history.
   */
  watch<T extends Resource>(
    kind: string,
    options: ListOptions & { resourceVersion?: string; signal: AbortSignal },
  ): AsyncIterable<WatchEvent<T>>;
}
