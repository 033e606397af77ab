import {
  availabilityReason,
  currentFreight,
  entryOf,
  Freight,
  FreightRequest,
  holdReason,
  isPromotionTerminal,
  originKey,
  Promotion,
  Reason,
  Stage,
  StageStatus,
} from 'backstage-plugin-kargo-common';
import { byCodeUnit } from '../derivedNames';
import { Holds } from './StageSnapshot';

/** One piece of Freight before the gates of one Stage. */
export interface GateSnapshot {
  stage: Stage;
  /** The status that the decision has come to. */
  status: StageStatus;
  holds: Holds | undefined;
  promotions: Promotion[];
  request: FreightRequest;
  freight: Freight;
  /** What automation would choose of all Freight of the origin. */
  candidate: Freight | undefined;
  nowMs: number;
}

/** Says why automation does not promote the Freight, or nothing when it has no objection. */
export type Gate = (snapshot: GateSnapshot) => Reason | undefined;

function about({ freight }: GateSnapshot) {
  return {
    origin: originKey(freight.origin),
    freight: freight.metadata.name,
  };
}

const alreadyThere: Gate = snapshot => {
  const { stage, status } = snapshot;
  const { origin, freight } = about(snapshot);
  const held = currentFreight({ ...stage, status })?.items[origin]?.name;
  return held === freight
    ? { code: 'already-there', origin, freight }
    : undefined;
};

const beingPromoted: Gate = snapshot => {
  const current = snapshot.status.currentPromotion;
  return current?.freight?.name === snapshot.freight.metadata.name
    ? {
        code: 'being-promoted',
        ...about(snapshot),
        promotion: current.name,
      }
    : undefined;
};

const promotionPending: Gate = snapshot => {
  const pending = promotionsOf(snapshot).find(
    promotion => !isPromotionTerminal(promotion.status?.phase),
  );
  return pending
    ? {
        code: 'promotion-pending',
        ...about(snapshot),
        promotion: pending.metadata.name,
      }
    : undefined;
};

const noTargets: Gate = snapshot =>
  snapshot.stage.spec.targets
    ? {
        code: 'selects-targets',
        ...about(snapshot),
        stage: snapshot.stage.metadata.name,
      }
    : undefined;

const available: Gate = ({ stage, freight, nowMs }) =>
  availabilityReason(stage, freight, nowMs);

const automationOn: Gate = snapshot =>
  snapshot.status.autoPromotionEnabled
    ? undefined
    : { code: 'auto-promotion-disabled', ...about(snapshot) };

const notHeld: Gate = ({ holds, freight }) => holdReason(holds, freight);

const inUpstream: Gate = snapshot => {
  const { request, freight, candidate } = snapshot;
  const upstream = followedStage(request);
  if (upstream === undefined || candidate) {
    return undefined;
  }
  return entryOf(freight.status?.currentlyIn, upstream)
    ? { code: 'upstream-changing', ...about(snapshot), stage: upstream }
    : { code: 'not-in-upstream', ...about(snapshot), stage: upstream };
};

const newest: Gate = snapshot => {
  const { candidate, freight, request } = snapshot;
  if (!candidate || candidate.metadata.name === freight.metadata.name) {
    return undefined;
  }
  const upstream = followedStage(request);
  return upstream === undefined
    ? {
        code: 'newer-available',
        ...about(snapshot),
        newer: candidate.metadata.name,
      }
    : { code: 'not-in-upstream', ...about(snapshot), stage: upstream };
};

const notTriedInVain: Gate = snapshot => {
  const last = promotionsOf(snapshot)
    .sort((a, b) => byCodeUnit(b.metadata.name, a.metadata.name))
    .at(0);
  const phase = last?.status?.phase;
  return last && phase && phase !== 'Succeeded'
    ? {
        code: 'last-attempt-failed',
        ...about(snapshot),
        promotion: last.metadata.name,
        phase,
      }
    : undefined;
};

/** The Stage that automation follows with MatchUpstream. */
export function followedStage({ sources }: FreightRequest): string | undefined {
  const isMatching =
    !sources.direct &&
    sources.autoPromotionOptions?.selectionPolicy === 'MatchUpstream';
  return isMatching ? sources.stages?.[0] ?? '' : undefined;
}

/** Those of the Freight, in the order of the list. */
function promotionsOf({ promotions, freight }: GateSnapshot): Promotion[] {
  return promotions.filter(
    promotion => promotion.spec.freight === freight.metadata.name,
  );
}

/** Whether there is anything for automation to do; the first objection is the whole answer. */
const FIRST: readonly Gate[] = [
  alreadyThere,
  beingPromoted,
  promotionPending,
  noTargets,
  available,
  automationOn,
];

/** Whether automation does it, where it is on; every objection counts. */
const THEN: readonly Gate[] = [notHeld, inUpstream, newest, notTriedInVain];

/**
 * Why automation does not promote Freight to a Stage; empty when it does. The engine acts
 * on it and everybody who asks is told it.
 */
export function objections(snapshot: GateSnapshot): Reason[] {
  for (const gate of FIRST) {
    const reason = gate(snapshot);
    if (reason) {
      return [reason];
    }
  }
  return THEN.flatMap(gate => gate(snapshot) ?? []);
}
