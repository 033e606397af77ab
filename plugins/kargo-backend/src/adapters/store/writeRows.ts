import { ConflictError } from '@backstage/errors';
import { formatKey } from 'backstage-plugin-kargo-common';
import { Knex } from 'knex';
import { keyOfRow } from './conversion';
import { rowsOf } from './dialect';
import { together } from './pipeline';
import { PreparedChange, stateOf } from './PlannedChange';
import { StaleRowError } from './StaleRowError';
import { DatabaseInteger, ResourceRow } from './tables';
import { Write, WrittenRow } from './writeTransaction';

/** Each may hold 1.5 MiB. */
const ROWS_PER_STATEMENT = 50;
const IDS_PER_STATEMENT = 500;

/** What an update gives, and its type. */
const COLUMNS = [
  ['id', 'bigint'],
  ['replaces', 'bigint'],
  ['document', 'text'],
  ['status', 'text'],
  ['sealed', 'text'],
  ['key_id', 'text'],
  ['revision', 'bigint'],
] as const;

/** A prepared change and the id of its row. */
export interface WrittenChange extends PreparedChange {
  readonly id: DatabaseInteger;
}

/**
 * Inserts the rows of what is created and answers all changes with the ids of their rows,
 * in their order.
 *
 * @throws ConflictError that names a resource which exists already
 */
export async function insertRows(
  write: Write,
  changes: readonly PreparedChange[],
): Promise<WrittenChange[]> {
  const ids = await insertCreated(
    write,
    changes.filter(({ change }) => change.type === 'created'),
  );
  return changes.map((prepared): WrittenChange => {
    const { change } = prepared;
    return {
      ...prepared,
      id:
        change.type === 'created' ? ids.get(formatKey(change.key))! : change.id,
    };
  });
}

/** The new ids by key. */
async function insertCreated(
  { tx, written }: Write,
  created: readonly PreparedChange[],
): Promise<Map<string, DatabaseInteger>> {
  const ids = new Map<string, DatabaseInteger>();
  for (let start = 0; start < created.length; start += ROWS_PER_STATEMENT) {
    const some = created.slice(start, start + ROWS_PER_STATEMENT);
    const rows: ResourceRow[] = await tx('resources')
      .insert(some.map(toRow))
      // Leaves out, and breaks no transaction, where there is one of that key.
      .onConflict(['kind', 'namespace', 'name'])
      .ignore()
      .returning(['id', 'kind', 'namespace', 'name']);
    rows.forEach(row => ids.set(formatKey(keyOfRow(row)), row.id));
  }
  for (const prepared of created) {
    const { key } = prepared.change;
    const id = ids.get(formatKey(key));
    if (id === undefined) {
      throw new ConflictError(`${formatKey(key)} already exists`);
    }
    written.push(toWritten({ ...prepared, id }));
  }
  return ids;
}

/**
 * Writes the rows of what is updated.
 *
 * @throws StaleRowError when a row is not the one that its change was planned on
 */
export async function updateRows(
  { tx, ctx, written }: Write,
  changes: readonly WrittenChange[],
): Promise<void> {
  const rows = changes.filter(({ change }) => change.type === 'updated');
  const parts: Array<() => Promise<string[]>> = [];
  for (let start = 0; start < rows.length; start += ROWS_PER_STATEMENT) {
    const some = rows.slice(start, start + ROWS_PER_STATEMENT);
    parts.push(() => updateSome(tx, some));
  }
  const updated = new Set((await together(tx, parts)).flat());
  const stale = rows.find(({ id }) => !updated.has(String(id)));
  if (stale) {
    // All of them, so that one repetition is enough.
    rows.forEach(({ change }) => ctx.hints.forget(change.key));
    throw new StaleRowError(stale.change.key);
  }
  written.push(...rows.map(toWritten));
}

/** The ids of those that were still what the change was planned on. */
async function updateSome(
  tx: Knex.Transaction,
  rows: readonly WrittenChange[],
): Promise<string[]> {
  // What the first row is tells PostgreSQL what all are.
  const first = `(${COLUMNS.map(([, type]) => `cast(? as ${type})`)})`;
  const next = `(${COLUMNS.map(() => '?')})`;
  const result = await tx.raw(
    `with changed (${COLUMNS.map(([name]) => name)})
      as (values ${rows.map((_, n) => (n === 0 ? first : next))})
    update resources set document = changed.document, status = changed.status,
      sealed = changed.sealed, key_id = changed.key_id, revision = changed.revision
    from changed
    where resources.id = changed.id and resources.revision = changed.replaces
    returning resources.id`,
    rows.flatMap(({ id, replaces = null, columns, revision }) => {
      const { document, status, sealed, key_id } = columns;
      return [id, replaces, document, status, sealed, key_id, revision];
    }),
  );
  return rowsOf<Pick<ResourceRow, 'id'>>(result).map(({ id }) => String(id));
}

/** Removes the rows of what is deleted. */
export async function deleteRows(
  { tx, ctx }: Write,
  changes: readonly WrittenChange[],
): Promise<void> {
  const deleted = changes.filter(({ change }) => change.type === 'deleted');
  for (let start = 0; start < deleted.length; start += IDS_PER_STATEMENT) {
    const some = deleted.slice(start, start + IDS_PER_STATEMENT);
    await tx('resources')
      .whereIn(
        'id',
        some.map(({ id }) => id),
      )
      .delete();
  }
  deleted.forEach(({ change }) => ctx.hints.forget(change.key));
}

function toWritten(written: WrittenChange): WrittenRow {
  const row = { ...toRow(written), id: written.id };
  return { row, resource: stateOf(written.change) };
}

function toRow({ change, columns, uid, revision }: PreparedChange) {
  return { ...change.key, ...columns, uid, revision };
}
