import { findCondition } from '../model/conditions';
import { Freight } from '../model/Freight';
import { Reason } from '../model/reasons';
import { originKey } from '../model/references';
import {
  AutoPromotionHold,
  isVerificationTerminal,
  StageStatus,
} from '../model/Stage';
import { isVerificationTrusted } from './verificationTrust';

/**
 * That the engine could not look after a Stage when it last tried.
 *
 * @public
 */
export function explainStageError(status: StageStatus | undefined): Reason[] {
  const ready = findCondition(status, 'Ready');
  return ready?.status === 'False' && ready.reason === 'ReconcileError'
    ? [{ code: 'reconcile-error', error: ready.message }]
    : [];
}

/**
 * What became of what was last promoted to a Stage, as far as it is not well: the
 * Promotion, its verification, its health.
 *
 * @public
 */
export function explainStageOutcome(status: StageStatus): Reason[] {
  return [
    ...explainLastPromotion(status),
    ...explainVerification(status),
    ...explainHealth(status),
  ];
}

/**
 * That automation does not promote Freight, because a person chose other Freight of its
 * origin.
 *
 * @param holds - by origin key
 *
 * @public
 */
export function holdReason(
  holds: Record<string, AutoPromotionHold> | undefined,
  freight: Freight,
): Reason | undefined {
  const origin = originKey(freight.origin);
  const hold = holds?.[origin];
  return hold
    ? {
        code: 'held',
        origin,
        freight: freight.metadata.name,
        holder: hold.freightName,
        promotion: hold.promotionName,
        ...(hold.actor && { actor: hold.actor }),
      }
    : undefined;
}

function explainLastPromotion({
  currentPromotion,
  lastPromotion,
}: StageStatus): Reason[] {
  const phase = lastPromotion?.status?.phase;
  return !currentPromotion &&
    lastPromotion &&
    (phase === 'Failed' || phase === 'Errored')
    ? [
        {
          code: 'promotion-failed',
          promotion: lastPromotion.name,
          phase,
          error: lastPromotion.status?.message ?? '',
        },
      ]
    : [];
}

function explainVerification(status: StageStatus): Reason[] {
  const history = status.freightHistory?.[0]?.verificationHistory ?? [];
  const newest = history.at(0);
  if (!newest) {
    return [];
  }
  const about = { verification: newest.id, phase: newest.phase };
  if (!isVerificationTerminal(newest.phase)) {
    return [{ code: 'verifying', ...about }];
  }
  return isVerificationTrusted(history)
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
