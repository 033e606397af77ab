import { TestDatabases } from '@backstage/backend-test-utils';
import knexFactory from 'knex';
import { FakeClock } from '../../testing/FakeClock';
import { aWidget, WidgetKinds } from '../../testing/storeContract/widgets';
import { SqlWorkQueue } from '../queue/SqlWorkQueue';
import { migrateDatabase } from './migrate';
import { SecretCipher } from './SecretCipher';
import { SqlResourceStore } from './SqlResourceStore';
import { inTransaction } from './transaction';

jest.setTimeout(120_000);

const databases = TestDatabases.create({ ids: ['POSTGRES_18'] });
const describeOnPostgres = databases.supports('POSTGRES_18')
  ? describe
  : describe.skip;

describeOnPostgres(
  'a replica that stands still in the middle of a write',
  () => {
    it('stops the writes of the others for seconds, not for good', async () => {
      const frozen = await databases.init('POSTGRES_18');
      await migrateDatabase(frozen);
      const knex = knexFactory(frozen.client.config);
      const clock = FakeClock.create();
      const store = SqlResourceStore.create<WidgetKinds>({
        ...{ knex, clock, indexes: [], wakeups: () => [] },
        queue: SqlWorkQueue.create({ knex, clock }),
        secrets: SecretCipher.create({ keys: [] }),
      });
      let thaw = () => {};
      const isThawed = new Promise<void>(resolve => {
        thaw = resolve;
      });
      let isHolding = () => {};
      const holds = new Promise<void>(resolve => {
        isHolding = resolve;
      });
      const late = inTransaction(frozen, async tx => {
        await tx('store_revision').increment('value', 1);
        isHolding();
        await isThawed;
      });
      const outcome = late.catch((error: unknown) => error);
      await holds;

      const { metadata } = await store.create(aWidget());

      // What the frozen one had begun was undone, and its own write goes on afterwards.
      expect(metadata.resourceVersion).toBe('2');
      thaw();
      expect(await outcome).toBeUndefined();
      await knex.destroy();
    });

    it('stops the marks of the others for seconds, not for good', async () => {
      const frozen = await databases.init('POSTGRES_18');
      await migrateDatabase(frozen);
      const knex = knexFactory(frozen.client.config);
      const queue = SqlWorkQueue.create({ knex, clock: FakeClock.create() });
      const key = { kind: 'Widget', namespace: 'p', name: 'w' };
      await queue.markDue([{ key }]);
      let thaw = () => {};
      const isThawed = new Promise<void>(resolve => {
        thaw = resolve;
      });
      let isHolding = () => {};
      const holds = new Promise<void>(resolve => {
        isHolding = resolve;
      });
      const late = inTransaction(frozen, async tx => {
        await tx('work_queue').update({ attempts: 7 });
        isHolding();
        await isThawed;
      });
      const outcome = late.catch((error: unknown) => error);
      await holds;

      await queue.markDue([{ key }]);

      expect(await knex('work_queue').select('attempts')).toEqual([
        { attempts: 0 },
      ]);
      thaw();
      expect(await outcome).toBeUndefined();
      await knex.destroy();
    });
  },
);
