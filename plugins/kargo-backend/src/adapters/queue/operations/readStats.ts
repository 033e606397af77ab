import { Knex } from 'knex';

/** Counts rows, those that are due and not held, and those that are held. */
export async function readStats(
  knex: Knex,
  now: Knex.Raw,
): Promise<{ rows: number; due: number; leased: number }> {
  const [counts] = await knex('work_queue').select({
    rows: knex.raw('count(*)'),
    leased: knex.raw('count(case when leased_until > ? then 1 end)', [now]),
    due: knex.raw(
      'count(case when due_at <= ? and (leased_until is null or leased_until <= ?) then 1 end)',
      [now, now],
    ),
  });
  return {
    rows: Number(counts.rows),
    due: Number(counts.due),
    leased: Number(counts.leased),
  };
}
