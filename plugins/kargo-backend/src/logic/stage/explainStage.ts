import {
  comparePromotions,
  currentFreight,
  findCondition,
  isPromotionTerminal,
  isVerificationTerminal,
  Promotion,
  Reason,
  Stage,
  StageStatus,
} from 'backstage-plugin-kargo-common';
import { isTrusted } from './decideVerification';
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
    ...explainError(stage),
    ...goneFreight(snapshot, status).map(
      (freight): Reason => ({ code: 'freight-gone', freight }),
    ),
    ...explainPromotions(stage, status, promotions),
    ...explainVerification(stage, status),
    ...explainHealth(status),
  ];
}

/** The last look failed; this one shows in the stored status only when it succeeded. */
function explainError({ status }: Stage): Reason[] {
  const ready = findCondition(status, 'Ready');
  return ready?.status === 'False' && ready.reason === 'ReconcileError'
    ? [{ code: 'reconcile-error', error: ready.message }]
    : [];
}

function explainPromotions(
  stage: Stage,
  status: StageStatus,
  promotions: Promotion[],
): Reason[] {
  const { currentPromotion, lastPromotion } = status;
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
  const phase = lastPromotion?.status?.phase;
  if (lastPromotion && (phase === 'Failed' || phase === 'Errored')) {
    reasons.push({
      code: 'promotion-failed',
      promotion: lastPromotion.name,
      phase,
      error: lastPromotion.status?.message ?? '',
    });
  }
  return reasons;
}

function explainVerification(stage: Stage, status: StageStatus): Reason[] {
  const history =
    currentFreight({ ...stage, status })?.verificationHistory ?? [];
  const newest = history.at(0);
  if (!newest) {
    return [];
  }
  const about = { verification: newest.id, phase: newest.phase };
  if (!isVerificationTerminal(newest.phase)) {
    return [{ code: 'verifying', ...about }];
  }
  return isTrusted(history)
    ? []
    : [
        {
          code: 'verification-failed',
          ...about,
          error: newest.message ?? '',
        },
      ];
}

/** Of health nothing is known while something is promoted or after it failed, which is said already. */
function explainHealth({
  health,
  currentPromotion,
  lastPromotion,
}: StageStatus): Reason[] {
  const isAssessed =
    health && !currentPromotion && lastPromotion?.status?.phase === 'Succeeded';
  return isAssessed &&
    health.status !== 'Healthy' &&
    health.status !== 'NotApplicable'
    ? [
        {
          code: 'health',
          health: health.status,
          issues: health.issues ?? [],
        },
      ]
    : [];
}
