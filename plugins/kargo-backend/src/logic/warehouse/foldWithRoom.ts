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
 * the most has failed, and the next ones where that is not enough either.
 */
export function foldWithRoom(
  warehouse: Warehouse,
  pass: Omit<Parameters<typeof foldDiscovery>[0], 'subscriptions' | 'status'>,
): DiscoveryStatus {
  const { subscriptions, interval } = warehouse.spec;
  const { status } = warehouse;
  const folded = withoutExcessState(
    warehouse,
    foldDiscovery({ ...pass, subscriptions, status }),
  );
  const tooMuch = findLargest(pass.outcomes, excessOf(warehouse, folded));
  if (tooMuch.size === 0) {
    return folded;
  }
  const retryAtMs = Date.parse(pass.now) + durationToMilliseconds(interval);
  return foldWithRoom(warehouse, {
    ...pass,
    outcomes: pass.outcomes.map((outcome, index): SubscriptionOutcome => {
      const bytes = tooMuch.get(index);
      return bytes === undefined
        ? outcome
        : { kind: 'failed', message: noRoomFor(bytes), retryAtMs };
    }),
  });
}

function noRoomFor(bytes: number): string {
  return `what it found takes ${formatBytes(
    bytes,
  )}, for which the Warehouse has no room; lower its discoveryLimit`;
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

/** What the largest outcomes take that together are as much as the excess, by index. */
function findLargest(
  outcomes: readonly SubscriptionOutcome[],
  excess: number,
): Map<number, number> {
  const largestFirst = outcomes
    .flatMap((outcome, index) =>
      outcome.kind === 'found'
        ? [{ index, bytes: jsonBytes(outcome.discovery) }]
        : [],
    )
    .sort((a, b) => b.bytes - a.bytes);
  const found = new Map<number, number>();
  let left = excess;
  for (const { index, bytes } of largestFirst) {
    if (left <= 0) {
      break;
    }
    found.set(index, bytes);
    left -= bytes;
  }
  return found;
}
