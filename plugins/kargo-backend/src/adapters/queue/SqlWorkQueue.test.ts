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
    });
    const key = { kind: 'Stage', namespace: 'p', name: 'a' };
    await queue.markDue([{ key }]);
    const [claim] = await queue.claimDue({ limit: 1, leaseForMs: 60_000 });
    await queue.fail(claim, `boom ${'x'.repeat(5000)}`, {
      afterMs: 1,
      askedAfterMs: 1,
    });
    const row = await knex('work_queue').first();
    expect(row.last_error).toMatch(/^boom x+$/);
    expect(row.last_error).toHaveLength(2000);
  });

  it('knows the time from the database, whatever the clock of a replica says', async () => {
    await knex('work_queue').delete();
    const queue = SqlWorkQueue.create({ knex });
    const key = { kind: 'Stage', namespace: 'p', name: 'a' };
    for (const minutes of [-5, 5]) {
      const wall = jest
        .spyOn(Date, 'now')
        .mockReturnValue(new Date().getTime() + minutes * 60_000);
      try {
        await queue.markDue([{ key }]);
        const [claim] = await queue.claimDue({ limit: 1, leaseForMs: 60_000 });
        expect(claim).toMatchObject({ key });
        expect(claim.delayMs).toBeLessThan(60_000);
        const [left] = await queue.nextDueIn([{}]);
        expect(left).toBeGreaterThan(0);
        expect(left).toBeLessThanOrEqual(60_000);
        await queue.settle(claim, 'never');
      } finally {
        wall.mockRestore();
      }
    }
  });
});
