import {
  Freight,
  isFreightAvailable,
  sortNewestFirst,
  Stage,
} from 'backstage-plugin-kargo-common';
import { sourceIndexes } from '../../logic/stage/sourceIndexes';
import { IndexedStore } from '../../ports/ResourceIndex';
import { readPages } from '../server/answers';

/**
 * Freight that may be promoted to a Stage now, by Kargo's availability rule, newest first.
 *
 * @remarks Looks only where available Freight can be: directly from its origin, verified
 * upstream, or approved. It is read a page at a time, for there may be much of it.
 */
export async function listAvailableFreight(
  store: IndexedStore,
  stage: Stage,
  nowMs: number,
): Promise<Freight[]> {
  const { namespace } = stage.metadata;
  const indexes = stage.spec.requestedFreight.flatMap(request =>
    sourceIndexes(stage, request),
  );
  const available = new Map<string, Freight>();
  for (const index of indexes) {
    const { pages } = await readPages(store, 'Freight', { namespace, index });
    for await (const page of pages()) {
      page
        .filter(freight => isFreightAvailable(stage, freight, nowMs).available)
        .forEach(freight => available.set(freight.metadata.name, freight));
    }
  }
  return sortNewestFirst([...available.values()]);
}
