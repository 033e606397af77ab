import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import createKnex, { type Knex } from 'knex';

/** A database of its own, gone when it is closed. */
export interface BenchDatabase {
  name: string;
  knex: Knex;
  close(): Promise<void>;
}

const POSTGRES_URL = 'BACKSTAGE_TEST_DATABASE_POSTGRES18_CONNECTION_STRING';

/** SQLite in a file, as the demo has it. */
async function openSqlite(): Promise<BenchDatabase> {
  const folder = await mkdtemp(join(tmpdir(), 'kargo-bench-'));
  const knex = createKnex({
    client: 'better-sqlite3',
    connection: { filename: join(folder, 'kargo.sqlite') },
    useNullAsDefault: true,
  });
  const close = async () => {
    await knex.destroy();
    await rm(folder, { recursive: true, force: true });
  };
  return { name: 'sqlite', knex, close };
}

/** PostgreSQL, where the environment names one; `undefined` otherwise. */
async function openPostgres(): Promise<BenchDatabase | undefined> {
  const url = process.env[POSTGRES_URL];
  if (!url) {
    return undefined;
  }
  const database = `kargo_bench_${process.pid}`;
  const admin = createKnex({ client: 'pg', connection: url });
  await admin.raw('create database ??', [database]);
  const own = new URL(url);
  own.pathname = `/${database}`;
  const knex = createKnex({ client: 'pg', connection: own.href });
  const close = async () => {
    await knex.destroy();
    await admin.raw('drop database ??', [database]);
    await admin.destroy();
  };
  return { name: 'postgres', knex, close };
}

/** Measures on SQLite, and on PostgreSQL where there is one; what came of it by their names. */
export async function onEachDatabase(
  measure: (database: BenchDatabase) => Promise<object>,
): Promise<Record<string, object>> {
  const results: Record<string, object> = {};
  for (const open of [openSqlite, openPostgres]) {
    const database = await open();
    if (database) {
      try {
        results[database.name] = await measure(database);
      } finally {
        await database.close();
      }
    }
  }
  return results;
}
