import { Resource, ResourceKey } from 'backstage-plugin-kargo-common';

/** What happened to a resource in one write; the input of the engine's wake-ups. */
export interface ResourceChange {
  type: 'created' | 'updated' | 'deleted';
  key: ResourceKey;
  before?: Resource;
  after?: Resource;
}

/**
 * Somebody who must look again: one key, or every resource of a kind that a declared
 * index holds under a value (resolved in the transaction of the write, so that the rule
 * itself needs no look-up).
 */
export type Wakeup =
  | { key: ResourceKey; delayMs?: number }
  | {
      kind: string;
      /** Absent: all namespaces. */
      namespace?: string;
      index: { name: string; value: string };
      delayMs?: number;
    };

/**
 * Who must look again because of a change. Pure.
 *
 * @remarks
 * A store that keeps its queue beside its resources calls it inside the write's
 * transaction and stores the result in the work queue in the same transaction, so that
 * no wake-up is lost. A store that cannot calls it for every change that it hears of and
 * for everything when it starts.
 */
export type WakeupRule = (change: ResourceChange) => Wakeup[];
