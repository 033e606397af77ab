import {
  DatabaseService,
  resolvePackagePath,
} from '@backstage/backend-plugin-api';
import { Knex } from 'knex';
import { isPostgres } from './dialect';
import { nameStatements } from './nameStatements';
import { prepareOnce } from './prepareOnce';

/** Folder of the migrations, which are published with the package. */
export const migrationsDirectory = resolvePackagePath(
  'backstage-plugin-kargo-backend',
  'migrations',
);

/** Where Knex keeps which migrations were run. */
const MIGRATIONS_TABLE = 'knex_migrations';

/** Brings the schema of a database up to date. */
export async function migrateDatabase(knex: Knex): Promise<void> {
  await knex.migrate.latest({ directory: migrationsDirectory });
}

/**
 * Since when the database is the plugin's, in epoch milliseconds; `undefined` where there is no
 * record of it.
 */
export async function findInstallTime(knex: Knex): Promise<number | undefined> {
  if (!(await knex.schema.hasTable(MIGRATIONS_TABLE))) {
    return undefined;
  }
  const first: { since?: string | number | Date | null } | undefined =
    await knex(MIGRATIONS_TABLE).min({ since: 'migration_time' }).first();
  return first?.since ? new Date(first.since).getTime() : undefined;
}

/** Opens the plugin's database and, unless the portal says otherwise, migrates it. */
export async function openDatabase(database: DatabaseService): Promise<Knex> {
  const knex = await database.getClient();
  if (!isPostgres(knex)) {
    await tuneSqlite(knex);
  }
  if (!database.migrations?.skip) {
    await migrateDatabase(knex);
  }
  if (isPostgres(knex)) {
    nameStatements(knex);
  } else {
    await prepareOnce(knex);
  }
  return knex;
}

/**
 * Lets SQLite append to a log and leave the moment of writing it out to the system,
 * which spares a flush of the disk per write. When the machine itself goes down the last
 * writes may be lost, never the file; the engine then does again what it had not recorded.
 */
async function tuneSqlite(knex: Knex): Promise<void> {
  await knex.raw('pragma journal_mode = wal');
  await knex.raw('pragma synchronous = normal');
}
