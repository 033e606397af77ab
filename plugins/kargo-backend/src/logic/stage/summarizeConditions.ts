import {
  currentFreight,
  findCondition,
  Stage,
  StageStatus,
} from 'backstage-plugin-kargo-common';
import { deleteConditions, setCondition } from '../conditions';

/** One word for what a Stage holds: the Freight's name, or how many requests are met. */
export function freightSummary(stage: Stage, status: StageStatus): string {
  const requested = stage.spec.requestedFreight.length;
  const current = currentFreight({ ...stage, status });
  const held = Object.values(current?.items ?? {});
  return requested === 1 && held.length === 1
    ? held[0].name
    : `${held.length}/${requested} Fulfilled`;
}

/**
 * The status with its summary and its `Ready` condition, from the other conditions; first
 * match: promoting, last Promotion failed, what it holds is gone, not healthy, not
 * verified, ready.
 *
 * @param gone - names of Freight that the Stage holds and that does not exist any more
 * @param now - RFC 3339
 */
export function summarizeConditions(
  stage: Stage,
  status: StageStatus,
  gone: string[],
  now: string,
): StageStatus {
  const summarized = {
    ...status,
    freightSummary: freightSummary(stage, status),
  };
  const blocker = findBlocker(status, gone);
  const ready = setCondition(
    deleteConditions(status.conditions, 'Reconciling'),
    {
      type: 'Ready',
      status: blocker ? 'False' : 'True',
      reason: blocker?.reason ?? 'Verified',
      message: blocker?.message ?? 'Freight has been verified',
      observedGeneration: stage.metadata.generation,
    },
    now,
  );
  return {
    ...summarized,
    conditions: ready,
    ...(!blocker && { observedGeneration: stage.metadata.generation }),
  };
}

function findBlocker(
  status: StageStatus,
  gone: string[],
): { reason: string; message: string } | undefined {
  const promoting = findCondition(status, 'Promoting');
  if (promoting) {
    return promoting;
  }
  const phase = status.lastPromotion?.status?.phase;
  if (phase && phase !== 'Succeeded') {
    return {
      reason: `LastPromotion${phase}`,
      message:
        status.lastPromotion?.status?.message ??
        `Promotion ${status.lastPromotion?.name} ended as ${phase}`,
    };
  }
  if (gone.length > 0) {
    return {
      reason: 'FreightGone',
      message: `Freight ${gone
        .map(name => `'${name}'`)
        .join(', ')}, which the Stage holds, does not exist any more`,
    };
  }
  const healthy = findCondition(status, 'Healthy');
  if (healthy?.status !== 'True') {
    return healthy ?? { reason: 'Unhealthy', message: 'Health is not known' };
  }
  const verified = findCondition(status, 'Verified');
  if (verified?.status !== 'True') {
    return (
      verified ?? {
        reason: 'PendingVerification',
        message: 'Verification is pending',
      }
    );
  }
  return undefined;
}

/**
 * The status of a Stage whose reconcile failed: the error is visible, everything else
 * stays.
 */
export function recordReconcileError(
  stage: Stage,
  message: string,
  now: string,
): StageStatus {
  const observedGeneration = stage.metadata.generation;
  return {
    ...stage.status,
    conditions: setCondition(
      setCondition(
        stage.status?.conditions,
        {
          type: 'Ready',
          status: 'False',
          reason: 'ReconcileError',
          message,
          observedGeneration,
        },
        now,
      ),
      {
        type: 'Reconciling',
        status: 'True',
        reason: 'RetryAfterError',
        message: 'Trying again after an error',
        observedGeneration,
      },
      now,
    ),
  };
}
