import {
  DatabaseService,
  resolvePackagePath,
} from '@backstage/backend-plugin-api';
import { Knex } from 'knex';

/** Folder of the migrations, which are published with the package. */
export const migrationsDirectory = resolvePackagePath(
  'backstage-plugin-kargo-backend',
  'migrations',
);

/** Brings the schema of a database up to date. */
export async function migrateDatabase(knex: Knex): Promise<void> {
  await knex.migrate.latest({ directory: migrationsDirectory });
}

/** Opens the plugin's database and, unless the portal says otherwise, migrates it. */
export async function openDatabase(database: DatabaseService): Promise<Knex> {
  const knex = await database.getClient();
  if (!database.migrations?.skip) {
    await migrateDatabase(knex);
  }
  return knex;
}
