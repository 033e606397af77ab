import { ConflictError } from '@backstage/errors';
import { Knex } from 'knex';
import { formatKey, ResourceKey } from 'backstage-plugin-kargo-common';
import {
  assertResourceSize,
  jsonBytes,
  MAX_RESOURCE_BYTES,
} from '../../logic/resourceSize';
import { ResourceChange } from '../../ports/Changes';
import { ResourceColumns, StoredResource, toColumns } from './conversion';
import { isSameJson } from './mergePatch';
import { compactHistory } from './operations/compactHistory';
import { resolveWakeups } from './resolveWakeups';
import { assertStorableJson } from './storableText';
import { StoreContext } from './StoreContext';
import { DatabaseInteger } from './tables';
import { writeTerms } from './writeTerms';
import { Write } from './writeTransaction';

/** One write to a resource whose row, if there is one, is locked. */
export type PlannedChange =
  | { type: 'created'; key: ResourceKey; after: StoredResource }
  | {
      type: 'updated';
      key: ResourceKey;
      id: DatabaseInteger;
      before: StoredResource;
      after: StoredResource;
    }
  | {
      type: 'deleted';
      key: ResourceKey;
      id: DatabaseInteger;
      before: StoredResource;
    };

/** History is shortened once per so many revisions, by the write that reaches one. */
const COMPACT_EVERY = 256;
/** And by every write of so many bytes, so that few large ones cannot pile up in between. */
const COMPACT_AT_BYTES = 256 * 1024;

/**
 * Writes changes: rows, terms, owners, history and wake-ups, each under a revision of
 * its own. The new revisions are set in `after` and, for a deletion, in `before`.
 *
 * @remarks
 * Every write transaction ends here, and the order of its locks is: resource rows, the
 * revision counter, queue rows.
 *
 * The counter is a row. Adding to it locks it until the transaction has committed, so
 * revisions become visible in their order and without gaps: who sees revision N sees
 * everything up to N. With a database sequence a transaction could take 7, another one
 * take and commit 8, a watcher read 8 and go on from there, and 7, committed later,
 * would never be seen. The price is that write transactions of all replicas pass here
 * one after another; that is why everything slow happens before.
 */
export async function commitChanges(
  write: Write,
  changes: readonly PlannedChange[],
): Promise<void> {
  const { tx, ctx } = write;
  if (changes.length === 0) {
    return;
  }
  const newest = await write.revisions.take(changes.length);
  let bytes = 0;
  for (const [index, change] of changes.entries()) {
    const revision = newest - changes.length + 1 + index;
    bytes += await writeChange(tx, ctx, change, revision);
  }
  const wakeups = changes.flatMap(change =>
    ctx.wakeups(toResourceChange(change)),
  );
  const marks = await resolveWakeups(tx, ctx, wakeups);
  await ctx.markIn(tx, marks);
  write.hasChanges = true;
  for (const { key } of marks) {
    write.marked.push(key);
  }
  const first = newest - changes.length;
  const isDue =
    Math.floor(newest / COMPACT_EVERY) > Math.floor(first / COMPACT_EVERY);
  if (isDue || bytes >= COMPACT_AT_BYTES) {
    await compactHistory(tx, {
      upTo: newest - ctx.historyLimit,
      bytes: ctx.historyBytes,
    });
  }
}

async function writeChange(
  tx: Knex.Transaction,
  ctx: StoreContext,
  change: PlannedChange,
  revision: number,
): Promise<number> {
  const last = change.type === 'deleted' ? change.before : change.after;
  last.metadata.resourceVersion = String(revision);
  const termsBefore =
    change.type === 'created' ? undefined : ctx.rules.termsOf(change.before);
  const termsAfter =
    change.type === 'deleted' ? undefined : ctx.rules.termsOf(change.after);
  const columns = toColumns(
    change.type === 'deleted' ? withoutSecretData(last) : last,
    change.key,
    ctx.secrets,
  );
  assertColumns(change, columns);

  const id = await writeRow(tx, change, revision, columns);
  if (!isSameJson(termsBefore, termsAfter)) {
    await writeTerms(tx, change.key, id, { termsBefore, termsAfter });
  }
  await writeOwners(tx, id, change);
  const before = termsBefore ? JSON.stringify(termsBefore) : null;
  const after = termsAfter ? JSON.stringify(termsAfter) : null;
  const bytes = columnBytes({ ...columns, before, after });
  await tx('resource_changes').insert({
    ...change.key,
    ...columns,
    revision,
    bytes,
    uid: last.metadata.uid,
    type: change.type,
    terms_before: before,
    terms_after: after,
  });
  return bytes;
}

