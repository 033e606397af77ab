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
export async function openSqlite(): Promise<BenchDatabase> {
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
export async function openPostgres(): Promise<BenchDatabase | undefined> {
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
