import {
  AutoPromotionHold,
  compareNewestFreight,
  currentFreight,
  Freight,
  FreightRequest,
  isFreightAvailable,
  isPromotionTerminal,
  originKey,
  Promotion,
  Stage,
  StageStatus,
} from 'backstage-plugin-kargo-common';
import { byCodeUnit } from '../derivedNames';

/** Why automation does, or does not, promote for one origin. */
export type AutoPromotionReason =
  | 'disabled'
  | 'held'
  | 'no-candidate'
  | 'already-there'
  | 'being-promoted'
  | 'promotion-pending'
  | 'last-attempt-failed'
  | 'promote';

/** The choice for one origin. */
export interface AutoPromotionChoice {
  origin: string;
  reason: AutoPromotionReason;
  freight?: string;
}

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
  const { sources } = request;
  const isMatching =
    sources.autoPromotionOptions?.selectionPolicy === 'MatchUpstream';
  const upstream = sources.stages?.[0] ?? '';
  const available = offered.filter(
    freight =>
      isFreightAvailable(stage, freight, nowMs).available &&
      (!isMatching || freight.status?.currentlyIn?.[upstream] !== undefined),
  );
  if (isMatching && available.length > 1) {
    // Two at once is the moment between entering and leaving; the next pass sees one.
    return undefined;
  }
  return available.sort(compareNewestFreight).at(0);
}

/**
 * What automation does for every requested origin.
 *
 * @param candidates - by origin key
 * @param promotions - all Promotions of the Stage
 */
export function decideAutoPromotion(input: {
  stage: Stage;
  status: StageStatus;
  holds: Record<string, AutoPromotionHold> | undefined;
  candidates: Record<string, Freight | undefined>;
  promotions: Promotion[];
}): AutoPromotionChoice[] {
  const { stage, status } = input;
  return stage.spec.requestedFreight.map(request => {
    const origin = originKey(request.origin);
    if (!status.autoPromotionEnabled) {
      return { origin, reason: 'disabled' };
    }
    const candidate = input.candidates[origin]?.metadata.name;
    const reason = judge(origin, candidate, input);
    return { origin, reason, ...(candidate && { freight: candidate }) };
  });
}

function judge(
  origin: string,
  candidate: string | undefined,
  input: Parameters<typeof decideAutoPromotion>[0],
): AutoPromotionReason {
  const { stage, status, holds, promotions } = input;
  if (holds?.[origin]) {
    return 'held';
  }
  if (!candidate) {
    return 'no-candidate';
  }
  const current = currentFreight({ ...stage, status });
  if (current?.items[origin]?.name === candidate) {
    return 'already-there';
  }
  if (status.currentPromotion?.freight?.name === candidate) {
    return 'being-promoted';
  }
  const own = promotions.filter(
    promotion => promotion.spec.freight === candidate,
  );
  const isPending = own.some(
    promotion => !isPromotionTerminal(promotion.status?.phase),
  );
  if (isPending) {
    return 'promotion-pending';
  }
  const newest = own.sort(compareNewestName).at(0);
  return newest && newest.status?.phase !== 'Succeeded'
    ? 'last-attempt-failed'
    : 'promote';
}

/** Names of Promotions of one Stage ascend in the order of their creation. */
function compareNewestName(a: Promotion, b: Promotion): number {
  return byCodeUnit(b.metadata.name, a.metadata.name);
}
