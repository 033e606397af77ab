import { TestDatabases } from '@backstage/backend-test-utils';
import knexFactory, { Knex } from 'knex';
import { FakeClock } from '../../testing/FakeClock';
import { mockLogger } from '../../testing/mockLogger';
import {
  aWidget,
  widgetKey,
  WidgetKinds,
} from '../../testing/storeContract/widgets';
import { WatchRecorder } from '../../testing/storeContract/WatchRecorder';
import { SqlWorkQueue } from '../queue/SqlWorkQueue';
import { SystemClock } from '../system/SystemClock';
import { migrateDatabase } from './migrate';
import { ReplicaSignals } from './ReplicaSignals';
import { SecretCipher } from './SecretCipher';
import { SqlResourceStore } from './SqlResourceStore';

jest.setTimeout(120_000);

const databases = TestDatabases.create({ ids: ['POSTGRES_18'] });
const describeOnPostgres = databases.supports('POSTGRES_18')
  ? describe
  : describe.skip;

const TABLES = [
  'resources',
  'resource_terms',
  'resource_owners',
  'resource_changes',
  'store_revision',
];

/** Brings a database back to where it was, as a server does that took the place of another too soon. */
async function keepState(knex: Knex): Promise<() => Promise<void>> {
  const rows = new Map<string, object[]>();
  for (const table of TABLES) {
    rows.set(table, await knex(table));
  }
  return () =>
    knex.transaction(async tx => {
      for (const [table, kept] of rows) {
        await tx(table).delete();
        if (kept.length > 0) {
          await tx(table).insert(kept);
        }
      }
    });
}

function open(knex: Knex, signals?: ReplicaSignals) {
  return SqlResourceStore.create<WidgetKinds>({
    ...{ knex, clock: FakeClock.create(), indexes: [], wakeups: () => [] },
    queue: SqlWorkQueue.create({ knex }),
    secrets: SecretCipher.create({ keys: [] }),
    signals,
  });
}

describeOnPostgres('a database that has lost the last writes', () => {
  let first: Knex;
  let second: Knex;
  let store: SqlResourceStore<WidgetKinds>;
  let replica: SqlResourceStore<WidgetKinds>;

  beforeAll(async () => {
    first = await databases.init('POSTGRES_18');
    second = knexFactory(first.client.config);
    await migrateDatabase(first);
  });

  afterAll(() => second.destroy());

  beforeEach(async () => {
    for (const table of TABLES.slice(0, -1)) {
      await first(table).delete();
    }
    await first('store_revision').update({ value: 1, compacted: 1 });
    store = open(first);
    replica = open(second);
    await store.create(aWidget({ spec: { size: 'first' } }));
  });

  /** A write that is lost, of which both replicas know. */
  async function loseWrite(): Promise<void> {
    const goBack = await keepState(first);
    await store.patch(widgetKey(), { spec: { size: 'lost' } });
    await Promise.all([
      store.findShared(widgetKey()),
      replica.findShared(widgetKey()),
    ]);
    await goBack();
  }

  it('is not shown as it was before', async () => {
    await loseWrite();
    await replica.patch(widgetKey(), { spec: { size: 'second' } });
    const { resource } = await store.findShared(widgetKey());
    expect(resource?.spec.size).toBe('second');
  });

  it('is not written to as if it were as before', async () => {
    await loseWrite();
    await replica.patch(widgetKey(), { spec: { size: 'second' } });
    await store.patchStatus(widgetKey(), { phase: 'Ready' });
    expect(await replica.find(widgetKey())).toMatchObject({
      spec: { size: 'second' },
      status: { phase: 'Ready' },
    });
  });

  it('gives no revision a second time', async () => {
    await loseWrite();
    const lost = (await store.findShared(widgetKey())).resourceVersion;
    const { metadata } = await replica.patch(widgetKey(), {
      spec: { size: 'second' },
    });
    expect(Number(metadata.resourceVersion)).toBeGreaterThan(Number(lost));
    await expect(
      store.patch(
        widgetKey(),
        { spec: { size: 'third' } },
        { resourceVersion: '3' },
      ),
    ).rejects.toMatchObject({ name: 'ConflictError' });
  });

  it('is read anew by who lost the connection to it, whatever others have written since', async () => {
    let noteLoss: () => void = () => undefined;
    const lost = new Promise<void>(resolve => {
      noteLoss = resolve;
    });
    const signals = ReplicaSignals.create({
      ...{ knex: first, clock: SystemClock.create(), random: () => 0 },
      logger: mockLogger({ warn: () => noteLoss() }),
    });
    const hearing = open(first, signals);
    const listening = new Promise<void>(resolve => signals.onChanged(resolve));
    signals.start();
    try {
      await listening;
      const goBack = await keepState(first);
      await hearing.patch(widgetKey(), { spec: { size: 'lost' } });
      await hearing.findShared(widgetKey());
      await goBack();
      await second.raw(
        `select pg_terminate_backend(pid) from pg_stat_activity
          where datname = current_database() and query like 'listen %'`,
      );
      await lost;
      // It knows of nothing that was lost, and gives the revision out again.
      await replica.patch(widgetKey(), { spec: { size: 'second' } });
      const { resource } = await hearing.findShared(widgetKey());
      expect(resource?.spec.size).toBe('second');
    } finally {
      await signals.stop();
    }
  });

  it('ends the watches of what was lost, which begin anew', async () => {
    const { resourceVersion } = await store.list('Widget');
    const watch = WatchRecorder.start(store, { resourceVersion });
    const goBack = await keepState(first);
    await store.patch(widgetKey(), { spec: { size: 'lost' } });
    expect(await watch.take(1)).toEqual(['MODIFIED w']);
    const lost = watch.events[0].resourceVersion;
    await goBack();
    await store.patch(widgetKey(), { spec: { size: 'second' } });
    await expect(watch.take(1)).rejects.toMatchObject({ name: 'GoneError' });
    await store.patch(widgetKey(), { spec: { size: 'third' } });
    await expect(
      WatchRecorder.start(replica, { resourceVersion: lost }).take(1),
    ).rejects.toMatchObject({ name: 'GoneError' });
  });
});
