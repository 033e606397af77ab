import { Knex } from 'knex';
import { Cursor } from './cursor';
import { isOneOf, LITERALLY, whereTexts } from './dialect';
import { Filter, TermCondition } from './filter';
import { sortTerm } from './terms';

/** Which rows of a page, in which order. */
export interface PageRequest {
  kind: string;
  filter: Filter;
  /** `name` or a declared sort key. */
  orderBy: string;
  descending: boolean;
  /** Rows to return at most; absent for all. */
  rows?: number;
  after?: Cursor;
}

/** Up to this many matches it is cheaper to collect and sort them than to walk an order. */
const FEW_MATCHES = 1000;

/** Builds the query that picks `id`, `sort_value`, `name` and `namespace` of a page. */
export function buildPageQuery(
  knex: Knex,
  request: PageRequest,
  driver: Driver,
): Knex.QueryBuilder {
  const columns = columnsOf(driver, request);
  const query = driver
    ? fromTerms(knex, request, driver)
    : fromResources(knex, request);
  applyFilter(knex, query, { request, driver, id: columns.id });
  if ((driver?.values?.length ?? 0) > 1) {
    // An index may hold several of the values for one resource.
    query.distinct();
  }
  if (columns.isSortJoined) {
    query
      .crossJoin(knex.raw('resource_terms as s'))
      .whereRaw('s.resource_id = ??', [columns.id]);
    whereTexts(knex, query, { 's.term': sortTerm(request.orderBy) });
  }
  query.select({ id: columns.id, name: 'd.name', namespace: 'd.namespace' });
  query.select(
    columns.value
      ? { sort_value: columns.value }
      : { sort_value: knex.raw("''") },
  );
  applyOrder(query, request, columns.value);
  return request.rows === undefined
    ? query
    : query.limit(request.rows, LITERALLY);
}

interface Columns {
  id: string;
  /** Where the value of the sort key is; absent when ordered by name. */
  value?: string;
  isSortJoined: boolean;
}

/** Condition whose terms a page query walks; absent for the resources themselves. */
export type Driver = TermCondition | undefined;

function columnsOf(driver: Driver, request: PageRequest): Columns {
  const id = driver ? 'd.resource_id' : 'd.id';
  if (request.orderBy === 'name') {
    return { id, isSortJoined: false };
  }
  const isSortDriver = driver?.term === sortTerm(request.orderBy);
  return {
    id,
    value: isSortDriver ? 'd.value' : 's.value',
    isSortJoined: !isSortDriver,
  };
}

/**
 * Chooses what the query of a page walks.
 *
 * @remarks
 * There are three ways, and the wrong one reads the whole kind:
 * - a condition that few resources meet: collect them by their term, then sort;
 * - ordered by name: walk the names (of one condition's term, or of the kind);
 * - ordered by a sort key: walk its terms and check each row against the conditions.
 *
 * SQLite keeps no statistics to decide between the first and the others, so the matches
 * are counted, up to a limit, first; not where all of them are asked for by name, which
 * have to be collected anyway.
 */
export async function chooseDriver(
  knex: Knex,
  request: PageRequest,
): Promise<Driver> {
  const { filter, orderBy } = request;
  const isByName = orderBy === 'name';
  if (filter.names) {
    return undefined;
  }
  const positive = filter.conditions.filter(
    condition => !condition.negated && condition.values,
  );
  const walkable = positive.filter(({ values }) => values?.length === 1);
  const isWhole = request.rows === undefined || walkable.length === 1;
  if (isByName && positive.length === 1 && isWhole) {
    return positive[0];
  }
  let best: TermCondition | undefined;
  let fewest = FEW_MATCHES + 1;
  for (const condition of positive) {
    const matches = await countUpTo(knex, request, condition);
    if (matches < fewest) {
      fewest = matches;
      best = condition;
    }
  }
  if (best) {
    return best;
  }
  return isByName ? walkable[0] : { term: sortTerm(orderBy), negated: false };
}

async function countUpTo(
  knex: Knex,
  request: PageRequest,
  condition: TermCondition,
): Promise<number> {
  const some = fromTerms(knex, request, condition)
    .select(knex.raw('1'))
    .limit(FEW_MATCHES + 1, LITERALLY);
  const [row] = await knex.from(some.as('some')).count({ count: '*' });
  return Number(row.count);
}

function fromResources(
  knex: Knex,
  { kind, filter }: PageRequest,
): Knex.QueryBuilder {
  const query = whereTexts(knex, knex.from({ d: 'resources' }), {
    'd.kind': kind,
    ...(filter.namespace !== undefined && { 'd.namespace': filter.namespace }),
  });
  return filter.names
    ? query.where(isOneOf(knex, 'd.name', filter.names))
    : query;
}

function fromTerms(
  knex: Knex,
  { kind, filter }: PageRequest,
  condition: TermCondition,
): Knex.QueryBuilder {
  const { values } = condition;
  const query = whereTexts(knex, knex.from({ d: 'resource_terms' }), {
    'd.kind': kind,
    'd.term': condition.term,
    ...(filter.namespace !== undefined && { 'd.namespace': filter.namespace }),
    ...(values?.length === 1 && { 'd.value': values[0] }),
  });
  return values && values.length !== 1
    ? query.where(isOneOf(knex, 'd.value', values))
    : query;
}

function applyFilter(
  knex: Knex,
  query: Knex.QueryBuilder,
  options: { request: PageRequest; driver: Driver; id: string },
): void {
  const { request, driver, id } = options;
  for (const condition of request.filter.conditions) {
    if (condition === driver) {
      continue;
    }
    const probe = knex
      .from({ t: 'resource_terms' })
      .select(knex.raw('1'))
      .whereRaw('t.resource_id = ??', [id]);
    whereTexts(knex, probe, { 't.term': condition.term });
    if (condition.values) {
      probe.where(isOneOf(knex, 't.value', condition.values));
    }
    if (condition.negated) {
      query.whereNotExists(probe);
    } else {
      query.whereExists(probe);
    }
  }
}

/** Orders by the sort key, name and namespace, and starts behind the cursor. */
function applyOrder(
  query: Knex.QueryBuilder,
  request: PageRequest,
  valueColumn: string | undefined,
): void {
  const { after, descending, filter } = request;
  const keys: Array<{ column: string; position?: string }> = [
    { column: 'd.name', position: after?.name },
  ];
  if (valueColumn) {
    keys.unshift({ column: valueColumn, position: after?.value });
  }
  // Left out when it is fixed: the database then finds an index in this very order.
  if (filter.namespace === undefined) {
    keys.push({ column: 'd.namespace', position: after?.namespace });
  }
  for (const { column } of keys) {
    query.orderBy(column, descending ? 'desc' : 'asc');
  }
  if (after) {
    const list = keys.map(() => '??').join(', ');
    const marks = keys.map(() => '?').join(', ');
    query.whereRaw(`(${list}) ${descending ? '<' : '>'} (${marks})`, [
      ...keys.map(key => key.column),
      ...keys.map(key => key.position ?? ''),
    ]);
  }
}
