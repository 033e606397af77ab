import {
  entryOf,
  Freight,
  FreightRequest,
  isFreightAvailable,
  originKey,
  Reason,
  sortNewestFirst,
  Stage,
  StageStatus,
} from 'backstage-plugin-kargo-common';
import { followedStage, GateSnapshot, objections } from './gates';
import { Holds, StageEffect, StageSnapshot } from './StageSnapshot';

/**
 * The Freight that automation would promote for a request.
 *
 * @remarks
 * Availability is judged by the same rule as promotion by hand. Differs: upstream lists
 * soaked Freight by another rule, which promotes Freight that admission then refuses and
 * hides Freight that it would accept.
 *
 * @param offered - Freight of the origin that may be available, in any order
 */
export function selectCandidate(
  stage: Stage,
  request: FreightRequest,
  offered: Freight[],
  nowMs: number,
): Freight | undefined {
  const upstream = followedStage(request);
  const available = offered.filter(
    freight =>
      isFreightAvailable(stage, freight, nowMs).available &&
      (upstream === undefined ||
        entryOf(freight.status?.currentlyIn, upstream) !== undefined),
  );
  if (upstream !== undefined && available.length > 1) {
    // Two at once is the moment between entering and leaving; leaving wakes the Stage.
    return undefined;
  }
  return sortNewestFirst(available).at(0);
}

/** What automation reads. */
export type AutomationSnapshot = Pick<
  StageSnapshot,
  'stage' | 'promotions' | 'offered'
> & {
  /** The status that the decision has come to. */
  status: StageStatus;
  holds: Holds | undefined;
};

/** What automation does about every requested origin, each on its own. */
export function decideAutomation(
  snapshot: AutomationSnapshot,
  nowMs: number,
): { effects: StageEffect[]; lookAgainAtMs?: number } {
  if (!snapshot.status.autoPromotionEnabled) {
    return { effects: [] };
  }
  const { stage, offered } = snapshot;
  const effects = stage.spec.requestedFreight.flatMap(
    (request): StageEffect[] => {
      const gates = gateFor(snapshot, request, nowMs);
      const freight = gates.candidate;
      return freight && objections({ ...gates, freight }).length === 0
        ? [
            {
              kind: 'create-promotion',
              origin: originKey(request.origin),
              freight: freight.metadata.name,
            },
          ]
        : [];
    },
  );
  const soaked = Object.values(offered).flatMap(freight =>
    freight.flatMap(
      item => isFreightAvailable(stage, item, nowMs).availableAtMs ?? [],
    ),
  );
  return {
    effects,
    ...(soaked.length > 0 && { lookAgainAtMs: Math.min(...soaked) }),
  };
}

/** Why Freight is not promoted, or that it is. */
export function explainFreight(
  snapshot: AutomationSnapshot,
  freight: Freight,
  nowMs: number,
): Reason[] {
  const origin = originKey(freight.origin);
  const request = snapshot.stage.spec.requestedFreight.find(
    candidate => originKey(candidate.origin) === origin,
  ) ?? { origin: freight.origin, sources: {} };
  const found = objections({ ...gateFor(snapshot, request, nowMs), freight });
  return found.length > 0
    ? found
    : [{ code: 'will-be-promoted', origin, freight: freight.metadata.name }];
}

/**
 * Why the Stage does not hold what it could, per requested origin: about the newest Freight
 * there is, and about what automation would choose where that is another one.
 *
 * @param newest - the newest Freight of each origin, by origin key
 */
export function explainOrigins(
  snapshot: AutomationSnapshot,
  newest: Record<string, Freight | undefined>,
  nowMs: number,
): Reason[] {
  return snapshot.stage.spec.requestedFreight.flatMap((request): Reason[] => {
    const origin = originKey(request.origin);
    const latest = newest[origin];
    if (!latest) {
      return [{ code: 'no-freight', origin }];
    }
    const { candidate } = gateFor(snapshot, request, nowMs);
    const isOther =
      candidate && candidate.metadata.name !== latest.metadata.name;
    return [latest, ...(isOther ? [candidate] : [])].flatMap(freight =>
      explainFreight(snapshot, freight, nowMs),
    );
  });
}

function gateFor(
  { stage, status, holds, promotions, offered }: AutomationSnapshot,
  request: FreightRequest,
  nowMs: number,
): Omit<GateSnapshot, 'freight'> {
  return {
    stage,
    status,
    holds,
    promotions,
    request,
    candidate: selectCandidate(
      stage,
      request,
      offered[originKey(request.origin)] ?? [],
      nowMs,
    ),
    nowMs,
  };
}
