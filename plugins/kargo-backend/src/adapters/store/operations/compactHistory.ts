import { Knex } from 'knex';
import { toNumber } from '../conversion';
import { DatabaseInteger } from '../tables';

/**
 * Forgets changes that are more than the history may hold; watches from before them are
 * refused.
 *
 * @remarks Must hold the lock of the revision counter, whose row says what is gone.
 *
 * @param limits - `upTo`: the newest revision to forget whatever it takes; `bytes`: what
 *   the changes that are kept may take together
 */
export async function compactHistory(
  tx: Knex.Transaction,
  limits: { upTo: number; bytes: number },
): Promise<void> {
  const tooMuch = await findFirstBeyond(tx, limits.bytes);
  const upTo = Math.max(limits.upTo, tooMuch ?? 0);
  const removed = await tx('resource_changes')
    .where('revision', '<=', upTo)
    .delete();
  if (removed > 0) {
    await tx('store_revision').where({ id: 1 }).update({ compacted: upTo });
  }
}

/** The newest change that those after it leave no room for. */
async function findFirstBeyond(
  tx: Knex.Transaction,
  bytes: number,
): Promise<number | undefined> {
  const sums = tx('resource_changes').select(
    'revision',
    tx.raw('sum(bytes) over (order by revision desc) - bytes as newer'),
  );
  const [row]: Array<{ revision: DatabaseInteger | null }> = await tx
    .from(sums.as('sums'))
    .where('newer', '>=', bytes)
    .max({ revision: 'revision' });
  return row.revision === null ? undefined : toNumber(row.revision);
}
