import { ResourceKey } from 'backstage-plugin-kargo-common';
import { Knex } from 'knex';
import { RevisionReserve } from './revisionCounter';
import { StoreContext } from './StoreContext';
import { inTransaction } from './transaction';

/** A write transaction and what has happened in it so far. */
export interface Write {
  readonly tx: Knex.Transaction;
  readonly ctx: StoreContext;
  readonly revisions: RevisionReserve;
  hasChanges: boolean;
  /** Keys that were marked. */
  readonly marked: ResourceKey[];
}

/** Runs a write and, when it has committed, tells watches and the work queue. */
export async function writeTransaction<T>(
  ctx: StoreContext,
  work: (write: Write) => Promise<T>,
): Promise<T> {
  const { result, write } = await inTransaction(
    ctx.knex,
    async tx => {
      const revisions = await RevisionReserve.begin(tx);
      const fresh: Write = {
        ...{ tx, ctx, revisions },
        hasChanges: false,
        marked: [],
      };
      const done = await work(fresh);
      await revisions.end();
      return { result: done, write: fresh };
    },
    { beginsWithWrite: true },
  );
  if (write.hasChanges) {
    ctx.feed.notify();
  }
  ctx.notifyMarked(write.marked);
  return result;
}
