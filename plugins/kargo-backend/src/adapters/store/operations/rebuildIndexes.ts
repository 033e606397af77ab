import { Knex } from 'knex';
import { keyOfRow, toNumber, toResource } from '../conversion';
import { isOneOf, LITERALLY } from '../dialect';
import { isSameJson } from '../mergePatch';
import { takeRevisions } from '../revisionCounter';
import { StoreContext } from '../StoreContext';
import {
  ChangeRow,
  DatabaseInteger,
  ResourceRow,
  RevisionRow,
} from '../tables';
import { inTransaction } from '../transaction';
import { insertTerms, toTermRows } from '../writeTerms';

const ROWS_PER_BATCH = 200;
/** Each may hold 1.5 MiB and more. */
const CHANGES_PER_READ = 32;

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
  await rebuildAll(ctx, version);
  return true;
}

async function rebuildAll(ctx: StoreContext, version: string): Promise<void> {
  let last: DatabaseInteger | undefined = 0;
  while (last !== undefined) {
    const after: DatabaseInteger = last;
    last = await inTransaction(ctx.knex, tx => rebuildBatch(tx, ctx, after));
  }
  await ctx
    .knex('store_revision')
    .where({ id: 1 })
    .update({ index_version: version });
}

/** Rebuilds the resources after an id; returns the last id when there may be more. */
async function rebuildBatch(
  tx: Knex.Transaction,
  ctx: StoreContext,
  after: DatabaseInteger,
): Promise<DatabaseInteger | undefined> {
  await lockRevisions(tx);
  const rows: ResourceRow[] = await tx<ResourceRow>('resources')
    .where('id', '>', after)
    .orderBy('id')
    .limit(ROWS_PER_BATCH, LITERALLY)
    .forUpdate();
  await rebuildRows(tx, ctx, rows);
  return rows.length < ROWS_PER_BATCH ? undefined : rows[rows.length - 1].id;
}

/** Computes the terms of resources anew, whose rows are locked. */
async function rebuildRows(
  tx: Knex.Transaction,
  ctx: StoreContext,
  rows: readonly ResourceRow[],
): Promise<void> {
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
}

/**
 * Brings under the declarations of this replica what others have written since a revision
 * under theirs: replicas of an earlier version that run on for a while.
 *
 * @remarks
 * Each change tells what its writer could select the resource by. Where somebody has begun
 * with a later version, that one sees to it; one that has begun again with an earlier version
 * has brought everything under its own.
 *
 * @returns up to which revision that is done
 */
export async function indexOthersWrites(
  ctx: StoreContext,
  version: string,
  after: number,
): Promise<number> {
  const { value, compacted, index_version }: RevisionRow = await ctx
    .knex('store_revision')
    .where({ id: 1 })
    .first()
    .limit(1, LITERALLY);
  const newest = toNumber(value);
  const isMine = index_version === version;
  if (!isMine && numberOf(index_version) >= numberOf(version)) {
    return newest;
  }
  if (!isMine || toNumber(compacted) > after) {
    await rebuildAll(ctx, version);
    return newest;
  }
  for (let last = after; last < newest; ) {
    const changes: ChangeRow[] = await ctx
      .knex('resource_changes')
      .where('revision', '>', last)
      .where('revision', '<=', newest)
      .orderBy('revision')
      .limit(CHANGES_PER_READ, LITERALLY);
    const odd = changes.filter(change => isIndexedOtherwise(ctx, change));
    if (odd.length > 0) {
      await inTransaction(ctx.knex, tx => rebuildNamed(tx, ctx, odd));
    }
    last = toNumber(changes.at(-1)?.revision ?? newest);
  }
  return newest;
}

/** The number with which a version begins; a later one is larger. */
function numberOf(version: string | null): number {
  return Number.parseInt(version ?? '0', 10) || 0;
}

function isIndexedOtherwise(
  { rules, secrets }: StoreContext,
  change: ChangeRow,
): boolean {
  return (
    change.type !== 'deleted' &&
    !isSameJson(
      rules.termsOf(toResource(change, secrets, { unreadable: 'omit' })),
      JSON.parse(change.terms_after ?? '{}'),
    )
  );
}

async function rebuildNamed(
  tx: Knex.Transaction,
  ctx: StoreContext,
  keys: ReadonlyArray<Pick<ChangeRow, 'uid'>>,
): Promise<void> {
  await lockRevisions(tx);
  const uids = [...new Set(keys.map(({ uid }) => uid))];
  const rows: ResourceRow[] = await tx<ResourceRow>('resources')
    .where(isOneOf(tx, 'uid', uids))
    .orderBy('id')
    .forUpdate();
  await rebuildRows(tx, ctx, rows);
}

/** Before any row, as every write does: so two that lock several rows never wait for each other. */
async function lockRevisions(tx: Knex.Transaction): Promise<void> {
  await takeRevisions(tx, 0);
}
