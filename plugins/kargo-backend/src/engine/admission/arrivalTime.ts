import {
  discoveryTime,
  FreightOrigin,
  originKey,
} from 'backstage-plugin-kargo-common';
import { IndexedStore } from '../../ports/ResourceIndex';

/**
 * When Freight of an origin that is made now counts as discovered, RFC 3339: behind all
 * that arrived before, also where another replica's clock is ahead.
 */
export async function arrivalTime(
  store: IndexedStore,
  namespace: string,
  origin: FreightOrigin,
  nowMs: number,
): Promise<string> {
  const { items } = await store.list('Freight', {
    namespace,
    index: { name: 'origin', value: originKey(origin) },
    orderBy: 'age',
    descending: true,
    limit: 1,
  });
  return discoveryTime(items.at(0), nowMs);
}
