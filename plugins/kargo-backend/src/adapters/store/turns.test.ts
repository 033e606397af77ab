import { TestDatabases } from '@backstage/backend-test-utils';
import { FakeClock } from '../../testing/FakeClock';
import { aWidget, WidgetKinds } from '../../testing/storeContract/widgets';
import { SqlWorkQueue } from '../queue/SqlWorkQueue';
import { migrateDatabase } from './migrate';
import { SecretCipher } from './SecretCipher';
import { SqlResourceStore } from './SqlResourceStore';
import { inTurn } from './turns';

jest.setTimeout(60_000);

describe('uses of an embedded database', () => {
  const databases = TestDatabases.create({ ids: ['SQLITE_3'] });

  it('leave turns of the event loop to others, however many wait', async () => {
    const knex = await databases.init('SQLITE_3');
    await migrateDatabase(knex);
    const clock = FakeClock.create();
    const store = SqlResourceStore.create<WidgetKinds>({
      ...{ knex, clock, indexes: [], wakeups: () => [] },
      queue: SqlWorkQueue.create({ knex, clock }),
      secrets: SecretCipher.create({ keys: [] }),
    });
    let isDone = false;
    let turns = 0;
    const turn = () => {
      turns += 1;
      if (!isDone) {
        setImmediate(turn);
      }
    };
    setImmediate(turn);
    const started = process.cpuUsage();
    await Promise.all(
      Array.from({ length: 200 }, (_, n) =>
        store.create(aWidget({ name: `w-${n}` })),
      ),
    );
    isDone = true;
    // Without turns there would be one or two, whatever the machine.
    const { user, system } = process.cpuUsage(started);
    expect(turns).toBeGreaterThan(Math.max((user + system) / 200_000, 2));
  });

  it('go on after one has failed', async () => {
    const knex = await databases.init('SQLITE_3');
    const failed = inTurn(knex, async () => {
      throw new Error('boom');
    });
    const next = inTurn(knex, async () => 'done');
    await expect(failed).rejects.toThrow('boom');
    expect(await next).toBe('done');
  });

  it('come one after another, in their order', async () => {
    const knex = await databases.init('SQLITE_3');
    const log: string[] = [];
    await Promise.all(
      ['a', 'b'].map(name =>
        inTurn(knex, async () => {
          log.push(`${name} begins`);
          await new Promise(resolve => setImmediate(resolve));
          log.push(`${name} ends`);
        }),
      ),
    );
    expect(log).toEqual(['a begins', 'a ends', 'b begins', 'b ends']);
  });
});
