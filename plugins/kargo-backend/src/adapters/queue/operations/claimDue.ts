import { randomUUID } from 'node:crypto';
import { Knex } from 'knex';
import { Claim } from '../../../ports/WorkQueue';
import { isOneOf, isPostgres, rowsOf } from '../../store/dialect';
import { LeasedRow, toClaim } from '../claimRow';

/**
 * Takes due rows that nobody holds, oldest due first.
 *
 * @remarks
 * One statement picks and takes, so no transaction stays open during the work. On
 * PostgreSQL claimers skip the rows that another one is taking, and the picked rows
 * are materialized: the planner may otherwise run the picking several times and take
 * more than the limit. SQLite runs one statement at a time.
 */
export async function claimDue(
  knex: Knex,
  options: { now: number; limit: number; leaseForMs: number; kinds?: string[] },
): Promise<Claim[]> {
  const { now, limit, leaseForMs, kinds } = options;
  if (limit < 1) {
    return [];
  }
  const picked = knex('work_queue')
    .select('kind', 'namespace', 'name')
    .where('due_at', '<=', now)
    .where(free => free.whereNull('lease').orWhere('leased_until', '<=', now))
    .orderBy('due_at')
    .limit(limit);
  if (kinds) {
    picked.where(isOneOf(knex, 'kind', kinds));
  }
  if (isPostgres(knex)) {
    picked.forUpdate().skipLocked();
  }
  const result = await knex.raw(
    `with picked as materialized ?
    update work_queue set lease = ?, leased_until = ? from picked
    where work_queue.kind = picked.kind
      and work_queue.namespace = picked.namespace
      and work_queue.name = picked.name
    returning work_queue.kind, work_queue.namespace, work_queue.name,
      wanted, lease, attempts, due_at`,
    [picked, randomUUID(), now + leaseForMs],
  );
  return rowsOf<LeasedRow>(result)
    .map(toClaim)
    .sort((a, b) => a.dueAt - b.dueAt);
}
