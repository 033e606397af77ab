import { randomUUID } from 'node:crypto';
import { Knex } from 'knex';
import { Claim } from '../../../ports/WorkQueue';
import { isOneOf, isPostgres, LITERALLY, rowsOf } from '../../store/dialect';
import { LeasedRow, later, toClaim } from '../claimRow';

/** Due rows among which slots are shared: bounds the work of one claim. */
const MOST_CANDIDATES = 1_000;

/** What is claimed, and when. */
export interface ClaimOptions {
  now: Knex.Raw;
  limit: number;
  leaseForMs: number;
  kinds?: string[];
  held?: ReadonlyMap<string, number>;
}

/**
 * Takes due rows that nobody holds, see `WorkQueue.claimDue`.
 *
 * @remarks
 * One statement picks and takes, so no transaction stays open during the work. On
 * PostgreSQL claimers skip the rows that another one is taking, and the picked rows
 * are materialized: the planner may otherwise run the picking several times and take
 * more than the limit. SQLite runs one statement at a time.
 */
export async function claimDue(
  knex: Knex,
  options: ClaimOptions,
): Promise<Claim[]> {
  const { now, limit, leaseForMs } = options;
  if (limit < 1) {
    return [];
  }
  const picked = options.held
    ? shareSlots(knex, options, options.held)
    : oldestDue(knex, options, limit);
  if (isPostgres(knex)) {
    picked.forUpdate('work_queue').skipLocked();
  }
  const result = await knex.raw(
    `with picked as materialized ?
    update work_queue set lease = ?, leased_until = ? from picked
    where work_queue.kind = picked.kind
      and work_queue.namespace = picked.namespace
      and work_queue.name = picked.name
    returning work_queue.kind, work_queue.namespace, work_queue.name,
      wanted, lease, attempts, ? - due_at as delay`,
    [picked, randomUUID(), later(knex, now, leaseForMs), now],
  );
  return rowsOf<LeasedRow>(result)
    .map(toClaim)
    .sort((a, b) => b.delayMs - a.delayMs);
}

/** Rows that are due and that nobody holds. */
function dueRows(
  knex: Knex,
  { now, kinds }: Pick<ClaimOptions, 'now' | 'kinds'>,
): Knex.QueryBuilder {
  const rows = knex('work_queue')
    .where('work_queue.due_at', '<=', now)
    .where(free =>
      free
        .whereNull('work_queue.lease')
        .orWhere('work_queue.leased_until', '<=', now),
    );
  return kinds ? rows.where(isOneOf(knex, 'work_queue.kind', kinds)) : rows;
}

function oldestDue(
  knex: Knex,
  options: ClaimOptions,
  limit: number,
): Knex.QueryBuilder {
  return dueRows(knex, options)
    .select('kind', 'namespace', 'name')
    .orderBy('due_at')
    .limit(limit, LITERALLY);
}

/**
 * `level` is how many slots the namespace would hold with this row, `place` the row's
 * turn when those with few go first. Before its turn `limit - (place - 1)` slots are free
 * and its namespace holds `level - 1`: it may have one while the former is more. Both
 * grow with the turn, so what is taken is a beginning of the order.
 *
 * Namespaces that may have no slot at all are left out before anything is counted, or
 * their backlog would hide everybody else's rows.
 */
function shareSlots(
  knex: Knex,
  options: ClaimOptions,
  held: ReadonlyMap<string, number>,
): Knex.QueryBuilder {
  const { limit } = options;
  const full = [...held].filter(([, slots]) => slots >= limit);
  const candidates = dueRows(knex, options)
    .select('kind', 'namespace', 'name', 'due_at')
    .orderBy('due_at')
    .limit(MOST_CANDIDATES, LITERALLY);
  if (full.length > 0) {
    const names = full.map(([namespace]) => namespace);
    candidates.whereNot(isOneOf(knex, 'namespace', names));
  }
  const levelled = knex
    .from(candidates.as('candidates'))
    .leftJoin(heldSlots(knex, held), 'slots.held_by', 'candidates.namespace')
    .select(
      'candidates.*',
      knex.raw(`coalesce(slots.held, 0) + row_number() over (
        partition by candidates.namespace order by due_at, kind, name
      ) as level`),
    );
  const placed = knex
    .from(levelled.as('levelled'))
    .select(
      'levelled.*',
      knex.raw(
        'row_number() over (order by level, due_at, namespace, kind, name) as place',
      ),
    );
  // Asks again whether they are due and free: another claimer may have been faster.
  return dueRows(knex, options)
    .select('work_queue.kind', 'work_queue.namespace', 'work_queue.name')
    .join(placed.as('placed'), {
      'placed.kind': 'work_queue.kind',
      'placed.namespace': 'work_queue.namespace',
      'placed.name': 'work_queue.name',
    })
    .whereRaw('placed.place + placed.level <= ?', [limit + 1]);
}

/** What namespaces hold, as a table with one bound parameter. */
function heldSlots(knex: Knex, held: ReadonlyMap<string, number>): Knex.Raw {
  const json = JSON.stringify(Object.fromEntries(held));
  return isPostgres(knex)
    ? knex.raw(
        '(select key as held_by, value::int as held from json_each_text(?::json)) as slots',
        [json],
      )
    : knex.raw(
        '(select key as held_by, value as held from json_each(?)) as slots',
        [json],
      );
}
