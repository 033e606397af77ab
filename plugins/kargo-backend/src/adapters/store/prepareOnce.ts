import { Knex } from 'knex';

/** Texts of statements that are kept, those that were used last. */
const MOST_STATEMENTS = 300;

/** What of a connection to SQLite is used here. */
interface SqliteConnection {
  prepare(sql: string): unknown;
}

/** Connections whose statements are kept. */
const keeping = new WeakSet<object>();

/**
 * Lets the connection to SQLite keep its prepared statements. Knex prepares every
 * statement anew, which for short ones takes as long as running them.
 *
 * @remarks To be called when the tables are what they will be: a kept `select *` knows its
 * columns from then. A connection that the pool makes anew prepares as before.
 */
export async function prepareOnce(knex: Knex): Promise<void> {
  const connection: Partial<SqliteConnection> =
    await knex.client.acquireConnection();
  try {
    if (connection.prepare && !keeping.has(connection)) {
      keeping.add(connection);
      connection.prepare = keep(connection.prepare.bind(connection));
    }
  } finally {
    await knex.client.releaseConnection(connection);
  }
}

function keep(prepare: (sql: string) => unknown): (sql: string) => unknown {
  const kept = new Map<string, unknown>();
  return sql => {
    const statement = kept.get(sql) ?? prepare(sql);
    kept.delete(sql);
    kept.set(sql, statement);
    for (const oldest of kept.keys()) {
      if (kept.size <= MOST_STATEMENTS) {
        break;
      }
      kept.delete(oldest);
    }
    return statement;
  };
}
