import { ResourceKey } from 'backstage-plugin-kargo-common';

/** A row taken by a worker. `wanted` and `lease` are the proofs that `settle` checks. */
export interface Claim {
  key: ResourceKey;
  wanted: string;
  lease: string;
  /** Failures in a row before this attempt. */
  attempts: number;
  /** Milliseconds for which the row had been due when it was taken. */
  delayMs: number;
}

/** What is left of a lease that was to be prolonged. */
export type LeaseState =
  /** Prolonged. */
  | 'ours'
  /** Prolonged, and somebody marked the key since it was claimed. */
  | 'askedAgain'
  /** Somebody else holds the row, or it is gone. */
  | 'lost';

/** A key that somebody must look at, and in how many milliseconds, 0 when absent. */
export interface Mark {
  key: ResourceKey;
  afterMs?: number;
}

/** What was marked, or that nobody knows what was. */
export type HeardMarks = readonly Mark[] | 'unknown';

/** Which rows a look at the queue is about. */
export interface QueueSelection {
  kinds?: string[];
  /** Namespaces of which nothing is wanted. */
  exceptNamespaces?: string[];
}

/**
 * The work queue: one row per resource key.
 *
 * @remarks
 * `wanted` is renewed by every mark and answers "did somebody ask again?"; `lease` is
 * renewed by every claim and answers "is this work still mine?". The queue holds hints:
 * losing one costs time (a sweep marks every key), never correctness.
 *
 * Callers give and get durations, in milliseconds: what time it is, the queue alone
 * knows. So replicas whose clocks differ agree on what is due and whose lease is over.
 */
export interface WorkQueue {
  /**
   * How this process hears of what others mark: there are no others; `onMarked` tells it, as
   * a rule; or only looking does. May change at any time, of which `onMarked` tells.
   */
  readonly others: 'none' | 'told' | 'unheard';
  /**
   * Inserts, or renews `wanted` and takes the earlier of the two due times. Never touches
   * a lease.
   */
  markDue(marks: readonly Mark[]): Promise<void>;
  /**
   * Takes due rows whose lease is free or ran out. Holds no transaction during work.
   *
   * @remarks
   * Without `held`, the oldest due come first. With it, slots are shared among
   * namespaces: who holds fewest comes first, then the oldest due, and a namespace gets
   * another slot only while more slots are free than it holds. So one alone takes half of
   * what there is, the next a half of the rest, and there is room for a newcomer until
   * many of them have taken their part.
   *
   * @param options.limit - slots that are free
   * @param options.held - slots held by namespace; absent ones hold none
   */
  claimDue(options: {
    limit: number;
    leaseForMs: number;
    kinds?: string[];
    held?: ReadonlyMap<string, number>;
  }): Promise<Claim[]>;
  /**
   * Ends an attempt well: clears the lease if it is still ours, resets attempts, and, if
   * nobody asked again meanwhile, sets the next due time or removes the row. If somebody
   * did, the row is due now, and the answer is `true`.
   */
  settle(claim: Claim, next: { afterMs: number } | 'never'): Promise<boolean>;
  /**
   * Ends an attempt badly: clears the lease, attempts + 1. Never removes the row.
   *
   * @param retry.afterMs - until it is due again when nobody asked meanwhile
   * @param retry.askedAfterMs - the same when somebody did, who may have mended the cause
   */
  fail(
    claim: Claim,
    error: string,
    retry: { afterMs: number; askedAfterMs: number },
  ): Promise<void>;
  /** Heartbeat for long work: prolongs the leases from now on and answers, in their order, what became of them. */
  extend(claims: readonly Claim[], leaseForMs: number): Promise<LeaseState[]>;
  /** Gives a claim back untouched, due now, as on shutdown. */
  release(claim: Claim): Promise<void>;
  /**
   * Milliseconds until a row of each selection can be claimed, 0 when one can be now;
   * `undefined` where there is none.
   */
  nextDueIn(
    selections: readonly QueueSelection[],
  ): Promise<Array<number | undefined>>;
  /**
   * Calls back with what was marked, now due or later: by this process, at most once per
   * tick, and by those others that it hears of. `unknown` means that marks may have been
   * missed. Returns the unsubscribe.
   */
  onMarked(listener: (marks: HeardMarks) => void): () => void;
  /** Rows, due rows and leased rows, for metrics. */
  stats(): Promise<{ rows: number; due: number; leased: number }>;
}
