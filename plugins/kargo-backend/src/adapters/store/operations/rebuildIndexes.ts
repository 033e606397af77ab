import { Knex } from 'knex';
import { keyOfRow, toResource } from '../conversion';
import { LITERALLY } from '../dialect';
import { StoreContext } from '../StoreContext';
import { DatabaseInteger, ResourceRow, RevisionRow } from '../tables';
import { inTransaction } from '../transaction';
import { insertTerms, toTermRows } from '../writeTerms';

const ROWS_PER_BATCH = 200;

/**
 * Computes the index values and sort keys of all resources anew, unless it was done for
 * this version of the declarations already. Returns whether it did.
 *
 * @remarks Works in batches, each in its own transaction; lists are served meanwhile and
 * may miss what the new declarations add until it is through.
 */
export async function rebuildIndexes(
  ctx: StoreContext,
  version: string,
): Promise<boolean> {
  const { index_version }: RevisionRow = await ctx
    .knex('store_revision')
    .where({ id: 1 })
    .first()
    .limit(1, LITERALLY);
  if (index_version === version) {
    return false;
  }
  let last: DatabaseInteger | undefined = 0;
  while (last !== undefined) {
    const after: DatabaseInteger = last;
    last = await inTransaction(ctx.knex, tx => rebuildBatch(tx, ctx, after));
  }
  await ctx
    .knex('store_revision')
    .where({ id: 1 })
    .update({ index_version: version });
  return true;
}

/** Rebuilds the resources after an id; returns the last id when there may be more. */
async function rebuildBatch(
  tx: Knex.Transaction,
  ctx: StoreContext,
  after: DatabaseInteger,
): Promise<DatabaseInteger | undefined> {
  const rows: ResourceRow[] = await tx<ResourceRow>('resources')
    .where('id', '>', after)
    .orderBy('id')
    .limit(ROWS_PER_BATCH, LITERALLY)
    .forUpdate();
  const terms = rows.flatMap(row => {
    const resource = toResource(row, ctx.secrets, { unreadable: 'omit' });
    return toTermRows(keyOfRow(row), row.id, ctx.rules.termsOf(resource));
  });
  await tx('resource_terms')
    .whereIn(
      'resource_id',
      rows.map(row => row.id),
    )
    .delete();
  await insertTerms(tx, terms);
  return rows.length < ROWS_PER_BATCH ? undefined : rows[rows.length - 1].id;
}
