import { Resource, ResourceKey } from 'backstage-plugin-kargo-common';
import { anyKey, anyKind } from './kinds';
import { ResourceStore } from './ResourceStore';

/**
 * A resource by its key, a Secret also where no key opens its data any more, and then without
 * it: it can still be told of, replaced and deleted.
 */
export async function findAnyway(
  store: Pick<ResourceStore, 'find' | 'list'>,
  key: ResourceKey,
): Promise<Resource | undefined> {
  if (key.kind !== 'Secret') {
    return store.find(anyKey(key));
  }
  const { items } = await store.list(anyKind(key.kind), {
    namespace: key.namespace,
    names: [key.name],
    unreadable: 'omit',
  });
  return items.at(0);
}
