import { TestDatabases } from '@backstage/backend-test-utils';
import { IndexDeclaration } from '../../ports/ResourceIndex';
import { FakeClock } from '../../testing/FakeClock';
import {
  aWidget,
  WIDGET_INDEXES,
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
