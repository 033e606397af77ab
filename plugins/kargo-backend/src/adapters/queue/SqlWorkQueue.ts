import { Knex } from 'knex';
import { Clock } from '../../ports/Clock';
import {
  Claim,
  HeardMarks,
  LeaseState,
  Mark,
  QueueSelection,
  WorkQueue,
} from '../../ports/WorkQueue';
import { askTogether } from '../store/askTogether';
import { answerInTime } from '../store/databaseError';
import { isPostgres } from '../store/dialect';
import { ReplicaSignals } from '../store/ReplicaSignals';
import { inTransaction } from '../store/transaction';
import { inTurn } from '../store/turns';
import { claimDue } from './operations/claimDue';
import { endTogether } from './operations/endTogether';
import { extendLeases } from './operations/extendLeases';
import { fail } from './operations/fail';
import { markDue } from './operations/markDue';
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
  readonly #signals?: ReplicaSignals;
  /** Ends an attempt after which nothing is due; whether that could be done at once. */
  readonly #end: (claim: Claim) => Promise<boolean>;
  readonly #listeners = new Set<(marks: HeardMarks) => void>();
  /** What was marked in this tick and nobody was told of yet. */
  #marked: Mark[] = [];
  static create(options: {
    /** A migrated database, see `migrateDatabase`. */
    knex: Knex;
    /** Tells the time instead of the database, for tests that move it. */
    clock?: Clock;
    /** Tells other replicas what is marked here, and hears it from them. */
    signals?: ReplicaSignals;
  }): SqlWorkQueue {
    const { clock } = options;
    return new SqlWorkQueue({
      ...options,
      time: clock ? clockTime(clock) : databaseTime,
    });
  }

  private constructor(options: {
    knex: Knex;
    time: QueueTime;
    signals?: ReplicaSignals;
  }) {
    this.#knex = options.knex;
    this.#time = options.time;
    this.#signals = options.signals;
    this.#end = askTogether(this.#knex, claims =>
      this.#inTurn(() => endTogether(this.#knex, claims)),
    );
    this.#signals?.onMarked(marks => this.#tell(marks));
  }

  get others(): WorkQueue['others'] {
    if (!isPostgres(this.#knex)) {
      return 'none';
    }
    return this.#signals?.isListening ? 'told' : 'unheard';
  }

  async markDue(marks: readonly Mark[]): Promise<void> {
    await inTransaction(this.#knex, tx => this.markIn(tx, marks));
    this.notifyMarked(marks);
  }

  /** Marks in the transaction of a write; `notifyMarked` is called once it has committed. */
  async markIn(tx: Knex.Transaction, marks: readonly Mark[]): Promise<void> {
    await markDue(tx, marks, { now: this.#time(tx), signals: this.#signals });
  }

  async claimDue(options: {
    limit: number;
    leaseForMs: number;
    kinds?: string[];
    held?: ReadonlyMap<string, number>;
  }): Promise<Claim[]> {
    return this.#inTurn(() =>
      claimDue(this.#knex, { ...options, now: this.#now() }),
    );
  }

  async settle(
    claim: Claim,
    next: { afterMs: number } | 'never',
  ): Promise<boolean> {
    // One whose row is being marked has to wait for its own turn.
    if (next === 'never' && (await answerInTime(this.#end(claim)))) {
      return false;
    }
    return this.#inTurn(() =>
      settle(this.#knex, claim, { now: this.#now(), next }),
    );
  }

  async fail(
    claim: Claim,
    error: string,
    retry: { afterMs: number; askedAfterMs: number },
  ): Promise<void> {
    await this.#inTurn(() =>
      fail(this.#knex, claim, { ...retry, error, now: this.#now() }),
    );
  }

  async extend(
    claims: readonly Claim[],
    leaseForMs: number,
  ): Promise<LeaseState[]> {
    return this.#inTurn(() =>
      extendLeases(this.#knex, claims, { now: this.#now(), leaseForMs }),
    );
  }

  async release(claim: Claim): Promise<void> {
    await this.#inTurn(() => release(this.#knex, claim));
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
    return this.#inTurn(() =>
      nextDueIn(this.#knex, { now: this.#now(), selections }),
    );
  }

  onMarked(listener: (marks: HeardMarks) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  async stats(): Promise<{ rows: number; due: number; leased: number }> {
    return this.#inTurn(() => readStats(this.#knex, this.#now()));
  }

  /** Tells the listeners, once for all marks of a tick, what was marked. */
  notifyMarked(marks: readonly Mark[]): void {
    const isScheduled = this.#marked.length > 0;
    this.#marked.push(...marks);
    if (isScheduled || this.#marked.length === 0) {
      return;
    }
    queueMicrotask(() => {
      const marked = this.#marked;
      this.#marked = [];
      this.#tell(marked);
    });
  }

  #tell(marks: HeardMarks): void {
    for (const listener of [...this.#listeners]) {
      listener(marks);
    }
  }

  #inTurn<T>(use: () => Promise<T>): Promise<T> {
    return inTurn(this.#knex, use);
  }

  #now(): Knex.Raw {
    return this.#time(this.#knex);
  }
}
