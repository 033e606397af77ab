import { Knex } from 'knex';
import { InputError, toError } from '@backstage/errors';
import { GoneError } from 'backstage-plugin-kargo-node';
import { Clock } from '../../ports/Clock';
import { Change } from './Change';
import { toNumber } from './conversion';
import { isOneOf, LITERALLY } from './dialect';
import { Follower, Interest } from './Follower';
import { Followers } from './Followers';
import { KnownRevisions } from './KnownRevisions';
import { SecretCipher } from './SecretCipher';
import { ChangeRow, RevisionRow } from './tables';
import { inTurn } from './turns';

/** Rows of one query: a row may hold 1.5 MiB and more. */
const ROWS_PER_READ = 32;

/** Further than this behind, nothing is handed around: every watch reads the table. */
const LONGEST_GAP = 1_000;

/** Some changes, and how far the history was read for them. */
export interface ChangeBatch {
  changes: Change[];
  /** Revision up to which there is nothing more of interest. */
  through: number;
}

interface ChangeFeedOptions {
  knex: Knex;
  clock: Clock;
  secrets: SecretCipher;
  revisions: KnownRevisions;
  /** How long until the next look for changes of other replicas, milliseconds. */
  pollIntervalMs: () => number;
}

/**
 * Hands the changes of the store to the watches of this replica.
 *
 * @remarks
 * While somebody watches, what this replica writes is given to the watches that it concerns,
 * and one loop reads what others have written, when they tell and once per poll interval.
 * So a change is read once at most, and costs nothing to watches of something else.
 * Whoever is behind what is handed around reads the table, at its own pace.
 *
 * Another replica may have told a client of a revision that this one has not heard of:
 * before such a revision is refused, the database is asked.
 */
export class ChangeFeed {
  readonly #options: ChangeFeedOptions;
  readonly #followers = new Followers();
  /** The newest revision that was handed around. */
  #head?: number;
  #hasNews = false;
  #wakePump?: () => void;
  #isRunning = false;
  #pulling?: Promise<void>;

  static create(options: ChangeFeedOptions): ChangeFeed {
    return new ChangeFeed(options);
  }

  private constructor(options: ChangeFeedOptions) {
    this.#options = options;
  }

  /** @throws InputError for text that is no revision. */
  static parseRevision(text: string): number {
    if (!/^\d{1,15}$/.test(text)) {
      throw new InputError(`"${text}" is not a resource version`);
    }
    return Number(text);
  }

  /** Every change up to here was given to the watches that it concerns. */
  get head(): number {
    return this.#head ?? 0;
  }

  /** Watches open on this replica. */
  get size(): number {
    return this.#followers.size;
  }

