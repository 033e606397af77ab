import { Knex } from 'knex';
import { Mark } from '../../ports/WorkQueue';
import { Revisions } from './revisionCounter';
import { PlannedChange } from './PlannedChange';
import { StoreContext } from './StoreContext';
import { ChangeRow, ResourceRow } from './tables';
import { inTransaction } from './transaction';

/** A write transaction and what has happened in it so far. */
export interface Write {
  readonly tx: Knex.Transaction;
  readonly ctx: StoreContext;
  readonly revisions: Revisions;
  /** What earlier requests that are made with this one change, by key; for each the way from what is stored. */
  readonly planned: Map<string, PlannedChange>;
  /** What the history got, oldest first. */
  readonly history: ChangeRow[];
  /** Rows as they are now. */
  readonly written: ResourceRow[];
  readonly marked: Mark[];
}

/** Runs a write and, when it has committed, tells watches and the work queue. */
export async function writeTransaction<T>(
  ctx: StoreContext,
  work: (write: Write) => Promise<T>,
): Promise<T> {
  const { result, write } = await inTransaction(
    ctx.knex,
    async tx => {
      const fresh: Write = {
        ...{ tx, ctx, history: [], written: [], marked: [] },
        planned: new Map(),
        revisions: new Revisions(tx),
      };
      const done = await work(fresh);
      await fresh.revisions.end();
      return { result: done, write: fresh };
    },
    { beginsWithWrite: true },
  );
  write.written.forEach(row => ctx.hints.note(row));
  ctx.notifyWritten(write.history);
  ctx.feed.take(write.history);
  ctx.notifyMarked(write.marked);
  return result;
}
