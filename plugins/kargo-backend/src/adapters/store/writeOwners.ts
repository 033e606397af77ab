import { Knex } from 'knex';
import { StoredResource } from './conversion';
import { inBatches } from './inBatches';
import { isSameJson } from './mergePatch';
import { WrittenChange } from './writeRows';

const ROWS_PER_STATEMENT = 500;

/** Writes who owns what, only where it differs. */
export async function writeOwners(
  tx: Knex.Transaction,
  rows: readonly WrittenChange[],
): Promise<void> {
  const changed = rows.filter(({ change }) => hasOtherOwners(change));
  const known = changed
    .filter(({ change }) => change.type !== 'created')
    .map(({ id }) => id);
  await inBatches(known, ROWS_PER_STATEMENT, async some =>
    tx('resource_owners').whereIn('resource_id', some).delete(),
  );
  const owned = changed.flatMap(({ id, change }) =>
    change.type === 'deleted'
      ? []
      : ownersOf(change.after).map(owner_uid => ({
          resource_id: id,
          owner_uid,
        })),
  );
  await inBatches(owned, ROWS_PER_STATEMENT, async some =>
    tx('resource_owners').insert(some),
  );
}

function hasOtherOwners(change: WrittenChange['change']): boolean {
  switch (change.type) {
    case 'created':
      return ownersOf(change.after).length > 0;
    case 'updated':
      return !isSameJson(ownersOf(change.before), ownersOf(change.after));
    default:
      // What takes the last finalizer away may take the owners away in the same write.
      return true;
  }
}

/** The uids of a resource's owners, each once. */
export function ownersOf(resource: StoredResource): string[] {
  const references = resource.metadata.ownerReferences ?? [];
  return [...new Set(references.map(reference => reference.uid))];
}
