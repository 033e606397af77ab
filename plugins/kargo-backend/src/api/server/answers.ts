import {
  KindName,
  KINDS,
  PageQuery,
  Resource,
  ResourceKey,
  ResourceList as KindList,
  ResourceOf,
} from 'backstage-plugin-kargo-common';
import {
  IndexedListOptions,
  IndexedStore,
  IndexSelection,
} from '../../ports/ResourceIndex';
import {
  ListOptions,
  ResourceList,
  Selection,
} from '../../ports/ResourceStore';
import { filterWatch } from './filterWatch';
import { WatchQuery } from './parseQuery';
import { RequestReads } from './RequestReads';
import { Answer, ApiServices } from './route';

/** A list in the form of the Kubernetes API. */
export function listBody<T extends Resource>(
  kind: KindName,
  list: ResourceList<T>,
): KindList<T> {
  return {
    apiVersion: KINDS[kind].apiVersion,
    kind: `${kind}List`,
    metadata: { resourceVersion: list.resourceVersion },
    items: list.items,
  };
}

/**
 * Answers one object together with the revision of the store at which it is exact, from
 * which a watch misses nothing. The object's own revision is older, and may be older than
 * the history of changes.
 *
 * @throws NotFoundError
 */
export async function answerOne<K extends KindName>(
  reads: RequestReads,
  key: ResourceKey<K>,
): Promise<Answer<ResourceOf<K>>> {
  const { resource, resourceVersion } = await reads.get(key);
  return { status: 200, body: resource, resourceVersion };
}

/** What is read at a time, and the most that a request for a page or the newest is answered. */
export const PAGE_SIZE = 500;

/** The part of a list that a request asks for; all of it without `limit`, as for Kubernetes. */
export function pageOptions({
  limit,
  continue: cursor,
}: PageQuery): Pick<ListOptions, 'limit' | 'cursor'> {
  return {
    ...(limit && { limit }),
    ...(cursor !== undefined && { cursor }),
  };
}

/**
 * Lists resources of a kind.
 *
 * @remarks
 * A long list is read and sent in pages, so that its length costs no memory. It carries
 * the revision of its first page: a watch from there repeats what happened while the
 * others were read, and misses nothing.
 */
export async function answerList<K extends KindName>(
  store: IndexedStore,
  kind: K,
  options: IndexedListOptions,
  matches: (resource: ResourceOf<K>) => boolean = () => true,
): Promise<Answer<KindList<ResourceOf<K>>>> {
  if (options.limit !== undefined) {
    const limit = Math.min(options.limit, PAGE_SIZE);
    const list = await store.list(kind, { ...options, limit, shared: true });
    const items = list.items.filter(matches);
    const body = listBody(kind, { ...list, items });
    const goesOn = list.nextCursor !== undefined && !options.orderBy;
    return {
      status: 200,
      // Requests for the newest begin at the newest.
      body: goesOn
        ? { ...body, metadata: { ...body.metadata, continue: list.nextCursor } }
        : body,
    };
  }
  const { first, pages } = await readPages(store, kind, options);
  if (first.nextCursor === undefined) {
    const items = first.items.filter(matches);
    return { status: 200, body: listBody(kind, { ...first, items }) };
  }
  async function* matching() {
    for await (const items of pages()) {
      yield items.filter(matches);
    }
  }
  const { items: _, ...head } = listBody(kind, first);
  return { head, pages: matching };
}

/** The first page of a list, and all of them, each read when the one before was taken. */
export async function readPages<K extends KindName>(
  store: IndexedStore,
  kind: K,
  options: IndexedListOptions,
): Promise<{
  first: ResourceList<ResourceOf<K>>;
  pages: () => AsyncGenerator<ResourceOf<K>[]>;
}> {
  const paged = { ...options, limit: PAGE_SIZE, shared: true };
  const first = await store.list(kind, paged);
  async function* pages() {
    let page = first;
    yield page.items;
    while (page.nextCursor !== undefined) {
      page = await store.list(kind, { ...paged, cursor: page.nextCursor });
      yield page.items;
    }
  }
  return { first, pages };
}

/** A list that is in memory, in pages. */
export async function* inPages<T>(items: readonly T[]): AsyncGenerator<T[]> {
  for (let start = 0; start < items.length; start += PAGE_SIZE) {
    yield items.slice(start, start + PAGE_SIZE);
  }
}

/**
 * Streams changes of a kind, from a revision on if the request names one.
 *
 * @param matches - narrows it down to some, see {@link filterWatch}
 */
export function answerWatch<K extends KindName>(
  { store }: Pick<ApiServices, 'store'>,
  kind: K,
  options: Selection & IndexSelection,
  { resourceVersion }: WatchQuery,
  matches?: (resource: ResourceOf<K>) => boolean,
): Answer<never> {
  // What the store takes for no revision, too: clients of Kubernetes ask so.
  const isSeeded = resourceVersion === undefined || resourceVersion === '0';
  return {
    watch: signal => {
      const all = store.watch(kind, {
        ...options,
        signal,
        ...(resourceVersion !== undefined && { resourceVersion }),
      });
      return matches ? filterWatch(all, matches, isSeeded) : all;
    },
  };
}
