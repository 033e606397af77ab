import { Knex } from 'knex';
import { Clock } from '../../ports/Clock';
import { ResourceKey } from 'backstage-plugin-kargo-common';
import {
  Claim,
  LeaseState,
  QueueSelection,
  WorkQueue,
} from '../../ports/WorkQueue';
import { isPostgres } from '../store/dialect';
import { inTransaction } from '../store/transaction';
import { claimDue } from './operations/claimDue';
import { extendLeases } from './operations/extendLeases';
import { fail } from './operations/fail';
import { Mark, markDue } from './operations/markDue';
import { nextDueIn } from './operations/nextDueIn';
import { readStats } from './operations/readStats';
import { release } from './operations/release';
import { settle } from './operations/settle';
import { clockTime, databaseTime, QueueTime } from './queueTime';

/**
 * The work queue as a table, shared by all replicas.
 *
 * @remarks
 * A row is free or leased. `claimDue` leases it, `settle`, `fail` and `release` free
 * it, and only for the claim whose lease the row still bears; a lease that ran out may
 * be taken by anybody. `markDue` never touches a lease: it renews `wanted`, and
 * `settle` keeps the row due when `wanted` is no longer the one of its claim. What time
 * it is, the database says, in every statement.
 */
export class SqlWorkQueue implements WorkQueue {
  readonly #knex: Knex;
  readonly #time: QueueTime;
  readonly #listeners = new Set<(keys: readonly ResourceKey[]) => void>();
  /** What was marked in this tick and nobody was told of yet. */
  #marked: ResourceKey[] = [];
  readonly isShared: boolean;

  static create(options: {
    /** A migrated database, see `migrateDatabase`. */
    knex: Knex;
    /** Tells the time instead of the database, for tests that move it. */
    clock?: Clock;
  }): SqlWorkQueue {
    const { knex, clock } = options;
    return new SqlWorkQueue(knex, clock ? clockTime(clock) : databaseTime);
  }

  private constructor(knex: Knex, time: QueueTime) {
    this.#knex = knex;
    this.#time = time;
    this.isShared = isPostgres(knex);
  }

  async markDue(marks: Mark[]): Promise<void> {
    await inTransaction(this.#knex, tx => this.markIn(tx, marks));
    this.notifyMarked(marks.map(mark => mark.key));
  }

  /** Marks in the transaction of a write; `notifyMarked` is called once it has committed. */
  async markIn(tx: Knex.Transaction, marks: readonly Mark[]): Promise<void> {
    await markDue(tx, marks, this.#time(tx));
  }

  async claimDue(options: {
    limit: number;
    leaseForMs: number;
    kinds?: string[];
    held?: ReadonlyMap<string, number>;
  }): Promise<Claim[]> {
    return claimDue(this.#knex, { ...options, now: this.#now() });
  }

  async settle(
    claim: Claim,
    next: { afterMs: number } | 'never',
  ): Promise<boolean> {
    return settle(this.#knex, claim, { now: this.#now(), next });
  }

  async fail(
    claim: Claim,
    error: string,
    retry: { afterMs: number; askedAfterMs: number },
  ): Promise<void> {
    await fail(this.#knex, claim, { ...retry, error, now: this.#now() });
  }

  async extend(
    claims: readonly Claim[],
    leaseForMs: number,
  ): Promise<LeaseState[]> {
    return extendLeases(this.#knex, claims, { now: this.#now(), leaseForMs });
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

  async nextDueIn(
    selections: readonly QueueSelection[],
  ): Promise<Array<number | undefined>> {
    return nextDueIn(this.#knex, { now: this.#now(), selections });
  }

  onMarked(listener: (keys: readonly ResourceKey[]) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  async stats(): Promise<{ rows: number; due: number; leased: number }> {
    return readStats(this.#knex, this.#now());
  }

  /** Tells the listeners, once for all marks of a tick, what was marked. */
  notifyMarked(keys: readonly ResourceKey[]): void {
    const isScheduled = this.#marked.length > 0;
    this.#marked.push(...keys);
    if (isScheduled || this.#marked.length === 0) {
      return;
    }
    queueMicrotask(() => {
      const marked = this.#marked;
      this.#marked = [];
      for (const listener of [...this.#listeners]) {
        listener(marked);
      }
    });
  }

  #now(): Knex.Raw {
    return this.#time(this.#knex);
  }
}
