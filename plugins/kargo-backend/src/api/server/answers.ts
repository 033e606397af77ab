import {
  KindName,
  KINDS,
  Resource,
  ResourceList as KindList,
  ResourceOf,
} from 'backstage-plugin-kargo-common';
import {
  IndexedListOptions,
  IndexedStore,
  IndexSelection,
} from '../../ports/ResourceIndex';
import { ResourceList, Selection } from '../../ports/ResourceStore';
import { WatchQuery } from './parseQuery';
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

const PAGE_SIZE = 500;

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
  const paged = { ...options, limit: PAGE_SIZE };
  const first = await store.list(kind, paged);
  if (first.nextCursor === undefined) {
    const items = first.items.filter(matches);
    return { status: 200, body: listBody(kind, { ...first, items }) };
  }
  async function* pages() {
    let page = first;
    yield page.items.filter(matches);
    while (page.nextCursor !== undefined) {
      page = await store.list(kind, { ...paged, cursor: page.nextCursor });
      yield page.items.filter(matches);
    }
  }
  const { items: _, ...head } = listBody(kind, first);
  return { head, pages };
}

/** Streams changes of a kind, from a revision on if the request names one. */
export function answerWatch(
  { store }: Pick<ApiServices, 'store'>,
  kind: KindName,
  options: Selection & IndexSelection,
  { resourceVersion }: WatchQuery,
): Answer<never> {
  return {
    watch: signal =>
      store.watch(kind, {
        ...options,
        signal,
        ...(resourceVersion !== undefined && { resourceVersion }),
      }),
  };
}
