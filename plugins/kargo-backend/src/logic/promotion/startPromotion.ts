import {
  ANNOTATIONS,
  Freight,
  FreightCollection,
  freightReference,
  isFreightAvailable,
  originKey,
  Promotion,
  Stage,
} from 'backstage-plugin-kargo-common';
import { freightCollectionId } from '../derivedNames';

/** What a Promotion does when the engine looks at it. */
export type PromotionStart =
  | { kind: 'abort'; actor?: string }
  | { kind: 'wait'; reason: 'not-acknowledged' }
  | { kind: 'refuse'; message: string }
  | { kind: 'run'; collection: FreightCollection };

/** Who asked to abort; `undefined` when nobody did. */
export function abortRequest(
  promotion: Promotion,
): { actor?: string } | undefined {
  return parseAbortRequest(promotion.metadata.annotations?.[ANNOTATIONS.abort]);
}

/** Reads the annotation that asks to abort: an action, or a JSON request. */
export function parseAbortRequest(
  value: string | undefined,
): { actor?: string } | undefined {
  if (!value) {
    return undefined;
  }
  let parsed: unknown;
  try {
    parsed = JSON.parse(value);
  } catch {
    return value === 'terminate' ? {} : undefined;
  }
  const request = parsed as { action?: unknown; actor?: unknown } | null;
  if (typeof request !== 'object' || request?.action !== 'terminate') {
    return undefined;
  }
  return typeof request.actor === 'string' ? { actor: request.actor } : {};
}

/**
 * Whether a Promotion may run now.
 *
 * @remarks
 * It runs only while its Stage acknowledges it. Availability is judged on every pass:
 * losing it, for example by a withdrawn approval, ends a running Promotion.
 *
 * @param freight - the target; `undefined` when it is gone
 */
export function decidePromotionStart(
  promotion: Promotion,
  stage: Stage | undefined,
  freight: Freight | undefined,
  nowMs: number,
): PromotionStart {
  const abort = abortRequest(promotion);
  if (abort) {
    return { kind: 'abort', ...abort };
  }
  if (!stage) {
    return {
      kind: 'refuse',
      message: `Stage '${promotion.spec.stage}' does not exist any more`,
    };
  }
  if (stage.status?.currentPromotion?.name !== promotion.metadata.name) {
    return { kind: 'wait', reason: 'not-acknowledged' };
  }
  if (!freight) {
    return {
      kind: 'refuse',
      message: `Freight '${promotion.spec.freight}' does not exist any more`,
    };
  }
  const availability = isFreightAvailable(stage, freight, nowMs);
  if (!availability.available) {
    return {
      kind: 'refuse',
      message: `Freight '${freight.metadata.name}' is not available to Stage '${stage.metadata.name}': ${availability.message}`,
    };
  }
  return { kind: 'run', collection: targetCollection(stage, freight) };
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
