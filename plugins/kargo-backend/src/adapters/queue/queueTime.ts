import { Knex } from 'knex';
import { Clock } from '../../ports/Clock';
import { isPostgres } from '../store/dialect';

/** What time it is for the queue: a SQL expression of epoch milliseconds. */
export type QueueTime = (knex: Knex) => Knex.Raw;

/**
 * The clock of the database, the only one that all replicas share.
 *
 * @remarks It stands still during a statement, so that an index can be searched by it.
 */
export const databaseTime: QueueTime = knex =>
  isPostgres(knex)
    ? knex.raw('(extract(epoch from statement_timestamp()) * 1000)::bigint')
    : knex.raw(`cast(unixepoch('subsec') * 1000 as integer)`);

/** A clock of this process, for tests that move the time. */
export function clockTime(clock: Clock): QueueTime {
  return knex =>
    isPostgres(knex)
      ? knex.raw('?::bigint', [clock.now()])
      : knex.raw('?', [clock.now()]);
}

/** Asks the database what time it is, in epoch milliseconds. */
export function createDatabaseNow(knex: Knex): () => Promise<number> {
  return async () => {
    const [{ now }] = await knex.select({ now: databaseTime(knex) });
    return Number(now);
  };
}
