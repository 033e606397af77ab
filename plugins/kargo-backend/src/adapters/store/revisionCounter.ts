import { Knex } from 'knex';
import { isPostgres, rowsOf } from './dialect';
import { toNumber } from './conversion';
import { RevisionRow } from './tables';

/** Counts on and answers the newest of so many revisions. Locks the counter until the transaction ends. */
export async function takeRevisions(
  tx: Knex.Transaction,
  count: number,
): Promise<number> {
  const result = await tx.raw(
    'update store_revision set value = value + ? where id = 1 returning value',
    [count],
  );
  const [row] = rowsOf<Pick<RevisionRow, 'value'>>(result);
  if (!row) {
    throw new Error('The store has no revision counter; was it migrated?');
  }
  return toNumber(row.value);
}

/**
 * A revision taken in advance, where that costs nothing: on SQLite a transaction that
 * writes begins with a write and keeps all other writers out anyway. On PostgreSQL the
 * counter is locked as late as possible.
 */
export class RevisionReserve {
  static async begin(tx: Knex.Transaction): Promise<RevisionReserve> {
    const first = isPostgres(tx) ? undefined : await takeRevisions(tx, 1);
    return new RevisionReserve(tx, first);
  }

  private constructor(
    private readonly tx: Knex.Transaction,
    private reserved: number | undefined,
  ) {}

  /** The newest of so many revisions that follow each other. */
  async take(count: number): Promise<number> {
    const { reserved } = this;
    this.reserved = undefined;
    if (reserved === undefined) {
      return takeRevisions(this.tx, count);
    }
    return count > 1 ? takeRevisions(this.tx, count - 1) : reserved;
  }

  /** Gives back what was not needed, so that revisions have no gaps. */
  async end(): Promise<void> {
    if (this.reserved !== undefined) {
      this.reserved = undefined;
      await takeRevisions(this.tx, -1);
    }
  }
}
