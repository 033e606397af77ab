import { findCondition, isConditionTrue } from '../model/conditions';
import {
  currentFreight,
  isControlFlow,
  isVerificationTerminal,
  Stage,
} from '../model/Stage';
import { isVerificationTrusted } from './verificationTrust';

/** What a Stage is doing, in one word. @public */
export type StageState =
  | 'passThrough'
  | 'promoting'
  | 'verifying'
  | 'promotionFailed'
  | 'verificationFailed'
  | 'unhealthy'
  | 'error'
  | 'empty'
  | 'settling'
  | 'ready'
  | 'unknown';

/** Whether automation promotes to a Stage. @public */
export type AutomationState = 'on' | 'off' | 'held';

/** What a Stage is doing; the first that applies, the most pressing first. @public */
export function stageState(stage: Stage): StageState {
  if (isControlFlow(stage)) {
    return hasReconcileError(stage) ? 'error' : 'passThrough';
  }
  const { currentPromotion, lastPromotion, health } = stage.status ?? {};
  const history = currentFreight(stage)?.verificationHistory ?? [];
  if (currentPromotion) {
    return 'promoting';
  }
  if (history[0] && !isVerificationTerminal(history[0].phase)) {
    return 'verifying';
  }
  if (hasReconcileError(stage)) {
    return 'error';
  }
  if (['Failed', 'Errored'].includes(lastPromotion?.status?.phase ?? '')) {
    return 'promotionFailed';
  }
  if (!currentFreight(stage)) {
    return 'empty';
  }
  if (health?.status === 'Unhealthy') {
    return 'unhealthy';
  }
  if (history[0] && !isVerificationTrusted(history)) {
    return 'verificationFailed';
  }
  if (isConditionTrue(stage.status, 'Ready')) {
    return 'ready';
  }
  return health?.status === 'Unknown' ? 'unknown' : 'settling';
}

const FAILING: ReadonlyArray<StageState> = [
  'promotionFailed',
  'verificationFailed',
  'unhealthy',
  'error',
];

/** Whether somebody has to look at a Stage in this state. @public */
export function isFailing(state: StageState): boolean {
  return FAILING.includes(state);
}

/**
 * Whether automation promotes to a Stage, or waits for someone to resume it.
 *
 * @public
 */
export function automationState(stage: Stage): AutomationState {
  const {
    autoPromotionEnabled,
    autoPromotionHolds,
    effectiveAutoPromotionHolds,
  } = stage.status ?? {};
  if (!autoPromotionEnabled) {
    return 'off';
  }
  const holds = effectiveAutoPromotionHolds ?? autoPromotionHolds ?? {};
  return Object.keys(holds).length > 0 ? 'held' : 'on';
}

function hasReconcileError(stage: Stage): boolean {
  const ready = findCondition(stage.status, 'Ready');
  return ready?.status === 'False' && ready.reason === 'ReconcileError';
}
