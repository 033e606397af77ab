import { Knex } from 'knex';

/**
 * Forgets changes up to and including a revision; watches from before it are refused.
 *
 * @remarks Must hold the lock of the revision counter, whose row says what is gone.
 */
export async function compactHistory(
  tx: Knex.Transaction,
  upTo: number,
): Promise<void> {
  const removed = await tx('resource_changes')
    .where('revision', '<=', upTo)
    .delete();
  if (removed > 0) {
    await tx('store_revision').where({ id: 1 }).update({ compacted: upTo });
  }
}
