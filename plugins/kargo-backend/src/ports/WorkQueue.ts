import { ResourceKey } from 'backstage-plugin-kargo-common';

/** A row taken by a worker. `wanted` and `lease` are the proofs that `settle` checks. */
export interface Claim {
  key: ResourceKey;
  wanted: string;
  lease: string;
  /** Failures in a row before this attempt. */
  attempts: number;
  /** When the row became due, epoch milliseconds. */
  dueAt: number;
}

/**
 * The work queue: one row per resource key.
 *
 * @remarks
 * `wanted` is renewed by every mark and answers "did somebody ask again?"; `lease` is
 * renewed by every claim and answers "is this work still mine?". The queue holds hints:
 * losing one costs time (a sweep marks every key), never correctness.
 */
export interface WorkQueue {
  /** Inserts, or renews `wanted` and takes the earlier of the two due times. Never touches a lease. */
  markDue(marks: Array<{ key: ResourceKey; at: number }>): Promise<void>;
  /** Takes due rows whose lease is free or ran out, oldest due first. Holds no transaction during work. */
  claimDue(options: {
    limit: number;
    leaseForMs: number;
    kinds?: string[];
  }): Promise<Claim[]>;
  /**
   * Ends an attempt well: clears the lease if it is still ours, resets attempts, and, if
   * nobody asked again meanwhile, sets the next due time or removes the row.
   */
  settle(claim: Claim, next: { dueAt: number } | 'never'): Promise<void>;
  /** Ends an attempt badly: clears the lease, attempts + 1, due at `retryAt`. Never removes the row. */
  fail(claim: Claim, error: string, retryAt: number): Promise<void>;
  /** Heartbeat for long work; `false` when the lease is lost. */
  extend(claim: Claim, leaseForMs: number): Promise<boolean>;
  /** Gives a claim back untouched, due now, as on shutdown. */
  release(claim: Claim): Promise<void>;
  /** When the next row is due, epoch milliseconds; `undefined` when the queue is empty. */
  nextDueAt(kinds?: string[]): Promise<number | undefined>;
  /**
   * Calls back (at most once per tick) with the kinds of what this replica marked due.
   * Returns the unsubscribe.
   */
  onMarked(listener: (kinds: ReadonlySet<string>) => void): () => void;
  /** Rows, due rows and leased rows, for metrics. */
  stats(): Promise<{ rows: number; due: number; leased: number }>;
}
