import {
  availabilityReason,
  Freight,
  FreightCollection,
  freightReference,
  isControlFlow,
  isFreightAvailable,
  isPromotionTerminal,
  originKey,
  Stage,
} from 'backstage-plugin-kargo-common';
import { freightCollectionId } from '../derivedNames';
import { abortRequest } from './abortRequest';
import { explainPromotion } from './explainPromotion';
import {
  PromotionChoice,
  PromotionDecision,
  PromotionSnapshot,
} from './PromotionSnapshot';

/**
 * Whether a Promotion may run now, and why it does what it does.
 *
 * @remarks
 * It runs only while its Stage acknowledges it. Availability is judged on every pass:
 * losing it, for example by a withdrawn approval, ends a running Promotion.
 */
export function decidePromotion(
  snapshot: PromotionSnapshot,
  nowMs: number,
): PromotionDecision {
  const choice = choose(snapshot, nowMs);
  return { ...choice, reasons: explainPromotion(snapshot, choice) };
}

function choose(
  { promotion, stage, freight }: PromotionSnapshot,
  nowMs: number,
): PromotionChoice {
  if (isPromotionTerminal(promotion.status?.phase)) {
    return { kind: 'ended' };
  }
  const abort = abortRequest(promotion);
  if (abort) {
    return { kind: 'abort', ...abort };
  }
  if (!stage) {
    const { stage: name } = promotion.spec;
    return {
      kind: 'refuse',
      why: { code: 'stage-gone', stage: name },
      message: `Stage '${name}' does not exist any more`,
    };
  }
  if (isControlFlow(stage)) {
    const { name } = stage.metadata;
    return {
      kind: 'refuse',
      why: { code: 'stage-without-steps', stage: name },
      message: `Stage '${name}' has no promotion steps any more; it lets Freight through without a Promotion`,
    };
  }
  if (stage.status?.currentPromotion?.name !== promotion.metadata.name) {
    return { kind: 'wait' };
  }
  if (!freight) {
    const { freight: name = '' } = promotion.spec;
    return {
      kind: 'refuse',
      why: { code: 'freight-gone', freight: name },
      message: `Freight '${name}' does not exist any more`,
    };
  }
  // It had soaked when it was made; this clock may be behind the one of that replica.
  const createdMs = Date.parse(promotion.metadata.creationTimestamp);
  const soakedMs = Math.max(nowMs, createdMs);
  const why = availabilityReason(stage, freight, soakedMs);
  if (!why) {
    return { kind: 'run', stage, freight };
  }
  const { message } = isFreightAvailable(stage, freight, soakedMs);
  return {
    kind: 'refuse',
    why,
    message: `Freight '${freight.metadata.name}' is not available to Stage '${stage.metadata.name}': ${message}`,
  };
}

/**
 * What the Stage will hold: the target, plus, when it requests several origins, what the
 * last Promotion (however it ended) had of the others.
 */
export function targetCollection(
  stage: Stage,
  freight: Freight,
): FreightCollection {
  const requested = stage.spec.requestedFreight.map(request =>
    originKey(request.origin),
  );
  const inherited =
    requested.length > 1
      ? stage.status?.lastPromotion?.status?.freightCollection?.items ?? {}
      : {};
  const items = {
    ...Object.fromEntries(
      Object.entries(inherited).filter(([key]) => requested.includes(key)),
    ),
    [originKey(freight.origin)]: freightReference(freight),
  };
  return { id: freightCollectionId(items), items };
}
