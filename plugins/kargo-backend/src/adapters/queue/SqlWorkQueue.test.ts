import { TestDatabases } from '@backstage/backend-test-utils';
import { Knex } from 'knex';
import { workQueueContract } from '../../testing/workQueueContract';
import { migrateDatabase } from '../store/migrate';
import { SqlWorkQueue } from './SqlWorkQueue';

jest.setTimeout(60_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_18'] });

describe.each(databases.eachSupportedId())('SqlWorkQueue on %s', databaseId => {
  let knex: Knex;

  beforeAll(async () => {
    knex = await databases.init(databaseId);
    await migrateDatabase(knex);
  });

  workQueueContract(async ({ clock }) => {
    await knex('work_queue').delete();
    return SqlWorkQueue.create({ knex, clock });
  });

  it('keeps the beginning of an error', async () => {
    await knex('work_queue').delete();
    const queue = SqlWorkQueue.create({
      knex,
      clock: { now: () => 1000, sleep: async () => {} },
    });
    const key = { kind: 'Stage', namespace: 'p', name: 'a' };
    await queue.markDue([{ key, at: 0 }]);
    const [claim] = await queue.claimDue({ limit: 1, leaseForMs: 10 });
    await queue.fail(claim, `boom ${'x'.repeat(5000)}`, 1);
    const row = await knex('work_queue').first();
    expect(row.last_error).toMatch(/^boom x+$/);
    expect(row.last_error).toHaveLength(2000);
  });
});
