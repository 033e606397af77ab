import {
  Freight,
  isFreightAvailable,
  sortNewestFirst,
  Stage,
} from 'backstage-plugin-kargo-common';
import { sourceIndexes } from '../../logic/stage/sourceIndexes';
import { IndexedStore } from '../../ports/ResourceIndex';

/**
 * Freight that may be promoted to a Stage now, by Kargo's availability rule.
 *
 * @remarks Looks only where available Freight can be: directly from its origin, verified
 * upstream, or approved.
 */
export async function listAvailableFreight(
  store: IndexedStore,
  stage: Stage,
  nowMs: number,
): Promise<Freight[]> {
  const indexes = stage.spec.requestedFreight.flatMap(request =>
    sourceIndexes(stage, request),
  );
  const found = await listByIndexes(store, stage.metadata.namespace, indexes);
  return found.filter(
    freight => isFreightAvailable(stage, freight, nowMs).available,
  );
}

async function listByIndexes(
  store: IndexedStore,
  namespace: string | undefined,
  indexes: Array<{ name: string; value: string }>,
): Promise<Freight[]> {
  const lists = await Promise.all(
    indexes.map(index => store.list('Freight', { namespace, index })),
  );
  const unique = new Map(
    lists
      .flatMap(list => list.items)
      .map(freight => [freight.metadata.name, freight]),
  );
  return sortNewestFirst([...unique.values()]);
}
