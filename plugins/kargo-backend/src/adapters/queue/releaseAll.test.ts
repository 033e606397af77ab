import { TestDatabases } from '@backstage/backend-test-utils';
import { FakeClock } from '../../testing/FakeClock';
import { migrateDatabase } from '../store/migrate';
import { SqlWorkQueue } from './SqlWorkQueue';

describe('releaseAll', () => {
  const databases = TestDatabases.create({ ids: ['SQLITE_3'] });

  it('lets another take what a process that is gone was working on', async () => {
    const knex = await databases.init('SQLITE_3');
    await migrateDatabase(knex);
    const clock = FakeClock.create();
    const queue = SqlWorkQueue.create({ knex, clock });
    const key = { kind: 'Stage', namespace: 'demo', name: 'test' };
    await queue.markDue([{ key }]);
    const claim = () => queue.claimDue({ limit: 1, leaseForMs: 60_000 });
    const [lost] = await claim();
    expect(await claim()).toEqual([]);

    await queue.releaseAll();
    expect(await claim()).toMatchObject([{ key }]);
    expect(await queue.extend([lost], 60_000)).toEqual(['lost']);
  });
});
