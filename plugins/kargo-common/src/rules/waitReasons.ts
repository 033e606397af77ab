import { findCondition } from '../model/conditions';
import { Freight } from '../model/Freight';
import { PromotionPhase } from '../model/Promotion';
import { originKey } from '../model/references';
import {
  currentFreight,
  FreightRequest,
  HealthState,
  isControlFlow,
  isVerificationTerminal,
  Stage,
  VerificationPhase,
} from '../model/Stage';
import { compareNewestFreight } from './freightOrder';
import { FreightAvailability, isFreightAvailable } from './isFreightAvailable';

/**
 * Why a Stage does not hold the newest Freight, or does not count as ready. Data
 * only; whoever shows it chooses the words.
 *
 * @public
 */
export type WaitReason =
  | { kind: 'reconcile-error'; message: string }
  | { kind: 'promoting'; promotion: string; freight?: string }
  | {
      kind: 'promotion-failed';
      promotion: string;
      phase: PromotionPhase;
      message: string;
    }
  | { kind: 'verifying'; phase: VerificationPhase; message: string }
  | { kind: 'verification-failed'; phase: VerificationPhase; message: string }
  | { kind: 'health'; health: HealthState; issues: string[] }
  | {
      kind: 'held';
      origin: string;
      freight: string;
      promotion: string;
      actor?: string;
    }
  | { kind: 'no-freight'; origin: string }
  | {
      kind: 'not-available';
      origin: string;
      freight: string;
      availability: FreightAvailability;
    }
  | { kind: 'automation-off'; origin: string; freight: string }
  | { kind: 'not-retried'; origin: string; freight: string; promotion: string };

/**
 * Everything a Stage waits for, the most pressing first; empty when it holds the
 * newest Freight of each origin, healthy and verified.
 *
 * @public
 */
export function waitReasons(
  stage: Stage,
  freight: Freight[],
  nowMs: number,
): WaitReason[] {
  if (isControlFlow(stage)) {
    return reconcileErrors(stage);
  }
  return [
    ...reconcileErrors(stage),
    ...promotionReasons(stage),
    ...verificationReasons(stage),
    ...healthReasons(stage),
    ...stage.spec.requestedFreight.flatMap(request =>
      freightReasons(stage, request, freight, nowMs),
    ),
  ];
}

function reconcileErrors(stage: Stage): WaitReason[] {
  const ready = findCondition(stage.status, 'Ready');
  return ready?.status === 'False' && ready.reason === 'ReconcileError'
    ? [{ kind: 'reconcile-error', message: ready.message }]
    : [];
}

function promotionReasons(stage: Stage): WaitReason[] {
  const { currentPromotion, lastPromotion } = stage.status ?? {};
  if (currentPromotion) {
    return [
      {
        kind: 'promoting',
        promotion: currentPromotion.name,
        ...(currentPromotion.freight && {
          freight: currentPromotion.freight.name,
        }),
      },
    ];
  }
  const phase = lastPromotion?.status?.phase;
  return lastPromotion && (phase === 'Failed' || phase === 'Errored')
    ? [
        {
          kind: 'promotion-failed',
          promotion: lastPromotion.name,
          phase,
          message: lastPromotion.status?.message ?? '',
        },
      ]
    : [];
}

function verificationReasons(stage: Stage): WaitReason[] {
  const history = currentFreight(stage)?.verificationHistory ?? [];
  const newest = history[0];
  if (!newest) {
    return [];
  }
  const { phase, message = '' } = newest;
  if (!isVerificationTerminal(phase)) {
    return [{ kind: 'verifying', phase, message }];
  }
  return history.some(entry => entry.phase === 'Successful')
    ? []
    : [{ kind: 'verification-failed', phase, message }];
}

function healthReasons(stage: Stage): WaitReason[] {
  const health = stage.status?.health;
  const settled =
    !health ||
    health.status === 'Healthy' ||
    health.status === 'NotApplicable' ||
    stage.status?.currentPromotion !== undefined;
  return settled
    ? []
    : [{ kind: 'health', health: health.status, issues: health.issues ?? [] }];
}

function freightReasons(
  stage: Stage,
  request: FreightRequest,
  all: Freight[],
  nowMs: number,
): WaitReason[] {
  const origin = originKey(request.origin);
  const newest = all
    .filter(candidate => originKey(candidate.origin) === origin)
    .sort(compareNewestFreight)[0];
  if (!newest) {
    return [{ kind: 'no-freight', origin }];
  }
  const name = newest.metadata.name;
  const held = currentFreight(stage)?.items[origin]?.name;
  if (held === name || stage.status?.currentPromotion?.freight?.name === name) {
    return [];
  }
  const availability = isFreightAvailable(stage, newest, nowMs);
  if (!availability.available) {
    return [{ kind: 'not-available', origin, freight: name, availability }];
  }
  return [automationReason(stage, origin, name)].filter(
    reason => reason !== undefined,
  );
}

function automationReason(
  stage: Stage,
  origin: string,
  freight: string,
): WaitReason | undefined {
  const { autoPromotionEnabled, lastPromotion } = stage.status ?? {};
  if (!autoPromotionEnabled) {
    return { kind: 'automation-off', origin, freight };
  }
  const { effectiveAutoPromotionHolds, autoPromotionHolds } =
    stage.status ?? {};
  const hold = (effectiveAutoPromotionHolds ?? autoPromotionHolds)?.[origin];
  if (hold) {
    return {
      kind: 'held',
      origin,
      freight: hold.freightName,
      promotion: hold.promotionName,
      ...(hold.actor && { actor: hold.actor }),
    };
  }
  const phase = lastPromotion?.status?.phase;
  return lastPromotion?.freight?.name === freight &&
    phase !== undefined &&
    phase !== 'Succeeded'
    ? {
        kind: 'not-retried',
        origin,
        freight,
        promotion: lastPromotion.name,
      }
    : undefined;
}
