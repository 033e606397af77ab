import { Knex } from 'knex';
import { isPostgres, rowsOf } from './dialect';
import { RevisionsLostError } from './KnownRevisions';
import { toNumber } from './conversion';
import { RevisionRow } from './tables';

/** Counts on and answers the newest of so many revisions. Locks the counter until the transaction ends. */
export async function takeRevisions(
  tx: Knex.Transaction,
  count: number,
): Promise<number> {
  const result = await tx.raw(
    'update store_revision set value = value + ? where id = 1 returning value',
    [
      // Without parameters, so that it can begin a transaction on PostgreSQL.
      isPostgres(tx) ? tx.raw(String(Math.trunc(count))) : count,
    ],
  );
  const [row] = rowsOf<Pick<RevisionRow, 'value'>>(result);
  if (!row) {
    throw new Error('The store has no revision counter; was it migrated?');
  }
  return toNumber(row.value);
}

/**
 * The revisions of one write transaction.
 *
 * @remarks
 * The counter is what every write locks first, before any row. So two writes cannot wait
 * for each other, whichever rows they change in whichever order, and on SQLite a
 * transaction that writes begins with a write.
 */
export class Revisions {
  #newest = 0;
  /** Taken and not given to a change yet. */
  #left = 0;
  #isLocked = false;

  /**
   * @param expected - how many it will be; it may turn out otherwise
   * @param known - how far the store was before the transaction began
   */
  constructor(
    private readonly tx: Knex.Transaction,
    private readonly expected = 1,
    private readonly known = 0,
  ) {}

  /** Locks the counter, unless it is; to be called before anything else of the store is touched. */
  async lock(): Promise<void> {
    if (!this.#isLocked) {
      await this.#count(Math.max(this.expected, 1));
    }
  }

  /** The newest of so many revisions that follow each other. */
  async take(count: number): Promise<number> {
    if (count > this.#left) {
      await this.#count(count - this.#left);
    }
    this.#left -= count;
    return this.#newest - this.#left;
  }

  /** Gives back what was not needed, so that revisions have no gaps. */
  async end(): Promise<void> {
    if (this.#left > 0) {
      await this.#count(-this.#left);
    }
  }

  /** @throws RevisionsLostError when the store is not as far as it was known to be */
  async #count(count: number): Promise<void> {
    this.#newest = await takeRevisions(this.tx, count);
    if (!this.#isLocked && this.#newest - count < this.known) {
      throw new RevisionsLostError(this.known, this.#newest - count);
    }
    this.#left += count;
    this.#isLocked = true;
  }
}
