import {
  KindMap,
  Resource,
  ResourceKey,
  ResourceOf,
} from 'backstage-plugin-kargo-common';
import { KindIn } from './kinds';
import {
  ListOptions,
  ResourceList,
  ResourceStore,
  ResourceTypes,
  WatchEvent,
  WatchOptions,
} from './ResourceStore';

/**
 * Values that an index holds for a resource, declared per kind and pure.
 *
 * @remarks
 * What is selected by index is never older than what is read by name. `sortKeys` are
 * single values by which lists can be ordered.
 */
export interface IndexDeclaration {
  kind: string;
  indexes?: Record<string, (resource: Resource) => string[]>;
  sortKeys?: Record<string, (resource: Resource) => string>;
  /**
   * Indexes whose values no two resources of a namespace hold: a write that gives one a value
   * that another has is a conflict, also where both get it at the same moment.
   */
  unique?: readonly string[];
}

/** A declared index and the value that it must, or must not, hold; one of several. */
export interface IndexSelector {
  name: string;
  value: string | string[];
  /** Selects what does not hold the value. */
  not?: boolean;
}

/** Selects by what declared indexes of the kind hold. */
export interface IndexSelection {
  /** All of several must hold, see {@link IndexDeclaration}. */
  index?: IndexSelector | IndexSelector[];
}

/** Selects what is counted. */
export interface CountOptions {
  namespace?: string;
  /** A declared index of the kind and the value it must hold. */
  index?: { name: string; value: string };
}

/** A value of an index and how many resources of a namespace hold it. */
export interface Crowd {
  namespace: string;
  value: string;
  count: number;
}

/** Resources of a namespace that hold a value of a declared index. */
export interface FirstSelection {
  namespace: string;
  index: { name: string; value: string };
}

/** How much of each selection is read, and in which order. */
export interface FirstOptions {
  /** Most that are read of each. */
  limit: number;
  /** `name` (the default) or a declared sort key of the kind; ties by name. */
  orderBy?: string;
  descending?: boolean;
}

/** Restricts and orders a list. All given parts must hold. */
export interface IndexedListOptions extends ListOptions, IndexSelection {
  /** `name` (the default) or a declared sort key of the kind; ties by name. */
  orderBy?: string;
  descending?: boolean;
  /** It will be asked for again: what it holds is kept, however much that is. */
  shared?: boolean;
}

/** What a store knows of a key. */
export interface Found<T extends Resource = Resource> {
  /** `undefined` where there is none. */
  resource: T | undefined;
  /** Revision of the store at which that is exact; a watch may start here. */
  resourceVersion: string;
}

/**
 * A store that also selects by declared indexes, orders by declared keys and counts.
 *
 * @remarks
 * Apart from {@link ResourceStore} because the Kubernetes API promises none of it: SQL
 * serves it from rows that are written with the resource, a store over the Kubernetes API
 * from a cache of its own.
 */
export interface IndexedStore<M extends ResourceTypes<M> = KindMap>
  extends ResourceStore<M> {
  list<K extends KindIn<M>>(
    kind: K,
    options?: IndexedListOptions,
  ): Promise<ResourceList<ResourceOf<K, M>>>;
  /**
   * Lists the beginnings of many selections at once, in their order.
   *
   * @remarks Costs about as much for fifty selections as for one.
   */
  listFirst<K extends KindIn<M>>(
    kind: K,
    selections: readonly FirstSelection[],
    options: FirstOptions,
  ): Promise<Array<ResourceOf<K, M>[]>>;
  /**
   * Finds a resource with the revision of the store.
   *
   * @remarks What is asked for in the same turn is read together.
   */
  findShared<K extends KindIn<M>>(
    key: ResourceKey<K>,
  ): Promise<Found<ResourceOf<K, M>>>;
  watch<K extends KindIn<M>>(
    kind: K,
    options: WatchOptions & IndexSelection,
  ): AsyncIterable<WatchEvent<ResourceOf<K, M>>>;
  /** Number of resources of a kind, by namespace or index. */
  count(kind: KindIn<M>, options?: CountOptions): Promise<number>;
  /**
   * The values of an index that more than a number of resources hold, by namespace: what
   * has grown too large, without reading it.
   */
  listCrowds(
    kind: KindIn<M>,
    index: string,
    options: { moreThan: number },
  ): Promise<Crowd[]>;
}
