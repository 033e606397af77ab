import { Knex } from 'knex';
import { Mark } from '../../ports/WorkQueue';
import { Change } from './Change';
import { StoredResource } from './conversion';
import { RevisionsLostError } from './KnownRevisions';
import { Revisions } from './revisionCounter';
import { PlannedChange } from './PlannedChange';
import { StoreContext } from './StoreContext';
import { ResourceRow } from './tables';
import { inTransaction } from './transaction';

/** A row as it is now, and what it holds. */
export interface WrittenRow {
  readonly row: ResourceRow;
  readonly resource: StoredResource;
}

/** A write transaction and what has happened in it so far. */
export interface Write {
  readonly tx: Knex.Transaction;
  readonly ctx: StoreContext;
  readonly revisions: Revisions;
  /** What earlier requests that are made with this one change, by key; for each the way from what is stored. */
  readonly planned: Map<string, PlannedChange>;
  /** What the history got, oldest first. */
  readonly history: Change[];
  readonly written: WrittenRow[];
  readonly marked: Mark[];
}

/**
 * Runs a write and, when it has committed, tells watches and the work queue.
 *
 * @param expected - how many resources it will change; it may turn out otherwise
 */
export async function writeTransaction<T>(
  ctx: StoreContext,
  work: (write: Write) => Promise<T>,
  expected = 1,
): Promise<T> {
  const { result, write } = await writeOnKnown(ctx, work, expected).catch(
    async (error: unknown) => {
      if (!(error instanceof RevisionsLostError)) {
        throw error;
      }
      await ctx.revisions.found(error.found, error.known);
      return writeOnKnown(ctx, work, expected);
    },
  );
  const newest = write.history.at(-1);
  if (newest) {
    await ctx.revisions.found(newest.revision, 0);
  }
  for (const { row, resource } of write.written) {
    ctx.hints.note(row);
    ctx.shared.note(row, resource);
  }
  ctx.notifyWritten(write.history);
  ctx.feed.take(write.history);
  ctx.notifyMarked(write.marked);
  return result;
}

/** @throws RevisionsLostError, having written nothing */
function writeOnKnown<T>(
  ctx: StoreContext,
  work: (write: Write) => Promise<T>,
  expected: number,
): Promise<{ result: T; write: Write }> {
  const { newest } = ctx.revisions;
  return inTransaction(
    ctx.knex,
    async tx => {
      const write: Write = {
        ...{ tx, ctx, history: [], written: [], marked: [] },
        planned: new Map(),
        revisions: new Revisions(tx, expected, newest),
      };
      const result = await work(write);
      await write.revisions.end();
      return { result, write };
    },
    { beginsWithWrite: true },
  );
}
