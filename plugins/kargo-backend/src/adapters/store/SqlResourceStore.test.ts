import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TestDatabases } from '@backstage/backend-test-utils';
import knexFactory, { Knex } from 'knex';
import { resourceStoreContract } from '../../testing/resourceStoreContract';
import { WidgetKinds } from '../../testing/storeContract/widgets';
import { SqlWorkQueue } from '../queue/SqlWorkQueue';
import { migrateDatabase } from './migrate';
import { nameStatements } from './nameStatements';
import { SecretCipher } from './SecretCipher';
import { SqlResourceStore } from './SqlResourceStore';

jest.setTimeout(120_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_18'] });
const secrets = SecretCipher.create({ keys: ['k'.repeat(32)] });

const TABLES = [
  'resources',
  'resource_terms',
  'resource_owners',
  'resource_changes',
  'work_queue',
];

/** A connection to an SQLite file as the portal opens it, that leaves waiting to us. */
async function openFile(filename: string): Promise<Knex> {
  const knex = knexFactory({
    client: 'better-sqlite3',
    connection: { filename },
    useNullAsDefault: true,
    pool: { min: 1, max: 1 },
  });
  await knex.raw('pragma journal_mode = wal');
  await knex.raw('pragma synchronous = normal');
  await knex.raw('pragma busy_timeout = 0');
  return knex;
}

/** Two replicas: connections of their own to one database. */
async function connectTwice(databaseId: string): Promise<{
  first: Knex;
  second: Knex;
  close(): Promise<void>;
}> {
  if (databaseId === 'SQLITE_3') {
    const folder = await mkdtemp(join(tmpdir(), 'kargo-store-'));
    const filename = join(folder, 'kargo.sqlite');
    const first = await openFile(filename);
    const second = await openFile(filename);
    const close = async () => {
      await Promise.all([first.destroy(), second.destroy()]);
      await rm(folder, { recursive: true });
    };
    return { first, second, close };
  }
  const first = await databases.init('POSTGRES_18');
  const second = knexFactory(first.client.config);
  [first, second].forEach(nameStatements);
  return { first, second, close: () => second.destroy() };
}

describe.each(databases.eachSupportedId())(
  'SqlResourceStore on %s',
  databaseId => {
    let first: Knex;
    let second: Knex;
    let close: () => Promise<void>;

    beforeAll(async () => {
      ({ first, second, close } = await connectTwice(databaseId));
      await migrateDatabase(first);
    });

    afterAll(() => close());

    resourceStoreContract(async options => {
      for (const table of TABLES) {
        await first(table).delete();
      }
      // Not back to the first: stores of earlier tests may look yet, and would miss their writes.
      const next = first.raw('value + 1');
      await first('store_revision').update({ value: next, compacted: next });
      const { clock } = options;
      const createReplica = (knex: Knex) => {
        const queue = SqlWorkQueue.create({ knex, clock });
        const kinds = ['Widget', 'Gadget', 'Other'];
        const parts = { ...options, kinds, knex, queue, secrets };
        return { queue, store: SqlResourceStore.create<WidgetKinds>(parts) };
      };
      const { store, queue } = createReplica(first);
      const { store: replica } = createReplica(second);
      return { store, replica, queue };
    });
  },
);
