import { TestDatabases } from '@backstage/backend-test-utils';
import { Knex } from 'knex';
import { resourceStoreContract } from '../../testing/resourceStoreContract';
import { WidgetKinds } from '../../testing/storeContract/widgets';
import { SqlWorkQueue } from '../queue/SqlWorkQueue';
import { migrateDatabase } from './migrate';
import { SecretCipher } from './SecretCipher';
import { SqlResourceStore } from './SqlResourceStore';

jest.setTimeout(60_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_18'] });
const secrets = SecretCipher.create({ keys: ['k'.repeat(32)] });

const TABLES = [
  'resources',
  'resource_terms',
  'resource_owners',
  'resource_changes',
  'work_queue',
];

describe.each(databases.eachSupportedId())(
  'SqlResourceStore on %s',
  databaseId => {
    let knex: Knex;

    beforeAll(async () => {
      knex = await databases.init(databaseId);
      await migrateDatabase(knex);
    });

    resourceStoreContract(async options => {
      for (const table of TABLES) {
        await knex(table).delete();
      }
      await knex('store_revision').update({ value: 1, compacted: 1 });
      const queue = SqlWorkQueue.create({ knex, clock: options.clock });
      const createReplica = () =>
        SqlResourceStore.create<WidgetKinds>({
          ...options,
          ...{ knex, queue, secrets },
        });
      return { store: createReplica(), replica: createReplica(), queue };
    });
  },
);
