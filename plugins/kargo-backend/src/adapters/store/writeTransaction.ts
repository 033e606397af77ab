import { ResourceKey } from 'backstage-plugin-kargo-common';
import { Knex } from 'knex';
import { StoreContext } from './StoreContext';
import { inTransaction } from './transaction';

/** A write transaction and what has happened in it so far. */
export interface Write {
  readonly tx: Knex.Transaction;
  readonly ctx: StoreContext;
  hasChanges: boolean;
  /** Keys that were marked. */
  readonly marked: ResourceKey[];
}

/** Runs a write and, when it has committed, tells watches and the work queue. */
export async function writeTransaction<T>(
  ctx: StoreContext,
  work: (write: Write) => Promise<T>,
): Promise<T> {
  const { result, write } = await inTransaction(ctx.knex, async tx => {
    const fresh: Write = { tx, ctx, hasChanges: false, marked: [] };
    return { result: await work(fresh), write: fresh };
  });
  if (write.hasChanges) {
    ctx.feed.notify();
  }
  ctx.notifyMarked(write.marked);
  return result;
}
