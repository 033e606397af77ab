import { TestDatabases } from '@backstage/backend-test-utils';
import { keyOf } from 'backstage-plugin-kargo-common';
import { Knex } from 'knex';
import { IndexDeclaration } from '../../ports/ResourceIndex';
import { FakeClock } from '../../testing/FakeClock';
import {
  aWidget,
  WIDGET_INDEXES,
  widgetKey,
  WidgetKinds,
} from '../../testing/storeContract/widgets';
import { SqlWorkQueue } from '../queue/SqlWorkQueue';
import { migrateDatabase } from './migrate';
import { SecretCipher } from './SecretCipher';
import { SqlResourceStore } from './SqlResourceStore';

jest.setTimeout(60_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_18'] });

it.each(databases.eachSupportedId())(
  'brings stored resources under new declarations once per version, %s',
  async databaseId => {
    const knex = await databases.init(databaseId);
    await migrateDatabase(knex);
    const clock = FakeClock.create();
    const queue = SqlWorkQueue.create({ knex, clock });
    const secrets = SecretCipher.create({ keys: [] });
    const createStore = (indexes: IndexDeclaration[]) =>
      SqlResourceStore.create<WidgetKinds>({
        ...{ knex, clock, queue, secrets, indexes },
        wakeups: () => [],
      });
    const before = createStore([]);
    for (let index = 0; index < 450; index++) {
      const spec = { colors: [index % 2 ? 'red' : 'blue'], size: `${index}` };
      const labels = { parity: String(index % 2) };
      await before.create(
        aWidget({ name: `w${index}`, spec, metadata: { labels } }),
      );
    }

    const store = createStore(WIDGET_INDEXES);
    const index = { name: 'color', value: 'red' };
    expect(await store.count('Widget', { index })).toBe(0);
    expect(await store.rebuildIndexes('1')).toBe(true);
    expect(await store.count('Widget', { index })).toBe(225);
    const last = await store.list('Widget', {
      labels: [{ key: 'parity', operator: 'In', values: ['0'] }],
      orderBy: 'size',
      descending: true,
      limit: 1,
    });
    expect(last.items[0].metadata.name).toBe('w98');
    expect(await store.rebuildIndexes('1')).toBe(false);
    expect(await store.rebuildIndexes('2')).toBe(true);
    expect(await store.count('Widget', { index })).toBe(225);
  },
);

describe.each(databases.eachSupportedId())(
  'a replica of an earlier version that runs on, %s',
  databaseId => {
    let knex: Knex;
    const clock = FakeClock.create();

    beforeAll(async () => {
      knex = await databases.init(databaseId);
      await migrateDatabase(knex);
    });

    beforeEach(async () => {
      for (const table of [
        'resources',
        'resource_terms',
        'resource_changes',
        'work_queue',
      ]) {
        await knex(table).delete();
      }
      await knex('store_revision').update({ index_version: null });
    });

    function createStore(indexes: IndexDeclaration[], historyLimit?: number) {
      return SqlResourceStore.create<WidgetKinds>({
        ...{ knex, clock, indexes, historyLimit },
        queue: SqlWorkQueue.create({ knex, clock }),
        secrets: SecretCipher.create({ keys: ['k'.repeat(32)] }),
        wakeups: () => [],
      });
    }

    const red = { index: { name: 'color', value: 'red' } };

    async function namesOf(store: SqlResourceStore<WidgetKinds>) {
      const { items } = await store.list('Widget', { orderBy: 'size' });
      return items.map(({ metadata }) => metadata.name);
    }

    it.each([
      ['is kept', undefined],
      ['is kept no more', 1],
    ])(
      'hides nothing that it writes from a later one, while what it wrote %s',
      async (_, historyLimit) => {
        const earlier = createStore([], historyLimit);
        await earlier.create(aWidget({ name: 'a', spec: { size: 'l' } }));
        const later = createStore(WIDGET_INDEXES);
        const begun = await later.readRevision();
        expect(await later.rebuildIndexes('2')).toBe(true);
        for (let size = 1; size < 300; size++) {
          await earlier.patch(widgetKey('a'), { spec: { size: `l${size}` } });
        }
        await earlier.patch(widgetKey('a'), {
          spec: { size: 'x', colors: ['red'] },
        });
        await earlier.create(
          aWidget({ name: 'b', spec: { size: 'm', colors: ['red'] } }),
        );
        const gone = await earlier.create(aWidget({ name: 'gone' }));
        await earlier.delete(keyOf(gone));
        expect(await later.count('Widget', red)).toBe(0);

        const done = await later.indexOthersWrites('2', begun);
        expect(await later.count('Widget', red)).toBe(2);
        expect(await namesOf(later)).toEqual(['b', 'a']);
        expect(done).toBe(await later.readRevision());
      },
    );

    it('is asked of no more than it has written since', async () => {
      const earlier = createStore([]);
      const later = createStore(WIDGET_INDEXES);
      await later.rebuildIndexes('2');
      await earlier.create(aWidget({ name: 'a', spec: { size: 'l' } }));
      const done = await later.indexOthersWrites('2', 0);
      await later.create(aWidget({ name: 'b', spec: { size: 'm' } }));
      const statements: string[] = [];
      const note = ({ sql }: { sql: string }) => statements.push(sql);
      knex.on('query', note);
      await later.indexOthersWrites('2', done);
      knex.off('query', note);
      expect(statements).toHaveLength(2);
      expect(statements.join()).not.toMatch(/update|insert|delete/);
    });

    it('that begins again gives way to a later one, which does so to none', async () => {
      const earlier = createStore([]);
      const later = createStore(WIDGET_INDEXES);
      await later.rebuildIndexes('10-of-extensions');
      await later.create(aWidget({ name: 'a', spec: { size: 'l' } }));
      expect(await earlier.rebuildIndexes('9')).toBe(true);
      expect(await namesOf(later)).toEqual([]);
      await later.indexOthersWrites('10-of-extensions', 0);
      expect(await namesOf(later)).toEqual(['a']);
      await earlier.indexOthersWrites('9', 0);
      expect(await namesOf(later)).toEqual(['a']);
    });
  },
);
