import { TestDatabases } from '@backstage/backend-test-utils';
import { Knex } from 'knex';
import { FakeClock } from '../../testing/FakeClock';
import { aWidget, WidgetKinds } from '../../testing/storeContract/widgets';
import { SqlWorkQueue } from '../queue/SqlWorkQueue';
import { migrateDatabase } from './migrate';
import { SecretCipher } from './SecretCipher';
import { SqlResourceStore } from './SqlResourceStore';

jest.setTimeout(60_000);

const databases = TestDatabases.create({ ids: ['POSTGRES_18'] });

async function waitForLock(knex: Knex): Promise<void> {
  let isWaiting = false;
  while (!isWaiting) {
    const rows = await knex('pg_stat_activity')
      .whereRaw('datname = current_database()')
      .where({ wait_event_type: 'Lock' });
    isWaiting = rows.length > 0;
  }
}

// SQLite has one connection and cannot interleave transactions.
const describeOnPostgres = databases.supports('POSTGRES_18')
  ? describe
  : describe.skip;

describeOnPostgres('revisions', () => {
  it('a write waits until an earlier revision is committed', async () => {
    const knex = await databases.init('POSTGRES_18');
    await migrateDatabase(knex);
    const clock = FakeClock.create();
    const store = SqlResourceStore.create<WidgetKinds>({
      ...{ knex, clock, indexes: [], wakeups: () => [] },
      queue: SqlWorkQueue.create({ knex, clock }),
      secrets: SecretCipher.create({ keys: [] }),
    });
    const early = await knex.transaction();
    const [{ value }] = await early('store_revision')
      .increment('value', 1)
      .returning('value');

    let isLateDone = false;
    const late = store.create(aWidget()).finally(() => {
      isLateDone = true;
    });
    await waitForLock(knex);
    expect(isLateDone).toBe(false);
    // Readers are not held up, and see the state before both.
    expect(Number((await store.list('Widget')).resourceVersion)).toBe(
      Number(value) - 1,
    );
    await early.commit();

    const { metadata } = await late;
    expect(Number(metadata.resourceVersion)).toBe(Number(value) + 1);
  });
});
