import {
  Considered,
  DiscoveredArtifacts,
  JsonValue,
  Subscription,
  SubscriptionFailure,
  Warehouse,
  WarehouseStatus,
} from 'backstage-plugin-kargo-common';
import type {
  DiscoveryResult,
  PreviousDiscovery,
  SubscriptionAnswer,
} from 'backstage-plugin-kargo-node';
import { sha256Hex } from '../hash';
import { toStableJson } from '../stableJson';

/** What one subscription came to in a pass. `undefined` parts were not asked. */
export type SubscriptionOutcome =
  | ({ kind: 'found' } & SubscriptionAnswer)
  | { kind: 'failed'; message: string; retryAtMs: number }
  /** Not due in this pass: what is known stays. */
  | { kind: 'kept' };

const LISTS = {
  git: 'git',
  image: 'images',
  chart: 'charts',
  generic: 'results',
} as const;

type ListName = (typeof LISTS)[keyof typeof LISTS];

type ResultLists = Pick<DiscoveredArtifacts, ListName>;

/** What the status remembers about one subscription: where its result stands, and its own state. */
interface Memory {
  hash: string;
  list?: ListName;
  position?: number;
  state?: JsonValue;
  considered?: Considered;
}

/** Identifies the spec of a subscription: results are reused only for an equal one. */
export function subscriptionHash(subscription: Subscription): string {
  return sha256Hex(toStableJson(subscription as JsonValue)).slice(0, 16);
}

/**
 * The last good discovery of every subscription, by position; `undefined` where there is
 * none or the subscription changed since.
 */
export function previousDiscoveries(
  subscriptions: Subscription[],
  status: WarehouseStatus | undefined,
): Array<PreviousDiscovery | undefined> {
  const memories = memoriesOf(status);
  return subscriptions.map(subscription => {
    const memory = memories.get(subscriptionHash(subscription));
    return memory && recall(memory, status?.discoveredArtifacts);
  });
}

function memoriesOf(status: WarehouseStatus | undefined): Map<string, Memory> {
  return new Map(
    ((status?.subscriptionState ?? []) as unknown as Memory[]).map(memory => [
      memory.hash,
      memory,
    ]),
  );
}

/**
 * Positions of the subscriptions of which no result is known: none was ever read, or the
 * subscription changed since and the new one was not.
 *
 * @remarks
 * Without one of them Freight would be half of what its Warehouse promises.
 */
export function findUnreadSubscriptions({ spec, status }: Warehouse): number[] {
  return previousDiscoveries(spec.subscriptions, status).flatMap(
    (previous, index) => (previous ? [] : [index]),
  );
}

function recall(
  memory: Memory,
  artifacts: DiscoveredArtifacts | undefined,
): PreviousDiscovery | undefined {
  if (memory.list === undefined || memory.position === undefined) {
    return undefined;
  }
  const result = artifacts?.[memory.list]?.[memory.position];
  const kind = (Object.keys(LISTS) as Array<keyof typeof LISTS>).find(
    candidate => LISTS[candidate] === memory.list,
  );
  return result && kind
    ? { result: { kind, result } as DiscoveryResult, state: memory.state }
    : undefined;
}

/** The part of a Warehouse's status that discovery owns. */
export type DiscoveryStatus = Pick<
  WarehouseStatus,
  | 'discoveredArtifacts'
  | 'subscriptionFailures'
  | 'subscriptionState'
  | 'considered'
>;

/**
 * The discovery part of the status after a pass.
 *
 * @remarks
 * Differs: upstream is all-or-nothing. Here a subscription that failed keeps its last
 * good result, is named in `subscriptionFailures` and is tried again on its own. Until
 * each has a result no Freight is made, see `findUnreadSubscriptions`.
 */
export function foldDiscovery(input: {
  subscriptions: Subscription[];
  names: string[];
  outcomes: SubscriptionOutcome[];
  status: WarehouseStatus | undefined;
  /** RFC 3339. */
  now: string;
  /** The versions of the credentials that subscriptions were asked with. */
  credentials?: readonly string[];
}): DiscoveryStatus {
  const { subscriptions, names, outcomes, status, now, credentials } = input;
  const previous = previousDiscoveries(subscriptions, status);
  const known = memoriesOf(status);
  const lists: ResultLists = {};
  const memories: Memory[] = [];
  const failures: SubscriptionFailure[] = [];
  subscriptions.forEach((subscription, index) => {
    const hash = subscriptionHash(subscription);
    const outcome = outcomes[index];
    const kept =
      outcome.kind === 'found'
        ? { result: outcome.discovery, state: outcome.state }
        : previous[index];
    const considered =
      (outcome.kind === 'found' && outcome.considered) ||
      known.get(hash)?.considered;
    memories.push({
      hash,
      ...(kept && place(lists, kept)),
      ...(considered && { considered }),
    });
    const failure = status?.subscriptionFailures?.find(
      candidate =>
        candidate.index === index && candidate.subscription === names[index],
    );
    if (outcome.kind === 'failed') {
      failures.push({
        index,
        subscription: names[index],
        message: outcome.message,
        attempts: (failure?.attempts ?? 0) + 1,
        failedAt: now,
        retryAt: `${new Date(outcome.retryAtMs).toISOString().slice(0, 19)}Z`,
        ...(credentials && { credentials: credentials[index] }),
      });
    } else if (outcome.kind === 'kept' && failure) {
      failures.push(failure);
    }
  });
  const considered = memories.flatMap((memory, index) =>
    memory.considered
      ? [{ subscription: names[index], ...memory.considered }]
      : [],
  );
  const discoveredAt = foundAt(input);
  return {
    ...(considered.length > 0 && { considered }),
    ...(discoveredAt && {
      discoveredArtifacts: { discoveredAt, ...lists },
    }),
    subscriptionState: memories as unknown as JsonValue[],
    ...(failures.length > 0 && { subscriptionFailures: failures }),
  };
}

/**
 * When a pass last found something: now if this one did, except that what is tried again
 * alone does not put off those that are well and wait for their interval.
 */
function foundAt({
  outcomes,
  status,
  now,
}: {
  outcomes: SubscriptionOutcome[];
  status: WarehouseStatus | undefined;
  now: string;
}): string | undefined {
  const before = status?.discoveredArtifacts?.discoveredAt;
  const isWaiting = ({ kind }: SubscriptionOutcome, index: number) =>
    kind === 'kept' &&
    !status?.subscriptionFailures?.some(failure => failure.index === index);
  const isFound = outcomes.some(({ kind }) => kind === 'found');
  return isFound && !(before && outcomes.some(isWaiting)) ? now : before;
}

function place(
  lists: ResultLists,
  { result, state }: PreviousDiscovery,
): Omit<Memory, 'hash'> {
  const list = LISTS[result.kind];
  const target = (lists[list] ??= []) as unknown[];
  target.push(result.result);
  return {
    list,
    position: target.length - 1,
    ...(state !== undefined && { state }),
  };
}
