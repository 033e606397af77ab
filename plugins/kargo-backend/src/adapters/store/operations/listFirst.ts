import { InputError } from '@backstage/errors';
import { Knex } from 'knex';
import { inTurns } from '../../../foreign/inTurns';
import { mapInSlices } from '../../../logic/slices';
import { FirstOptions, FirstSelection } from '../../../ports/ResourceIndex';
import { StoredResource } from '../conversion';
import { isPostgres, rowsOf } from '../dialect';
import { assertStorable } from '../storableText';
import { StoreContext } from '../StoreContext';
import { ResourceRow } from '../tables';
import { indexTerm, sortTerm, toTermValue } from '../terms';

/** A resource, and which selections begin with it: their places, with commas. */
type FirstRow = ResourceRow & { places: string };

/**
 * Lists the beginnings of several selections with one statement, in their order.
 *
 * @remarks
 * Its text depends neither on what is selected nor on how much, so that databases plan it
 * once. A resource with which several selections begin is read once.
 * @throws InputError for an unknown index or sort key, or an invalid limit.
 */
export async function listFirst(
  ctx: StoreContext,
  kind: string,
  selections: readonly FirstSelection[],
  options: FirstOptions,
): Promise<StoredResource[][]> {
  checkFirst(ctx, kind, selections, options);
  const lists = selections.map((): StoredResource[] => []);
  if (selections.length === 0) {
    return lists;
  }
  const rows = rowsOf<FirstRow>(
    await ctx.knex.raw(textFor(ctx.knex, options), {
      kind,
      sort: sortTerm(options.orderBy ?? 'name'),
      ...selected(ctx.knex, selections),
    }),
  );
  const resources = await inTurns(mapInSlices(rows, row => ctx.shared.of(row)));
  rows.forEach(({ places }, index) => {
    for (const place of places.split(',')) {
      lists[Number(place)].push(resources[index]);
    }
  });
  return lists;
}

function checkFirst(
  { rules }: StoreContext,
  kind: string,
  selections: readonly FirstSelection[],
  { orderBy = 'name', limit }: FirstOptions,
): void {
  if (orderBy !== 'name') {
    rules.assertSortKey(kind, orderBy);
  }
  if (!(Number.isInteger(limit) && limit > 0)) {
    throw new InputError(`The limit of a list must be a positive integer`);
  }
  for (const { namespace, index } of selections) {
    rules.assertIndex(kind, index.name);
    assertStorable(namespace, 'What is selected');
    assertStorable(index.value, 'What is selected');
  }
}

/** The selections as each database takes a list in a single parameter. */
function selected(
  knex: Knex,
  selections: readonly FirstSelection[],
): Record<string, string | string[]> {
  const namespaces = selections.map(({ namespace }) => namespace);
  const terms = selections.map(({ index }) => indexTerm(index.name));
  const values = selections.map(({ index }) => toTermValue(index.value));
  return isPostgres(knex)
    ? { namespaces, terms, values }
    : {
        selections: JSON.stringify(
          selections.map((_, at) => [namespaces[at], terms[at], values[at]]),
        ),
      };
}

function textFor(
  knex: Knex,
  { orderBy = 'name', descending, limit }: FirstOptions,
): string {
  const direction = descending ? 'desc' : 'asc';
  const isSorted = orderBy !== 'name';
  const text = (name: string) =>
    isPostgres(knex) ? `:${name}` : `cast(:${name} as text)`;
  /** Joins the sort key of a resource, by which it is ordered before its name. */
  const joinSort = (alias: string, id: string) =>
    isSorted
      ? `join resource_terms as ${alias}
           on ${alias}.resource_id = ${id} and ${alias}.term = ${text('sort')}`
      : '';
  const order = (alias: string, name: string) =>
    `order by ${
      isSorted ? `${alias}.value ${direction}, ` : ''
    }${name} ${direction}`;
  // As a range it is the last column of an index that begins with the namespace. PostgreSQL
  // might take the one that begins with the value, which many projects have in common.
  const isValue = (value: string) =>
    isPostgres(knex)
      ? `t.value between ${value} and ${value}`
      : `t.value = ${value}`;
  /** What a selection begins with, given the parts of the selection. */
  const beginning = (namespace: string, term: string, value: string) =>
    `select t.resource_id as id
     from resource_terms as t ${joinSort('s', 't.resource_id')}
     where t.kind = ${text('kind')} and t.term = ${term}
       and t.namespace = ${namespace} and ${isValue(value)}
     ${order('s', 't.name')} limit ${limit}`;
  const part = (at: number) => `json_extract(n.value, '$[${at}]')`;
  const found = isPostgres(knex)
    ? `select cast(n.place - 1 as text) as place, l.id
       from unnest(
         cast(:namespaces as text[]),
         cast(:terms as text[]),
         cast(:values as text[])
       ) with ordinality as n(namespace, term, value, place)
       cross join lateral (
         ${beginning('n.namespace', 'n.term', 'n.value')}
       ) as l`
    : `select n.key as place, q.id
       from json_each(cast(:selections as text)) as n
       join resources as q on q.id in (
         ${beginning(part(0), part(1), part(2))}
       )`;
  const list = isPostgres(knex)
    ? `string_agg(b.place, ',')`
    : 'group_concat(b.place)';
  return `
    select r.*, f.places
    from (select b.id, ${list} as places from (${found}) as b group by b.id) as f
    join resources as r on r.id = f.id ${joinSort('o', 'r.id')}
    ${order('o', 'r.name')}`;
}