/**
 * Refuses what the store does not keep. One that was too large before may become smaller.
 *
 * @throws ResourceTooLargeError, InputError
 */
function assertColumns(change: PlannedChange, columns: ResourceColumns): void {
  if (change.type === 'deleted') {
    return;
  }
  const { after } = change;
  const bytes = columnBytes(columns);
  const mayShrink =
    bytes > MAX_RESOURCE_BYTES &&
    change.type === 'updated' &&
    bytes < jsonBytes(change.before);
  if (!mayShrink) {
    assertResourceSize(after, bytes);
  }
  const what = formatKey(change.key);
  assertStorableJson(columns.document, what);
  assertStorableJson(columns.status ?? '', what);
}

/** Bytes of the text in columns. */
function columnBytes(columns: Record<string, string | null>): number {
  return Object.values(columns).reduce(
    (sum, text) => sum + (text === null ? 0 : Buffer.byteLength(text)),
    0,
  );
}

/** What was deleted shall not live on in the history. */
function withoutSecretData(resource: StoredResource): StoredResource {
  if (resource.kind !== 'Secret') {
    return resource;
  }
  const { data: _, ...rest } = resource;
  return rest as StoredResource;
}

async function writeRow(
  tx: Knex.Transaction,
  change: PlannedChange,
  revision: number,
  columns: ResourceColumns,
): Promise<DatabaseInteger> {
  switch (change.type) {
    case 'created': {
      const { uid } = change.after.metadata;
      const [row] = await tx('resources')
        .insert({ ...change.key, ...columns, uid, revision })
        // Answers no row, and breaks no transaction, when there is one of that key.
        .onConflict(['kind', 'namespace', 'name'])
        .ignore()
        .returning('id');
      if (!row) {
        throw new ConflictError(`${formatKey(change.key)} already exists`);
      }
      return row.id;
    }
    case 'updated':
      await tx('resources')
        .where({ id: change.id })
        .update({ ...columns, revision });
      return change.id;
    default:
      await tx('resources').where({ id: change.id }).delete();
      return change.id;
  }
}

async function writeOwners(
  tx: Knex.Transaction,
  id: DatabaseInteger,
  change: PlannedChange,
): Promise<void> {
  const before = change.type === 'created' ? [] : ownersOf(change.before);
  const after = change.type === 'deleted' ? [] : ownersOf(change.after);
  // What takes the last finalizer away may take the owners away in the same write.
  if (change.type !== 'deleted' && isSameJson(before, after)) {
    return;
  }
  if (change.type !== 'created') {
    await tx('resource_owners').where({ resource_id: id }).delete();
  }
  if (after.length > 0) {
    await tx('resource_owners').insert(
      after.map(owner_uid => ({ resource_id: id, owner_uid })),
    );
  }
}

/** The uids of a resource's owners, each once. */
export function ownersOf(resource: StoredResource): string[] {
  const references = resource.metadata.ownerReferences ?? [];
  return [...new Set(references.map(reference => reference.uid))];
}

function toResourceChange(change: PlannedChange): ResourceChange {
  switch (change.type) {
    case 'created':
      return { type: 'created', key: change.key, after: change.after };
    case 'updated':
      return {
        type: 'updated',
        key: change.key,
        before: change.before,
        after: change.after,
      };
    default:
      return { type: 'deleted', key: change.key, before: change.before };
  }
}