  /**
   * Hands on what this replica has just written. It is looked for where something is missing
   * before it, which another replica has written.
   *
   * @param changes - that follow each other, oldest first
   */
  take(changes: readonly Change[]): void {
    if (this.#followers.size === 0 || changes.length === 0) {
      return;
    }
    const follows = changes[0].revision === this.head + 1;
    if (follows && !this.#pulling) {
      changes.forEach(change => this.#handAround(change));
    } else {
      this.notify();
    }
  }

  /** Ends all watches: what they were told of is not what the store holds. */
  fail(error: Error): void {
    for (const follower of [...this.#followers]) {
      follower.fail(error);
      this.#followers.delete(follower);
    }
    this.#wakePump?.();
  }

  /** Looks for news: another replica tells of one. */
  notify(): void {
    this.#hasNews = true;
    this.#wakePump?.();
  }

  /**
   * Begins to collect changes of interest.
   *
   * @param after - the revision that the watch goes on from
   * @throws GoneError when that revision is none of this store's.
   */
  async follow(interest: Interest, after: number): Promise<Follower> {
    if (this.#head === undefined || after > this.#head) {
      await this.#pullAnew();
    }
    if (after > this.head) {
      throw new GoneError(
        `Revision ${after} is ahead of this store, which is at ${this.head}`,
      );
    }
    const follower = new Follower(interest, this.head, gone => {
      this.#followers.delete(gone);
      if (this.#followers.size === 0) {
        this.#wakePump?.();
      }
    });
    this.#followers.add(follower);
    if (!this.#isRunning) {
      this.#isRunning = true;
      // It fails its watches and never rejects.
      void this.#run();
    }
    return follower;
  }

  /**
   * Reads changes of interest between two revisions from the table, oldest first.
   *
   * @throws GoneError when the first revision is older than the kept history.
   */
  async readBetween(
    interest: Interest,
    { after, through }: { after: number; through: number },
  ): Promise<ChangeBatch> {
    const { knex } = this.#options;
    const { kind, namespace, names } = interest;
    const query = knex('resource_changes')
      .where({ kind, ...(namespace !== undefined && { namespace }) })
      .where('revision', '>', after)
      .where('revision', '<=', through);
    if (names) {
      query.where(isOneOf(knex, 'name', names));
    }
    const rows: ChangeRow[] = await inTurn(knex, async () =>
      query.orderBy('revision').limit(ROWS_PER_READ, LITERALLY),
    );
    // After the rows: a compaction in between is then seen, not missed.
    const { compacted } = await this.#readRevisions();
    if (compacted > after) {
      throw new GoneError(
        `Changes after revision ${after} are no longer kept, the oldest is ${
          compacted + 1
        }: list again`,
      );
    }
    const changes = rows.map(row => this.#toChange(row));
    const isComplete = rows.length < ROWS_PER_READ;
    return {
      changes,
      through: isComplete ? through : changes[changes.length - 1].revision,
    };
  }

  /** Reads and hands around until nobody watches. */
  async #run(): Promise<void> {
    try {
      while (this.#followers.size > 0) {
        await this.#pullAnew();
        await this.#pause();
      }
    } catch (error) {
      // Watches end and say so; a client that comes back starts the loop again.
      this.fail(toError(error));
    } finally {
      // At once, so that whoever follows next finds it ended.
      this.#isRunning = false;
    }
  }

  async #pause(): Promise<void> {
    if (this.#hasNews || this.#followers.size === 0) {
      return;
    }
    const { clock, pollIntervalMs } = this.#options;
    const woken = new AbortController();
    this.#wakePump = () => woken.abort('woken');
    try {
      await clock.sleep(pollIntervalMs(), woken.signal);
    } catch (error) {
      // Woken early is what we wait for; anything else is not ours to hide.
      if (!woken.signal.aborted) {
        throw error;
      }
    } finally {
      this.#wakePump = undefined;
    }
  }

  /** Pulls, after a pull under way: that one may have begun before the news came. */
  async #pullAnew(): Promise<void> {
    await this.#pulling?.catch(() => undefined);
    this.#pulling ??= this.#pull().finally(() => {
      this.#pulling = undefined;
    });
    await this.#pulling;
  }

  async #pull(): Promise<void> {
    // Before the query: a write that commits while it runs must count as news again.
    this.#hasNews = false;
    const { value, compacted } = await this.#readRevisions();
    const head = this.#head;
    const isNear = head !== undefined && value >= head;
    if (!isNear || compacted > head || value - head > LONGEST_GAP) {
      this.#startAnew(value);
      return;
    }
    const { knex } = this.#options;
    while (this.head < value) {
      const rows: ChangeRow[] = await inTurn(knex, async () =>
        knex('resource_changes')
          .where('revision', '>', this.head)
          .where('revision', '<=', value)
          .orderBy('revision')
          .limit(ROWS_PER_READ, LITERALLY),
      );
      if (rows.length === 0) {
        // Shortened meanwhile.
        this.#startAnew(value);
        return;
      }
      rows.forEach(row => this.#handAround(this.#toChange(row)));
    }
  }

  #handAround(change: Change): void {
    for (const follower of this.#followers.concernedBy(change.key)) {
      follower.push(change);
    }
    this.#head = change.revision;
  }

  /** Too far for handing around: watches catch up by the table. */
  #startAnew(head: number): void {
    this.#head = head;
    for (const follower of this.#followers) {
      follower.restart(head);
    }
  }

  async #readRevisions(): Promise<{ value: number; compacted: number }> {
    const { knex, revisions } = this.#options;
    const { newest } = revisions;
    const row: RevisionRow = await inTurn(knex, async () =>
      knex('store_revision')
        .where({ id: 1 })
        .first('value', 'compacted')
        .limit(1, LITERALLY),
    );
    const value = toNumber(row.value);
    await revisions.found(value, newest);
    return { value, compacted: toNumber(row.compacted) };
  }

  #toChange(row: ChangeRow): Change {
    return new Change(row, this.#options.secrets);
  }
}
