import { ResourceKey } from 'backstage-plugin-kargo-common';

/** When a key is looked at again if nothing changes. */
export type Requeue = { kind: 'never' } | { kind: 'after'; ms: number };

/** The two answers of a reconcile. */
export const requeue = {
  never: { kind: 'never' } as Requeue,
  after: (ms: number): Requeue => ({ kind: 'after', ms }),
  /** Something changed meanwhile: look again at once. */
  now: { kind: 'after', ms: 0 } as Requeue,
};

/** What a reconcile is told. */
export interface ReconcileContext {
  /** Epoch milliseconds at the start of the reconcile. */
  nowMs: number;
  /** RFC 3339 of the same moment. */
  now: string;
  /** Fires when the attempt shall stop; `stopScopeOf` tells why, and what is expected then. */
  signal: AbortSignal;
  /** Failures in a row before this attempt. */
  attempts: number;
  /** Milliseconds for which the key had been due when it was taken. */
  queueDelayMs: number;
}

/**
 * Brings one resource to where it should be.
 *
 * @remarks
 * Level-triggered: it may run at any time, twice, or after a crash, and must reach the
 * same result. A thrown error is retried with back-off.
 */
export interface Controller {
  /** The kind whose keys it takes. */
  readonly kind: string;
  /** Milliseconds that a reconcile may last; absent for those that see to it themselves. */
  readonly deadlineMs?: number;
  reconcile(key: ResourceKey, context: ReconcileContext): Promise<Requeue>;
  /**
   * Asked when somebody marked the key while it is reconciled: why the reconcile shall
   * stop now instead of when it ends; `undefined` when it may go on.
   */
  stopReason?(key: ResourceKey): Promise<string | undefined>;
}
