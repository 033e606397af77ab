import { toError } from '@backstage/errors';
import { formatKey, ResourceKey } from 'backstage-plugin-kargo-common';
import { Knex } from 'knex';
import { Found } from '../../../ports/ResourceIndex';
import { keyOfRow, StoredResource, toNumber } from '../conversion';
import { isPostgres, rowsOf } from '../dialect';
import { StoreContext } from '../StoreContext';
import { DatabaseInteger, ResourceRow } from '../tables';
import { inTurn } from '../turns';

/** A row of the answer; where nothing is found, one row that carries the revision alone. */
type FoundRow = { store_revision: DatabaseInteger } & (
  | ResourceRow
  | { id: null }
);

/**
 * Finds resources by their keys, in their order, as those see them who only show them; an
 * error where one is there and cannot be read.
 */
export async function findShared(
  ctx: StoreContext,
  keys: readonly ResourceKey[],
): Promise<Array<Found<StoredResource> | Error>> {
  const { newest } = ctx.revisions;
  const rows = await inTurn(ctx.knex, () => selectRows(ctx.knex, keys));
  await ctx.revisions.found(toNumber(rows[0].store_revision), newest);
  const resourceVersion = String(rows[0].store_revision);
  const found = rows.filter(isFound);
  found.forEach(row => ctx.hints.note(row));
  const byKey = new Map(found.map(row => [formatKey(keyOfRow(row)), row]));
  return keys.map(key => {
    const row = byKey.get(formatKey(key));
    try {
      return { resource: row && ctx.shared.of(row), resourceVersion };
    } catch (error) {
      return toError(error);
    }
  });
}

/** With the revision of the store in one statement, which sees one state of the database. */
async function selectRows(
  knex: Knex,
  keys: readonly ResourceKey[],
): Promise<FoundRow[]> {
  const text = isPostgres(knex) ? '?' : 'cast(? as text)';
  const isKey = `r.kind = ${text} and r.namespace = ${text} and r.name = ${text}`;
  const isAnyKey = keys.map(() => `(${isKey})`).join(' or ');
  return rowsOf<FoundRow>(
    await knex.raw(
      `select r.*, v.value as store_revision
       from store_revision as v left join resources as r on ${isAnyKey}
       where v.id = 1`,
      keys.flatMap(({ kind, namespace, name }) => [kind, namespace, name]),
    ),
  );
}

function isFound(
  row: FoundRow,
): row is { store_revision: DatabaseInteger } & ResourceRow {
  return row.id !== null;
}
