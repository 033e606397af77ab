import { Knex } from 'knex';
import { toTimestamp } from '../../../logic/timestamps';
import { commitChanges } from '../commitChanges';
import { PlannedChange, PlannedWrite } from '../PlannedChange';
import { keyOfRow, StoredResource, toResource } from '../conversion';
import { isOneOf } from '../dialect';
import { lockResource } from '../lockResource';
import { StoreContext } from '../StoreContext';
import { ResourceRow } from '../tables';
import { ownersOf } from '../writeOwners';
import { KeyedDeletion } from '../../../ports/ResourceStore';
import { Write, writeTransaction } from '../writeTransaction';

/** A locked row and the resource it holds. */
interface Doomed {
  row: ResourceRow;
  before: StoredResource;
}

/**
 * Deletes a resource with all that it owns, or marks it while finalizers remain.
 * Returns the last state.
 *
 * @throws NotFoundError, ConflictError
 */
export async function deleteResource(
  ctx: StoreContext,
  deletion: KeyedDeletion<string>,
): Promise<StoredResource> {
  return writeTransaction(ctx, async write => {
    const { result, changes } = await planDeletion(write, deletion);
    await commitChanges(write, changes);
    return result;
  });
}

/**
 * Plans the removal of a resource with all that it owns, or its mark while finalizers remain.
 *
 * @throws NotFoundError, ConflictError
 */
export async function planDeletion(
  write: Write,
  { key, resourceVersion }: KeyedDeletion<string>,
): Promise<PlannedWrite> {
  const row = await lockResource(write, key, resourceVersion);
  const before = readDoomed(write.ctx, row);
  if (!before.metadata.finalizers?.length) {
    const changes = await planRemoval(write, { row, before });
    return { result: before, changes };
  }
  if (before.metadata.deletionTimestamp) {
    return { result: before, changes: [] };
  }
  const marked = planMark(write.ctx, { row, before });
  return { result: marked.after, changes: [marked] };
}

/**
 * Plans the removal of a resource and, level by level, of what it owns. A dependent
 * stays while another of its owners exists; one with finalizers is marked only.
 */
export async function planRemoval(
  write: Write,
  root: Doomed,
): Promise<PlannedChange[]> {
  const changes: PlannedChange[] = [];
  const seen = new Set([root.before.metadata.uid]);
  const gone = new Set<string>();
  let level: Doomed[] = [root];
  while (level.length > 0) {
    const removed: string[] = [];
    for (const doomed of level) {
      const { finalizers, deletionTimestamp, uid } = doomed.before.metadata;
      if (!finalizers?.length) {
        changes.push(planDelete(doomed));
        removed.push(uid);
        gone.add(uid);
      } else if (!deletionTimestamp) {
        changes.push(planMark(write.ctx, doomed));
      }
    }
    level = await loadOrphans(write, { owners: removed, gone, seen });
    level.forEach(({ before }) => seen.add(before.metadata.uid));
  }
  return changes;
}

function planDelete({ row, before }: Doomed): PlannedChange {
  return { type: 'deleted', key: keyOfRow(row), id: row.id, before };
}

function planMark(
  ctx: StoreContext,
  { row, before }: Doomed,
): PlannedChange & { type: 'updated' } {
  const deletionTimestamp = toTimestamp(ctx.clock.now());
  return {
    type: 'updated',
    key: keyOfRow(row),
    id: row.id,
    before,
    after: { ...before, metadata: { ...before.metadata, deletionTimestamp } },
  };
}

/** Locks the resources that lost their last owner. */
async function loadOrphans(
  { tx, ctx }: Write,
  options: { owners: string[]; gone: Set<string>; seen: Set<string> },
): Promise<Doomed[]> {
  const { owners, gone, seen } = options;
  if (owners.length === 0) {
    return [];
  }
  const owned = tx('resource_owners')
    .select('resource_id')
    .where(isOneOf(tx, 'owner_uid', owners));
  const rows: ResourceRow[] = await tx<ResourceRow>('resources')
    .whereIn('id', owned)
    .orderBy('id')
    .forUpdate();
  const candidates = rows
    .filter(row => !seen.has(row.uid))
    .map(row => ({ row, before: readDoomed(ctx, row) }));
  const alive = await findExisting(
    tx,
    candidates.flatMap(({ before }) => ownersOf(before)),
  );
  return candidates.filter(({ before }) =>
    ownersOf(before).every(uid => gone.has(uid) || !alive.has(uid)),
  );
}

async function findExisting(
  tx: Knex.Transaction,
  uids: string[],
): Promise<Set<string>> {
  const rows: Array<{ uid: string }> = await tx('resources')
    .select('uid')
    .where(isOneOf(tx, 'uid', [...new Set(uids)]));
  return new Set(rows.map(row => row.uid));
}

/** A Secret whose key is lost can be deleted all the same. */
function readDoomed(ctx: StoreContext, row: ResourceRow): StoredResource {
  return toResource(row, ctx.secrets, { unreadable: 'omit' });
}
