import { readdir } from 'node:fs/promises';
import {
  createMockDirectory,
  TestDatabases,
} from '@backstage/backend-test-utils';
import createKnex, { Knex } from 'knex';
import { isPostgres } from './dialect';
import {
  findInstallTime,
  migrateDatabase,
  migrationsDirectory,
  openDatabase,
} from './migrate';

jest.setTimeout(60_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_18'] });

async function listTables(knex: Knex): Promise<string[]> {
  const names: string[] = isPostgres(knex)
    ? await knex('pg_tables').where({ schemaname: 'public' }).pluck('tablename')
    : await knex('sqlite_master').where({ type: 'table' }).pluck('name');
  return names
    .filter(name => !name.startsWith('knex_') && !name.startsWith('sqlite_'))
    .sort();
}

const directory = createMockDirectory();

describe.each(databases.eachSupportedId())('migrations on %s', databaseId => {
  it('go up and down one by one', async () => {
    const knex = await databases.init(databaseId);
    const files = await readdir(migrationsDirectory);
    const tables: string[][] = [await listTables(knex)];
    for (const _ of files) {
      await knex.migrate.up({ directory: migrationsDirectory });
      tables.push(await listTables(knex));
    }
    expect(tables[files.length]).toEqual([
      'resource_changes',
      'resource_owners',
      'resource_terms',
      'resources',
      'store_revision',
      'webhook_deliveries',
      'work_queue',
    ]);
    for (let step = files.length - 1; step >= 0; step--) {
      await knex.migrate.down({ directory: migrationsDirectory });
      expect(await listTables(knex)).toEqual(tables[step]);
    }
    await migrateDatabase(knex);
    expect(await knex('store_revision')).toHaveLength(1);
  });

  it('are left to the portal when it says so', async () => {
    const knex = await databases.init(databaseId);
    const getClient = async () => knex;
    await openDatabase({ getClient, migrations: { skip: true } });
    expect(await listTables(knex)).toEqual([]);
    expect(await findInstallTime(knex)).toBeUndefined();
    expect(await openDatabase({ getClient })).toBe(knex);
    expect(await listTables(knex)).toContain('resources');
  });

  it("tell since when the database is the plugin's", async () => {
    const knex = await databases.init(databaseId);
    const before = Date.now();
    await migrateDatabase(knex);
    const after = Date.now();
    const since = await findInstallTime(knex);
    expect(since).toBeGreaterThanOrEqual(before);
    expect(since).toBeLessThanOrEqual(after);
    await migrateDatabase(knex);
    expect(await findInstallTime(knex)).toBe(since);
  });
});

it('SQLite in a file appends to a log', async () => {
  const knex = createKnex({
    client: 'better-sqlite3',
    connection: { filename: directory.resolve('kargo.sqlite') },
    useNullAsDefault: true,
  });
  try {
    await openDatabase({ getClient: async () => knex });
    expect(await knex.raw('pragma journal_mode')).toEqual([
      { journal_mode: 'wal' },
    ]);
    expect(await knex.raw('pragma synchronous')).toEqual([{ synchronous: 1 }]);
  } finally {
    await knex.destroy();
  }
});
