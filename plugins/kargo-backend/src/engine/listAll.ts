import { KindMap, ResourceOf } from 'backstage-plugin-kargo-common';
import { KindIn } from '../ports/kinds';
import { IndexedListOptions, IndexedStore } from '../ports/ResourceIndex';

const PAGE = 100;

/** Every resource of a list, read a page at a time as far as the caller goes. */
export async function* listAll<K extends KindIn<KindMap>>(
  store: IndexedStore,
  kind: K,
  options: Omit<IndexedListOptions, 'cursor'> = {},
): AsyncIterable<ResourceOf<K>> {
  let cursor: string | undefined;
  do {
    const page = await store.list(kind, {
      limit: PAGE,
      ...options,
      ...(cursor && { cursor }),
    });
    yield* page.items;
    cursor = page.nextCursor;
  } while (cursor);
}
