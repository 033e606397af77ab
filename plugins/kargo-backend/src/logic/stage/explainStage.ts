import {
  comparePromotions,
  explainStageError,
  explainStageOutcome,
  isPromotionTerminal,
  Promotion,
  Reason,
  Stage,
  StageStatus,
} from 'backstage-plugin-kargo-common';
import { explainStep } from '../promotion/explainPromotion';
import { mustVerifyFirst } from './followPromotions';
import { goneFreight } from './occupancy';
import { StageSnapshot } from './StageSnapshot';

/**
 * What a Stage as a whole waits for, the most pressing first: trouble of the engine, what
 * is gone, Promotions, verification, health.
 */
export function explainStage(
  snapshot: Pick<StageSnapshot, 'stage' | 'promotions' | 'present'> & {
    status: StageStatus;
  },
): Reason[] {
  const { stage, status, promotions } = snapshot;
  return [
    // Of the last look: this one shows in the stored status only when it succeeded.
    ...explainStageError(stage.status),
    ...goneFreight(snapshot, status).map(
      (freight): Reason => ({ code: 'freight-gone', freight }),
    ),
    ...explainPromotions(stage, status, promotions),
    ...explainStageOutcome(status),
  ];
}

function explainPromotions(
  stage: Stage,
  status: StageStatus,
  promotions: Promotion[],
): Reason[] {
  const { currentPromotion } = status;
  if (currentPromotion) {
    const running = promotions.find(
      ({ metadata }) => metadata.name === currentPromotion.name,
    );
    return [
      {
        code: 'promoting',
        promotion: currentPromotion.name,
        phase: running?.status?.phase || 'Pending',
        ...(currentPromotion.freight && {
          freight: currentPromotion.freight.name,
        }),
      },
      ...(running ? explainPause(running, stage) : []),
    ];
  }
  const reasons: Reason[] = [];
  const waiting = promotions
    .filter(promotion => !isPromotionTerminal(promotion.status?.phase))
    .sort(comparePromotions);
  if (waiting.length > 0 && mustVerifyFirst(status)) {
    reasons.push({
      code: 'verification-first',
      stage: stage.metadata.name,
      promotion: waiting[0].metadata.name,
      waiting: waiting.length,
    });
  }
  return reasons;
}

/** That a step waits or is tried again; one that runs needs no word. */
function explainPause(running: Promotion, stage: Stage): Reason[] {
  const reason = explainStep(running, stage);
  return reason.code === 'step-waiting' || reason.code === 'step-retrying'
    ? [reason]
    : [];
}
