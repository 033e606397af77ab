import knexFactory, { Knex } from 'knex';

/** An empty database in memory, which is gone with its only connection. */
export function createMemoryDatabase(): Knex {
  return knexFactory({
    client: 'better-sqlite3',
    connection: ':memory:',
    useNullAsDefault: true,
    pool: { min: 1, max: 1 },
  });
}
