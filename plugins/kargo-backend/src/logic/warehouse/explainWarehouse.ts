import {
  findCondition,
  Reason,
  Warehouse,
  WarehouseStatus,
} from 'backstage-plugin-kargo-common';
import { FreightContent } from './assembleFreight';
import { intervalOf, nextDiscoveryAt } from './isDiscoveryDue';

/** The next status of a Warehouse and the Freight to make, if any. */
export interface WarehouseChoice {
  reason:
    | 'missing-artifacts'
    | 'unread-subscriptions'
    | 'criteria-failed'
    | 'criteria-unsatisfied'
    | 'manual-policy'
    | 'create-freight';
  status: WarehouseStatus;
  /** Why there is no Freight, where something is wrong; subscriptions that failed are told apart. */
  problem?: string;
  freight?: FreightContent & { name: string };
}

/** The reasons of a decision: why a Warehouse makes, or does not make, Freight, and when it looks again. */
export function explainWarehouse(
  warehouse: Warehouse,
  decision: WarehouseChoice,
  minimumIntervalMs: number,
): Reason[] {
  const { status = {} } = warehouse;
  const failures = status.subscriptionFailures ?? [];
  const hasLooked =
    failures.length > 0 || !!status.discoveredArtifacts?.discoveredAt;
  const isDiscovering =
    findCondition(status, 'Reconciling')?.status === 'True' || !hasLooked;
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
    ...(isDiscovering && !hasLooked ? [] : [explainDecision(decision)]),
    ...explainConsidered(status),
    ...nextDiscovery(warehouse, minimumIntervalMs),
  ];
}

/** What subscriptions had to choose from, and why it is not the newest. */
export function explainConsidered({
  considered = [],
}: WarehouseStatus): Reason[] {
  return considered.flatMap(
    ({ subscription, count, unit, leftOut }): Reason[] => [
      { code: 'considered', subscription, count, unit },
      ...(leftOut
        ? [
            {
              code: 'newest-left-out',
              subscription,
              newest: leftOut.name,
              by: leftOut.by,
            } satisfies Reason,
          ]
        : []),
    ],
  );
}

function explainDecision(decision: WarehouseChoice): Reason {
  switch (decision.reason) {
    case 'missing-artifacts':
    case 'unread-subscriptions':
    case 'criteria-failed':
      return { code: decision.reason, error: decision.problem ?? '' };
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

function nextDiscovery(warehouse: Warehouse, minimumMs: number): Reason[] {
  const intervalMs = intervalOf(warehouse, minimumMs);
  const at = nextDiscoveryAt(warehouse, { intervalMs });
  return at === undefined
    ? []
    : [{ code: 'next-discovery', at: new Date(at).toISOString() }];
}
