import { Knex } from 'knex';
import { InputError } from '@backstage/errors';
import { GoneError } from 'backstage-plugin-kargo-node';
import { Clock } from '../../ports/Clock';
import { toNumber } from './conversion';
import { ChangeRow, RevisionRow } from './tables';

/** Changes kept in memory, for all watches together. */
const WINDOW_SIZE = 500;

/** Some changes of a kind, and how far the history was read for them. */
export interface ChangeBatch {
  rows: ChangeRow[];
  /** Revision up to which there is nothing more of the kind. */
  through: number;
  /** Whether `through` is the newest known revision. */
  isAtHead: boolean;
}

/**
 * Serves the history of changes to the watches of this replica.
 *
 * @remarks
 * Watches pull: each remembers a revision and asks for what came after it, so a slow
 * one holds nothing but its position. The newest changes are read from the database
 * once for all of them and kept in a window; who is further behind reads the table.
 * There is no loop in the background: reading happens when a watch asks, at most once
 * per poll interval unless a local write announced something.
 */
export class ChangeFeed {
  readonly #knex: Knex;
  readonly #clock: Clock;
  readonly #pollIntervalMs: number;
  readonly #waiting = new Set<() => void>();
  /** Changes after `#windowStart` up to `#head`, oldest first. */
  #window: ChangeRow[] = [];
  #windowStart = 0;
  #head = 0;
  #hasNews = true;
  #refreshedAt = 0;
  #refreshing?: Promise<void>;

  static create(options: {
    knex: Knex;
    clock: Clock;
    /** How often to look for changes of other replicas, milliseconds. */
    pollIntervalMs: number;
  }): ChangeFeed {
    return new ChangeFeed(options);
  }

  private constructor(options: {
    knex: Knex;
    clock: Clock;
    pollIntervalMs: number;
  }) {
    this.#knex = options.knex;
    this.#clock = options.clock;
    this.#pollIntervalMs = options.pollIntervalMs;
  }

  /** Wakes the watches after a local write. */
  notify(): void {
    this.#hasNews = true;
    for (const wake of [...this.#waiting]) {
      wake();
    }
  }

  /**
   * Reads changes of a kind after a revision, oldest first.
   *
   * @throws GoneError when that revision is older than the kept history, or is none of
   * this store's.
   */
  async read(options: {
    kind: string;
    after: number;
    limit: number;
  }): Promise<ChangeBatch> {
    await this.#refresh();
    return options.after >= this.#windowStart
      ? this.#readWindow(options)
      : this.#readTable({ ...options, through: this.#head });
  }

  /**
   * Reads changes of a kind between two revisions from the table.
   *
   * @throws GoneError as {@link ChangeFeed.read}.
   */
  async readBetween(options: {
    kind: string;
    after: number;
    through: number;
    limit: number;
  }): Promise<ChangeBatch> {
    return this.#readTable(options);
  }

  /** @throws InputError for text that is no revision. */
  static parseRevision(text: string): number {
    if (!/^\d{1,15}$/.test(text)) {
      throw new InputError(`"${text}" is not a resource version`);
    }
    return Number(text);
  }

  /** Resolves when there may be changes after a revision, or the signal fires. */
  async wait(after: number, signal: AbortSignal): Promise<void> {
    if (this.#hasNews || this.#head > after || signal.aborted) {
      return;
    }
    const pause = new AbortController();
    const wake = () => pause.abort();
    this.#waiting.add(wake);
    signal.addEventListener('abort', wake, { once: true });
    try {
      await this.#clock.sleep(this.#pollIntervalMs, pause.signal);
    } catch (error) {
      // Woken early is what we wait for; anything else is not ours to hide.
      if (!pause.signal.aborted) {
        throw error;
      }
    } finally {
      this.#waiting.delete(wake);
      signal.removeEventListener('abort', wake);
    }
  }

  /**
   * Reads what is new. At most twice per caller, however slow the database and however
   * many write: a reading under way may have begun before the news came, the next has
   * not.
   */
  async #refresh(): Promise<void> {
    if (this.#refreshing) {
      await this.#refreshing;
    }
    if (this.#isStale()) {
      this.#refreshing ??= this.#pull().finally(() => {
        this.#refreshing = undefined;
      });
      await this.#refreshing;
    }
  }

  #isStale(): boolean {
    const age = this.#clock.now() - this.#refreshedAt;
    return this.#hasNews || age >= this.#pollIntervalMs;
  }

  async #pull(): Promise<void> {
    // Before the query: a write that commits while it runs must count as news again.
    this.#hasNews = false;
    try {
      const rows: ChangeRow[] = await this.#knex('resource_changes')
        .where('revision', '>', this.#head)
        .orderBy('revision')
        .limit(WINDOW_SIZE + 1);
      if (rows.length > WINDOW_SIZE || this.#head === 0) {
        await this.#restartWindow();
      } else if (rows.length > 0) {
        this.#appendToWindow(rows);
      }
      this.#refreshedAt = this.#clock.now();
    } catch (error) {
      this.#hasNews = true;
      throw error;
    }
  }

  /** Too far behind for the window: it starts anew, and watches catch up by the table. */
  async #restartWindow(): Promise<void> {
    const row: RevisionRow = await this.#knex('store_revision')
      .where({ id: 1 })
      .first();
    this.#head = toNumber(row.value);
    this.#windowStart = this.#head;
    this.#window = [];
  }

  #appendToWindow(rows: ChangeRow[]): void {
    this.#window.push(...rows);
    this.#head = toNumber(rows[rows.length - 1].revision);
    const surplus = this.#window.length - WINDOW_SIZE;
    if (surplus > 0) {
      const dropped = this.#window.splice(0, surplus);
      this.#windowStart = toNumber(dropped[surplus - 1].revision);
    }
  }

  #readWindow(options: {
    kind: string;
    after: number;
    limit: number;
  }): ChangeBatch {
    const { kind, after, limit } = options;
    if (after > this.#head) {
      throw new GoneError(
        `Revision ${after} is ahead of this store, which is at ${this.#head}`,
      );
    }
    const rows: ChangeRow[] = [];
    for (let index = this.#window.length - 1; index >= 0; index--) {
      const row = this.#window[index];
      if (toNumber(row.revision) <= after) {
        break;
      }
      if (row.kind === kind) {
        rows.push(row);
      }
    }
    rows.reverse();
    return toBatch(rows, { limit, through: this.#head });
  }

  async #readTable(options: {
    kind: string;
    after: number;
    through: number;
    limit: number;
  }): Promise<ChangeBatch> {
    const { kind, after, through, limit } = options;
    const rows: ChangeRow[] = await this.#knex('resource_changes')
      .where({ kind })
      .where('revision', '>', after)
      .where('revision', '<=', through)
      .orderBy('revision')
      .limit(limit + 1);
    // After the rows: a compaction in between is then seen, not missed.
    const { compacted }: RevisionRow = await this.#knex('store_revision')
      .where({ id: 1 })
      .first();
    if (toNumber(compacted) > after) {
      throw new GoneError(
        `Changes after revision ${after} are no longer kept, the oldest is ${
          toNumber(compacted) + 1
        }: list again`,
      );
    }
    return toBatch(rows, { limit, through });
  }
}

function toBatch(
  rows: ChangeRow[],
  options: { limit: number; through: number },
): ChangeBatch {
  if (rows.length <= options.limit) {
    return { rows, through: options.through, isAtHead: true };
  }
  const cut = rows.slice(0, options.limit);
  const through = toNumber(cut[cut.length - 1].revision);
  return { rows: cut, through, isAtHead: false };
}
