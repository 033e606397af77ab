import { InputError } from '@backstage/errors';
import { inTurns } from '../../../foreign/inTurns';
import { mapInSlices } from '../../../logic/slices';
import { IndexedListOptions } from '../../../ports/ResourceIndex';
import { ResourceList } from '../../../ports/ResourceStore';
import { StoredResource, toNumber, toResource } from '../conversion';
import { formatCursor, parseCursor } from '../cursor';
import { toFilter } from '../filter';
import { buildPageQuery, chooseDriver, PageRequest } from '../pageQuery';
import { StoreContext } from '../StoreContext';
import { DatabaseInteger, ResourceRow } from '../tables';

/** Nobody writes all of a longer list, which would only drive out what somebody does. */
const MOST_NOTED = 100;

/** A row of the answer; without resources, one row that carries the revision alone. */
type PageRow = { store_revision: DatabaseInteger } & (
  | (ResourceRow & { sort_value: string })
  | { id: null }
);

/**
 * Lists a page of resources of a kind.
 *
 * @throws InputError for an unknown index or sort key, or an invalid cursor or limit.
 */
export async function listResources(
  ctx: StoreContext,
  kind: string,
  options: IndexedListOptions = {},
): Promise<ResourceList<StoredResource>> {
  const { orderBy = 'name', descending = false, limit } = options;
  if (orderBy !== 'name') {
    ctx.rules.assertSortKey(kind, orderBy);
  }
  if (limit !== undefined && !(Number.isInteger(limit) && limit > 0)) {
    throw new InputError(`The limit of a list must be a positive integer`);
  }
  const ordering = { orderBy, descending };
  const { newest } = ctx.revisions;
  const rows = await readPage(ctx, {
    ...ordering,
    kind,
    filter: toFilter(kind, options, ctx.rules),
    // One more than asked for tells whether there is a next page.
    rows: limit === undefined ? undefined : limit + 1,
    after:
      options.cursor === undefined
        ? undefined
        : parseCursor(options.cursor, ordering),
  });

  await ctx.revisions.found(toNumber(rows[0].store_revision), newest);

  const found = rows.filter(isFound);
  const page = limit === undefined ? found : found.slice(0, limit);
  const last = page[page.length - 1];
  // What is shown again and again was noted when it was new.
  const fresh = page.filter(row => !ctx.shared.has(row));
  if (fresh.length <= MOST_NOTED) {
    fresh.forEach(row => ctx.hints.note(row));
  }
  const { unreadable } = options;
  const isKept = options.shared || page.length <= MOST_NOTED;
  const convert = (row: ResourceRow) =>
    row.sealed === null && (isKept || ctx.shared.has(row))
      ? ctx.shared.of(row)
      : toResource(row, ctx.secrets, { unreadable });
  return {
    items: await inTurns(mapInSlices(page, convert)),
    resourceVersion: String(rows[0].store_revision),
    ...(found.length > page.length
      ? {
          nextCursor: formatCursor({
            ...ordering,
            value: last.sort_value,
            name: last.name,
            namespace: last.namespace,
          }),
        }
      : {}),
  };
}

/**
 * Reads the page and the revision of the store in one statement, because a statement
 * sees one state of the database: the list is exact at that revision.
 */
async function readPage(
  { knex }: StoreContext,
  request: PageRequest,
): Promise<PageRow[]> {
  const direction = request.descending ? 'desc' : 'asc';
  const driver = await chooseDriver(knex, request);
  const page = buildPageQuery(knex, request, driver);
  return knex
    .from({ v: 'store_revision' })
    .leftJoin(page.as('p'), join => join.on(knex.raw('true')))
    .leftJoin({ r: 'resources' }, 'r.id', 'p.id')
    .whereRaw('v.id = 1')
    .select('r.*', 'p.sort_value', { store_revision: 'v.value' })
    .orderBy([
      { column: 'p.sort_value', order: direction },
      { column: 'p.name', order: direction },
      { column: 'p.namespace', order: direction },
    ]);
}

function isFound(
  row: PageRow,
): row is PageRow & ResourceRow & { sort_value: string } {
  return row.id !== null;
}
