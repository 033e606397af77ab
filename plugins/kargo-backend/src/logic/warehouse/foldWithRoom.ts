import {
  durationToMilliseconds,
  JsonValue,
  Warehouse,
} from 'backstage-plugin-kargo-common';
import { formatBytes, jsonBytes, MAX_RESOURCE_BYTES } from '../resourceSize';
import {
  DiscoveryStatus,
  foldDiscovery,
  SubscriptionOutcome,
} from './foldDiscovery';

/** Of a Warehouse, kept free for what is written of it besides what was discovered: conditions. */
const RESERVED_BYTES = 128 * 1024;

/**
 * {@link foldDiscovery} with as much as the Warehouse has room for.
 *
 * @remarks
 * First goes what subscriptions carry over to their next discovery, the largest first: without
 * it they look at more than they need. Where that is not enough, the subscription that found
 * the most has failed.
 */
export function foldWithRoom(
  warehouse: Warehouse,
  pass: { names: string[]; outcomes: SubscriptionOutcome[]; now: string },
): DiscoveryStatus {
  const { subscriptions, interval } = warehouse.spec;
  const { status } = warehouse;
  const folded = withoutExcessState(
    warehouse,
    foldDiscovery({ ...pass, subscriptions, status }),
  );
  const largest =
    excessOf(warehouse, folded) > 0 ? findLargest(pass.outcomes) : undefined;
  if (!largest) {
    return folded;
  }
  const failed: SubscriptionOutcome = {
    kind: 'failed',
    message: `what it found takes ${formatBytes(
      largest.bytes,
    )}, for which the Warehouse has no room; lower its discoveryLimit`,
    retryAtMs: Date.parse(pass.now) + durationToMilliseconds(interval),
  };
  return foldWithRoom(warehouse, {
    ...pass,
    outcomes: pass.outcomes.map((outcome, index) =>
      index === largest.index ? failed : outcome,
    ),
  });
}

function excessOf(warehouse: Warehouse, found: DiscoveryStatus): number {
  const room = MAX_RESOURCE_BYTES - RESERVED_BYTES;
  const status = { ...warehouse.status, ...found };
  return jsonBytes({ ...warehouse, status }) - room;
}

function withoutExcessState(
  warehouse: Warehouse,
  found: DiscoveryStatus,
): DiscoveryStatus {
  const memories = (found.subscriptionState ?? []) as Array<{
    state?: JsonValue;
  }>;
  const largestFirst = memories
    .map(({ state }, index) => ({ index, bytes: jsonBytes(state) }))
    .sort((a, b) => b.bytes - a.bytes);
  let excess = excessOf(warehouse, found);
  const dropped = new Set<number>();
  for (const { index, bytes } of largestFirst) {
    if (excess <= 0) {
      break;
    }
    dropped.add(index);
    excess -= bytes;
  }
  return {
    ...found,
    subscriptionState: memories.map(({ state, ...memory }, index) =>
      dropped.has(index) || state === undefined ? memory : { ...memory, state },
    ) as JsonValue[],
  };
}

function findLargest(
  outcomes: readonly SubscriptionOutcome[],
): { index: number; bytes: number } | undefined {
  return outcomes
    .flatMap((outcome, index) =>
      outcome.kind === 'found'
        ? [{ index, bytes: jsonBytes(outcome.discovery) }]
        : [],
    )
    .sort((a, b) => b.bytes - a.bytes)
    .at(0);
}
