import type { Application } from 'backstage-plugin-kargo-node';
import { isCompleted } from './decideSync';
import { findErrorCondition, isOutdated } from './judgeHealth';

/** What a Promotion can wait for. */
export type WaitTarget =
  | 'health'
  | 'sync'
  | 'operation'
  | 'suspended'
  | 'degraded';

/** Whether an Application is where it is waited for. */
export type WaitVerdict =
  | { kind: 'ready' }
  | { kind: 'waiting'; reason: string; isOutdated?: boolean }
  /** It will not come there by waiting. */
  | { kind: 'failed'; reason: string };

/** Targets that name a health, and the health that each names. */
const HEALTH_TARGETS: Partial<Record<WaitTarget, string>> = {
  health: 'Healthy',
  suspended: 'Suspended',
  degraded: 'Degraded',
};

/**
 * Judges whether an Application has come to all targets; of those that name a health one
 * is enough.
 *
 * @param previousHealth - what it was when Argo CD last knew
 */
export function judgeWait(
  application: Application,
  targets: readonly WaitTarget[],
  previousHealth: string | undefined,
): WaitVerdict {
  const { operation, status } = application;
  const error = findErrorCondition(application);
  if (error) {
    return { kind: 'failed', reason: `it has the condition ${error}` };
  }
  const state = status?.operationState;
  if (
    targets.includes('operation') &&
    (operation || (state && !isCompleted(state)))
  ) {
    const phase = state && !isCompleted(state) ? state.phase : 'Pending';
    return { kind: 'waiting', reason: `its operation is ${phase}` };
  }
  const wanted = targets.flatMap(target => HEALTH_TARGETS[target] ?? []);
  if (wanted.length > 0) {
    const verdict = judgeHealthTargets(application, targets, {
      wanted,
      previousHealth,
    });
    if (verdict) {
      return verdict;
    }
  }
  const sync = status?.sync?.status ?? 'Unknown';
  return targets.includes('sync') && sync !== 'Synced'
    ? { kind: 'waiting', reason: `it is ${sync}, not Synced` }
    : { kind: 'ready' };
}

function judgeHealthTargets(
  application: Application,
  targets: readonly WaitTarget[],
  { wanted, previousHealth }: { wanted: string[]; previousHealth?: string },
): WaitVerdict | undefined {
  if (isOutdated(application)) {
    return {
      kind: 'waiting',
      reason: 'Argo CD has not looked at it since its last operation',
      isOutdated: true,
    };
  }
  const { status: health = 'Unknown', message } =
    application.status?.health ?? {};
  const told = message ? `: ${message}` : '';
  const hasBecomeWorse =
    health === 'Degraded' &&
    !['', 'Degraded', 'Unknown'].includes(previousHealth ?? '');
  if (targets.includes('health') && hasBecomeWorse) {
    return {
      kind: 'failed',
      reason: `it was ${previousHealth} and has become Degraded${told}`,
    };
  }
  return wanted.includes(health)
    ? undefined
    : {
        kind: 'waiting',
        reason: `it is ${health}, not ${wanted.join(' or ')}${told}`,
      };
}
