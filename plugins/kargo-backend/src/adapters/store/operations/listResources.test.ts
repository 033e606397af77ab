import { TestDatabases } from '@backstage/backend-test-utils';
import { countTurns } from '../../../testing/countTurns';
import { FakeClock } from '../../../testing/FakeClock';
import {
  aWidget,
  wakeWidgets,
  WIDGET_INDEXES,
  WidgetKinds,
} from '../../../testing/storeContract/widgets';
import { SqlWorkQueue } from '../../queue/SqlWorkQueue';
import { migrateDatabase } from '../migrate';
import { SecretCipher } from '../SecretCipher';
import { SqlResourceStore } from '../SqlResourceStore';

jest.setTimeout(120_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3'] });

describe('a page of a list', () => {
  it.each([false, true])(
    'is parsed in turns of the event loop (shared: %s)',
    async shared => {
      const knex = await databases.init('SQLITE_3');
      await migrateDatabase(knex);
      const clock = FakeClock.create();
      const store = SqlResourceStore.create<WidgetKinds>({
        ...{ knex, clock, indexes: WIDGET_INDEXES, wakeups: wakeWidgets },
        queue: SqlWorkQueue.create({ knex, clock }),
        secrets: SecretCipher.create({ keys: [] }),
      });
      const turnsOf = (namespace: string) =>
        countTurns(() => store.list('Widget', { namespace, shared }));
      for (let n = 0; n < 40; n++) {
        await store.create(aWidget({ name: `w${n}` }));
      }
      const [empty, full] = [await turnsOf('nowhere'), await turnsOf('p')];
      expect(full).toBeGreaterThan(empty + 5);
    },
  );
});
