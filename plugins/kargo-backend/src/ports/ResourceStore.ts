import {
  Draft,
  KindMap,
  Resource,
  ResourceKey,
  ResourceOf,
} from 'backstage-plugin-kargo-common';
import { KindIn } from './kinds';

/** Selects resources by label, in the operators of Kubernetes label selectors. */
export interface LabelRequirement {
  key: string;
  operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist';
  values?: string[];
}

/** Restricts a list or a watch. All given parts must hold. */
export interface Selection {
  /** Absent: all namespaces. */
  namespace?: string;
  labels?: LabelRequirement[];
  /** Names to pick; unknown ones are left out. */
  names?: string[];
}

/** Which page of which resources. */
export interface ListOptions extends Selection {
  /** Largest page size; absent means everything. */
  limit?: number;
  /** Where the previous page ended, opaque. */
  cursor?: string;
  /**
   * What becomes of Secrets whose data no key opens any more: listed without it, for those who
   * do not look at it, or else the list fails, since nobody knows what it holds.
   */
  unreadable?: 'omit';
}

/** What a watch follows, and from where. */
export interface WatchOptions extends Selection {
  /** A revision of the store; absent: begin with everything that exists. */
  resourceVersion?: string;
  signal: AbortSignal;
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

/** What a map from kind to type must be. */
export type ResourceTypes<M> = { [K in keyof M]: Resource };

/** Refuses a write for another state than the one the writer knows. */
export interface Precondition {
  /** The revision of the resource that the write is for; absent for any. */
  resourceVersion?: string;
}

/** A JSON merge patch (RFC 7396) of a resource without its status, or of the status alone. */
export interface KeyedPatch<K extends string = KindIn<KindMap>>
  extends Precondition {
  key: ResourceKey<K>;
  patch: object;
}

/** A JSON merge patch of the status alone. */
export interface KeyedStatusPatch<K extends string = KindIn<KindMap>>
  extends KeyedPatch<K>,
    StatusPatchOptions {}

/** What a JSON merge patch cannot say, and for which state it is. */
export interface StatusPatchOptions extends Precondition {
  /** Paths of members that are `null` afterwards; in the patch, `null` takes one away. */
  nulls?: readonly (readonly string[])[];
}

/** What is deleted, with all that it owns, or marked for it while finalizers remain. */
export interface KeyedDeletion<K extends string = KindIn<KindMap>>
  extends Precondition {
  key: ResourceKey<K>;
}

/**
 * One of several writes that are made together, each of another resource. What is created
 * may depend on those before it, for example on their uids; of what is deleted they are told
 * the last state.
 */
export type StoreWrite<K extends string = KindIn<KindMap>> =
  | { create: DraftOf<K> }
  | { createAfter: (earlier: readonly Resource[]) => DraftOf<K> }
  | { patch: KeyedPatch<K> }
  | { patchStatus: KeyedStatusPatch<K> }
  | { delete: KeyedDeletion<K> };

type DraftOf<K extends string> = { kind: K } & Draft<Resource>;

/**
 * Keeps resources with the semantics of the Kubernetes API.
 *
 * @remarks
 * - The kind decides the type: `list('Freight')` is Freight, and `list('Freigth')` does not
 *   compile.
 * - Every write renews `resourceVersion`. Revisions are opaque text: compare them for
 *   equality only. Whoever has read one may watch from it, on every replica.
 * - `metadata.generation` grows when anything but metadata or status changes.
 * - Writes of the resource never touch `status` and the other way round (status
 *   subresource); `create` keeps a given status.
 * - A resource with finalizers is not removed by `delete`: it gets a
 *   `deletionTimestamp` and goes when its last finalizer does.
 * - Deleting an owner deletes what it controls (`ownerReferences` by uid), in the
 *   same transaction.
 * - What it answers is shared by all who were answered, and frozen where it is kept: nobody
 *   changes it.
 * - `undefined` means "not there"; failures throw.
 */
export interface ResourceStore<M extends ResourceTypes<M> = KindMap> {
  find<K extends KindIn<M>>(
    key: ResourceKey<K>,
  ): Promise<ResourceOf<K, M> | undefined>;
  /** @throws NotFoundError */
  get<K extends KindIn<M>>(key: ResourceKey<K>): Promise<ResourceOf<K, M>>;
  /** Lists in the order of names. */
  list<K extends KindIn<M>>(
    kind: K,
    options?: ListOptions,
  ): Promise<ResourceList<ResourceOf<K, M>>>;

  /** @throws ConflictError when a resource of that key exists. */
  create<K extends KindIn<M>>(
    draft: { kind: K } & Draft<ResourceOf<K, M>>,
  ): Promise<ResourceOf<K, M>>;
  /**
   * Replaces everything but status.
   *
   * @remarks With `metadata.resourceVersion` set, the write is refused when the stored
   * one differs; without, it is unconditional. A write that changes nothing keeps the
   * revision.
   * @throws NotFoundError, ConflictError
   */
  replace<K extends KindIn<M>>(
    resource: { kind: K } & Draft<ResourceOf<K, M>>,
  ): Promise<ResourceOf<K, M>>;
  /**
   * Applies a JSON merge patch (RFC 7396) to everything but status.
   *
   * @throws NotFoundError; ConflictError when `resourceVersion` is given and differs.
   */
  patch<K extends KindIn<M>>(
    key: ResourceKey<K>,
    patch: object,
    options?: Precondition,
  ): Promise<ResourceOf<K, M>>;
  /**
   * Applies a JSON merge patch to `status` alone. Two writers that touch different
   * keys do not erase each other.
   *
   * @throws NotFoundError; ConflictError when `resourceVersion` is given and differs.
   */
  patchStatus<K extends KindIn<M>>(
    key: ResourceKey<K>,
    patch: object,
    options?: StatusPatchOptions,
  ): Promise<ResourceOf<K, M>>;
  /**
   * Makes several writes and answers the resources in their order.
   *
   * @remarks
   * A store that has transactions makes all of them or none. One that has none makes them
   * one after another, so that what was made when one fails is a beginning of the list:
   * callers order them so that whoever looks again after any beginning comes to the same.
   * @throws NotFoundError, ConflictError and InputError as the single writes do, naming the
   * resource
   */
  write(writes: readonly StoreWrite<KindIn<M>>[]): Promise<Resource[]>;
  /**
   * Deletes, or marks for deletion while finalizers remain. Returns the last state.
   *
   * @throws NotFoundError; ConflictError when `resourceVersion` is given and differs.
   */
  delete<K extends KindIn<M>>(
    key: ResourceKey<K>,
    options?: Precondition,
  ): Promise<ResourceOf<K, M>>;

  /**
   * Changes of a kind after a revision, until the signal fires.
   *
   * @remarks
   * Without `resourceVersion` it starts with an `ADDED` for everything that exists.
   * A filtered watch sends `DELETED` when an object stops matching and `ADDED` when it
   * starts. Bookmarks are sent when nothing matched for a while.
   * @throws GoneError (name `GoneError`) when the revision is older than the kept history.
   */
  watch<K extends KindIn<M>>(
    kind: K,
    options: WatchOptions,
  ): AsyncIterable<WatchEvent<ResourceOf<K, M>>>;
  /**
   * Hears of every resource that is written through this store, before whoever wrote it has
   * its answer, for those who keep what they have read. What other replicas write is not told.
   */
  onWritten(listener: (key: ResourceKey) => void): void;
}
