import { Resource } from 'backstage-plugin-kargo-common';
import { ListOptions, ResourceStore } from '../ports/ResourceStore';

const PAGE = 100;

/** Every resource of a list, read a page at a time as far as the caller goes. */
export async function* listAll<T extends Resource>(
  store: ResourceStore,
  kind: string,
  options: Omit<ListOptions, 'cursor'> = {},
): AsyncIterable<T> {
  let cursor: string | undefined;
  do {
    const page = await store.list<T>(kind, {
      limit: PAGE,
      ...options,
      ...(cursor && { cursor }),
    });
    yield* page.items;
    cursor = page.nextCursor;
  } while (cursor);
}
