import { formatKey } from 'backstage-plugin-kargo-common';
import {
  assertResourceSize,
  jsonBytes,
  MAX_RESOURCE_BYTES,
} from '../../logic/resourceSize';
import { ResourceChange, Wakeup } from '../../ports/Changes';
import { assertUnique } from './assertUnique';
import { Change, MadeChange } from './Change';
import {
  columnBytes,
  ResourceColumns,
  StoredResource,
  toColumns,
} from './conversion';
import { compactHistory } from './operations/compactHistory';
import { PlannedChange, PreparedChange, stateOf } from './PlannedChange';
import { together } from './pipeline';
import { resolveWakeups } from './resolveWakeups';
import { assertStorableJson } from './storableText';
import { StoreContext } from './StoreContext';
import { toHistoryRow, writeHistory } from './writeHistory';
import { writeOwners } from './writeOwners';
import { deleteRows, insertRows, updateRows } from './writeRows';
import { writeTerms } from './writeTerms';
import { Write } from './writeTransaction';

/** History is shortened once per so many revisions, by the write that reaches one. */
const COMPACT_EVERY = 256;
/** And by every write of so many bytes, so that few large ones cannot pile up in between. */
const COMPACT_AT_BYTES = 256 * 1024;

/**
 * Writes changes: rows, terms, owners, history and wake-ups, each under a revision of
 * its own. The new revisions are set in `after` and, for a deletion, in `before`. No two
 * changes are of the same resource.
 *
 * @remarks
 * Every write transaction ends here. What a table takes of all changes is written in one
 * statement, so a batch costs little more than one change; and the tables together, so that
 * PostgreSQL is waited for once.
 *
 * The counter is a row. Adding to it locks it until the transaction has committed, so
 * revisions become visible in their order and without gaps: who sees revision N sees
 * everything up to N. With a database sequence a transaction could take 7, another one
 * take and commit 8, a watcher read 8 and go on from there, and 7, committed later,
 * would never be seen. The price is that write transactions of all replicas pass here
 * one after another.
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
  const first = newest - changes.length;
  const prepared = changes.map((change, index) =>
    prepareChange(ctx, change, first + 1 + index),
  );
  await assertUnique(write, prepared);
  const rows = await insertRows(write, prepared);
  const history = prepared.map(toHistoryRow);
  const wakeups = changes.flatMap(change =>
    ctx.wakeups(toResourceChange(change)),
  );
  const isLookedUp = wakeups.some(wakeup => 'index' in wakeup);
  await together(tx, [
    () => updateRows(write, rows),
    () => deleteRows(write, rows),
    () => writeTerms(tx, rows),
    () => writeOwners(tx, rows),
    () => writeHistory(tx, history, ctx.signals),
    ...(isLookedUp ? [] : [() => markWakeups(write, wakeups)]),
  ]);
  if (isLookedUp) {
    // Among the terms that this write has made.
    await markWakeups(write, wakeups);
  }
  prepared.forEach((change, index) => {
    write.history.push(new Change(history[index], ctx.secrets, toMade(change)));
  });
  const isDue =
    Math.floor(newest / COMPACT_EVERY) > Math.floor(first / COMPACT_EVERY);
  const bytes = history.reduce((sum, row) => sum + row.bytes, 0);
  if (isDue || bytes >= COMPACT_AT_BYTES) {
    await compactHistory(tx, {
      upTo: newest - ctx.historyLimit,
      bytes: ctx.historyBytes,
    });
  }
}

function prepareChange(
  ctx: StoreContext,
  change: PlannedChange,
  revision: number,
): PreparedChange {
  const last = stateOf(change);
  const before = change.type === 'created' ? undefined : change.before;
  const replaces = before?.metadata.resourceVersion;
  const termsBefore = before && ctx.rules.termsOf(before);
  last.metadata.resourceVersion = String(revision);
  const columns = toColumns(
    change.type === 'deleted' ? withoutSecretData(last) : last,
    change.key,
    ctx.secrets,
  );
  assertColumns(change, columns);
  return {
    ...{ change, revision, replaces, columns, termsBefore },
    uid: last.metadata.uid,
    termsAfter:
      change.type === 'deleted' ? undefined : ctx.rules.termsOf(change.after),
  };
}

/** Of a Secret, and of what was deleted, the row says what there is to tell. */
function toMade({
  change,
  termsBefore: before,
  termsAfter: after,
}: PreparedChange): MadeChange {
  const isWhole = change.type !== 'deleted' && change.key.kind !== 'Secret';
  return {
    terms: { before, after },
    ...(isWhole && { resource: stateOf(change) }),
  };
}

async function markWakeups(
  { tx, ctx, marked }: Write,
  wakeups: readonly Wakeup[],
): Promise<void> {
  const marks = await resolveWakeups(tx, ctx, wakeups);
  await ctx.markIn(tx, marks);
  for (const mark of marks) {
    marked.push(mark);
  }
}

/**
 * Refuses what the store does not keep. One that was too large before may become smaller,
 * and go.
 *
 * @throws ResourceTooLargeError, InputError
 */
function assertColumns(change: PlannedChange, columns: ResourceColumns): void {
  if (change.type === 'deleted') {
    return;
  }
  const bytes = columnBytes(columns);
  if (bytes > MAX_RESOURCE_BYTES && !isOnItsWay(change)) {
    assertResourceSize(change.after, bytes);
  }
  const what = formatKey(change.key);
  assertStorableJson(columns.document, what);
  assertStorableJson(columns.status ?? '', what);
}

/** Whether a change makes what is stored smaller, or says that it is to be deleted. */
function isOnItsWay(
  change: Exclude<PlannedChange, { type: 'deleted' }>,
): boolean {
  if (change.type === 'created') {
    return false;
  }
  const { before, after } = change;
  const isMarked =
    !before.metadata.deletionTimestamp && after.metadata.deletionTimestamp;
  return !!isMarked || jsonBytes(after) < jsonBytes(before);
}

/** What was deleted shall not live on in the history. */
function withoutSecretData(resource: StoredResource): StoredResource {
  if (resource.kind !== 'Secret') {
    return resource;
  }
  const { data: _, ...rest } = resource;
  return rest as StoredResource;
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
