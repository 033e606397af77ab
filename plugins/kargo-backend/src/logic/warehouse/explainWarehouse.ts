import {
  durationToMilliseconds,
  findCondition,
  Reason,
  Warehouse,
} from 'backstage-plugin-kargo-common';
import { WarehouseDecision } from './decideWarehouse';
import { nextRetryAt } from './isDiscoveryDue';

/** Why a Warehouse makes, or does not make, Freight, and when it looks again. */
export function explainWarehouse(
  warehouse: Warehouse,
  decision: WarehouseDecision,
): Reason[] {
  const { status = {} } = warehouse;
  const isDiscovering =
    findCondition(status, 'Reconciling')?.status === 'True' ||
    !status.discoveredArtifacts?.discoveredAt;
  const failures = status.subscriptionFailures ?? [];
  return [
    ...failures.map(
      ({ subscription, message, retryAt }): Reason => ({
        code: 'subscription-failed',
        subscription,
        error: message,
        ...(retryAt && { retryAt }),
      }),
    ),
    ...(isDiscovering ? [{ code: 'discovering' } satisfies Reason] : []),
    ...(isDiscovering && !status.discoveredArtifacts
      ? []
      : [explainDecision(decision)]),
    ...nextDiscovery(warehouse),
  ];
}

function explainDecision(decision: WarehouseDecision): Reason {
  const ready = findCondition(decision.status, 'Ready');
  const error = ready?.message ?? '';
  switch (decision.reason) {
    case 'missing-artifacts':
    case 'unread-subscriptions':
    case 'criteria-failed':
      return { code: decision.reason, error };
    case 'create-freight':
      return {
        code: 'creates-freight',
        freight: decision.freight?.name ?? '',
      };
    case 'manual-policy':
      return { code: 'manual-policy' };
    default:
      return { code: 'criteria-unsatisfied' };
  }
}

function nextDiscovery(warehouse: Warehouse): Reason[] {
  const discoveredAt = warehouse.status?.discoveredArtifacts?.discoveredAt;
  if (!discoveredAt) {
    return [];
  }
  const regular =
    Date.parse(discoveredAt) + durationToMilliseconds(warehouse.spec.interval);
  const at = Math.min(regular, nextRetryAt(warehouse) ?? Infinity);
  return [{ code: 'next-discovery', at: new Date(at).toISOString() }];
}
