import { Knex } from 'knex';

const MOST_ATTEMPTS = 5;
/** Deadlock and serialization failure of PostgreSQL: the transaction did nothing. */
const REPEATABLE_CODES = ['40P01', '40001'];

/**
 * Runs work in a transaction, again when the database gave it up for a deadlock.
 *
 * @remarks The work may run several times and must use the transaction alone: SQLite
 * has a single connection, and asking for another one waits forever.
 */
export async function inTransaction<T>(
  knex: Knex,
  work: (tx: Knex.Transaction) => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await knex.transaction(work);
    } catch (error) {
      if (attempt >= MOST_ATTEMPTS || !isRepeatable(error)) {
        throw error;
      }
    }
  }
}

function isRepeatable(error: unknown): boolean {
  const code = (error as { code?: unknown } | undefined)?.code;
  return typeof code === 'string' && REPEATABLE_CODES.includes(code);
}
