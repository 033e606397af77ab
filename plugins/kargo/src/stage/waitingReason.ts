import {
  availabilityReason,
  explainStageError,
  explainStageOutcome,
  holdReason,
  NewerFreight,
  originKey,
  Reason,
  Stage,
  tellReason,
  ToldReason,
} from 'backstage-plugin-kargo-common';

/**
 * Why a Stage is not as it should be, or what newer Freight waits for, as far as what is on
 * the page tells: the most pressing alone, by the engine's rules, so that lists show it
 * without asking the engine once per Stage. Nothing while a Promotion runs, which is seen.
 */
export function waitingReason(
  stage: Stage,
  newer: readonly NewerFreight[],
  nowMs: number,
): ToldReason | undefined {
  const status = stage.status ?? {};
  const trouble = [
    ...explainStageError(status),
    ...explainStageOutcome(status),
  ].map(reason => tellReason(reason));
  const problem = trouble.find(({ tone }) => tone === 'problem');
  if (problem || status.currentPromotion) {
    return problem;
  }
  const reason = newer
    .flatMap(({ freight }) => objection(stage, freight, nowMs) ?? [])
    .at(0);
  return reason && tellReason(reason);
}

function objection(
  stage: Stage,
  freight: NewerFreight['freight'],
  nowMs: number,
): Reason | undefined {
  const { autoPromotionEnabled, autoPromotionHolds, ...status } =
    stage.status ?? {};
  return (
    availabilityReason(stage, freight, nowMs) ??
    (autoPromotionEnabled
      ? holdReason(
          status.effectiveAutoPromotionHolds ?? autoPromotionHolds,
          freight,
        )
      : {
          code: 'auto-promotion-disabled',
          origin: originKey(freight.origin),
          freight: freight.metadata.name,
        })
  );
}
