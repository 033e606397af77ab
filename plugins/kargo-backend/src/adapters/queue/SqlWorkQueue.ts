import { Knex } from 'knex';
import { ResourceKey } from 'backstage-plugin-kargo-common';
import { Clock } from '../../ports/Clock';
import { Claim, WorkQueue } from '../../ports/WorkQueue';
import { inTransaction } from '../store/transaction';
import { claimDue } from './operations/claimDue';
import { extendLease } from './operations/extendLease';
import { fail } from './operations/fail';
import { markDue } from './operations/markDue';
import { nextDueAt } from './operations/nextDueAt';
import { readStats } from './operations/readStats';
import { release } from './operations/release';
import { settle } from './operations/settle';

/**
 * The work queue as a table, shared by all replicas.
 *
 * @remarks
 * A row is free or leased. `claimDue` leases it, `settle`, `fail` and `release` free
 * it, and only for the claim whose lease the row still bears; a lease that ran out may
 * be taken by anybody. `markDue` never touches a lease: it renews `wanted`, and
 * `settle` keeps the row due when `wanted` is no longer the one of its claim.
 */
export class SqlWorkQueue implements WorkQueue {
  readonly #knex: Knex;
  readonly #clock: Clock;
  readonly #listeners = new Set<(kinds: ReadonlySet<string>) => void>();
  /** Kinds marked in this tick, of which nobody was told yet. */
  #marked = new Set<string>();

  static create(options: {
    /** A migrated database, see `migrateDatabase`. */
    knex: Knex;
    clock: Clock;
  }): SqlWorkQueue {
    return new SqlWorkQueue(options.knex, options.clock);
  }

  private constructor(knex: Knex, clock: Clock) {
    this.#knex = knex;
    this.#clock = clock;
  }

  async markDue(marks: Array<{ key: ResourceKey; at: number }>): Promise<void> {
    await inTransaction(this.#knex, tx => markDue(tx, marks));
    this.notifyMarked(marks.map(mark => mark.key.kind));
  }

  async claimDue(options: {
    limit: number;
    leaseForMs: number;
    kinds?: string[];
  }): Promise<Claim[]> {
    return claimDue(this.#knex, { ...options, now: this.#clock.now() });
  }

  async settle(claim: Claim, next: { dueAt: number } | 'never'): Promise<void> {
    await settle(this.#knex, claim, next);
  }

  async fail(claim: Claim, error: string, retryAt: number): Promise<void> {
    await fail(this.#knex, claim, { error, retryAt });
  }

  async extend(claim: Claim, leaseForMs: number): Promise<boolean> {
    return extendLease(this.#knex, claim, this.#clock.now() + leaseForMs);
  }

  async release(claim: Claim): Promise<void> {
    await release(this.#knex, claim);
  }

  /**
   * Frees every lease, so that work which was cut off goes on at once. Only for a database
   * that one process alone uses, before it claims: whoever held a lease is gone.
   */
  async releaseAll(): Promise<void> {
    await this.#knex('work_queue')
      .whereNotNull('lease')
      .update({ lease: null, leased_until: null });
  }

  async nextDueAt(kinds?: string[]): Promise<number | undefined> {
    return nextDueAt(this.#knex, kinds);
  }

  onMarked(listener: (kinds: ReadonlySet<string>) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  async stats(): Promise<{ rows: number; due: number; leased: number }> {
    return readStats(this.#knex, this.#clock.now());
  }

  /** Tells the listeners, once for all marks of a tick, of which kinds something was marked. */
  notifyMarked(kinds: Iterable<string>): void {
    const isScheduled = this.#marked.size > 0;
    for (const kind of kinds) {
      this.#marked.add(kind);
    }
    if (isScheduled || this.#marked.size === 0) {
      return;
    }
    queueMicrotask(() => {
      const marked = this.#marked;
      this.#marked = new Set();
      for (const listener of [...this.#listeners]) {
        listener(marked);
      }
    });
  }
}
