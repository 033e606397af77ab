import {
  Freight,
  FreightRequest,
  isFreightAvailable,
  Stage,
} from 'backstage-plugin-kargo-common';
import { selectCandidate } from '../../../logic/stage/decideAutoPromotion';
import { sourceIndexes } from '../../../logic/stage/sourceIndexes';
import { IndexedStore } from '../../../ports/ResourceIndex';
import { listAll } from '../../listAll';

const PAGE = 20;

/**
 * The Freight that automation would promote for a request of a Stage.
 *
 * @remarks
 * Looks up by index what could be available (direct, verified upstream, approved) and
 * reads newest first until one is, so the cost does not grow with the amount of Freight.
 */
export async function findCandidate(
  store: IndexedStore,
  stage: Stage,
  request: FreightRequest,
  nowMs: number,
): Promise<CandidateSearch> {
  const searches = await Promise.all(
    sourceIndexes(stage, request).map(index =>
      findOffered(store, stage, request, index, nowMs),
    ),
  );
  const unique = new Map(
    searches
      .flatMap(search => search.offered)
      .map(freight => [freight.metadata.name, freight]),
  );
  const candidate = selectCandidate(
    stage,
    request,
    [...unique.values()],
    nowMs,
  );
  const times = searches.flatMap(search => search.soakEndsMs);
  return {
    ...(candidate && { candidate }),
    ...(times.length > 0 && { availableAtMs: Math.min(...times) }),
  };
}

/** A candidate, and when newer Freight has soaked long enough if nothing moves. */
export interface CandidateSearch {
  candidate?: Freight;
  /** Epoch milliseconds. */
  availableAtMs?: number;
}

/**
 * Newest Freight of one index that is a candidate (with MatchUpstream all that are), and
 * when the newer ones that were passed over have soaked.
 */
async function findOffered(
  store: IndexedStore,
  stage: Stage,
  request: FreightRequest,
  index: { name: string; value: string },
  nowMs: number,
): Promise<{ offered: Freight[]; soakEndsMs: number[] }> {
  const isMatching =
    request.sources.autoPromotionOptions?.selectionPolicy === 'MatchUpstream';
  const offered: Freight[] = [];
  const soakEndsMs: number[] = [];
  const newestFirst = listAll(store, 'Freight', {
    namespace: stage.metadata.namespace,
    index,
    orderBy: 'age',
    descending: true,
    limit: PAGE,
  });
  for await (const freight of newestFirst) {
    const { available, availableAtMs } = isFreightAvailable(
      stage,
      freight,
      nowMs,
    );
    if (availableAtMs !== undefined) {
      soakEndsMs.push(availableAtMs);
    }
    if (available && selectCandidate(stage, request, [freight], nowMs)) {
      offered.push(freight);
      if (!isMatching) {
        break;
      }
    }
  }
  return { offered, soakEndsMs };
}
