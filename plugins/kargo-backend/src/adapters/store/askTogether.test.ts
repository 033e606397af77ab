import { TestDatabases } from '@backstage/backend-test-utils';
import { Secret } from 'backstage-plugin-kargo-common';
import { Knex } from 'knex';
import { FakeClock } from '../../testing/FakeClock';
import {
  aWidget,
  widgetKey,
  WidgetKinds,
} from '../../testing/storeContract/widgets';
import { SqlWorkQueue } from '../queue/SqlWorkQueue';
import { migrateDatabase } from './migrate';
import { SecretCipher } from './SecretCipher';
import { SqlResourceStore } from './SqlResourceStore';

jest.setTimeout(120_000);

interface Kinds extends WidgetKinds {
  Secret: Secret;
}

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_18'] });

/** Statements on a table while something is done. */
async function statementsOn(
  knex: Knex,
  table: string,
  work: () => Promise<unknown>,
): Promise<number> {
  let count = 0;
  const note = ({ sql }: { sql: string }) => {
    count += sql.includes(table) ? 1 : 0;
  };
  knex.on('query', note);
  await work();
  knex.removeListener('query', note);
  return count;
}

describe.each(databases.eachSupportedId())(
  'what is asked at the same time on %s',
  databaseId => {
    let knex: Knex;
    let store: SqlResourceStore<Kinds>;
    let queue: SqlWorkQueue;
    const open = (...keys: string[]) =>
      SqlResourceStore.create<Kinds>({
        ...{ knex, clock: FakeClock.create(), indexes: [], queue },
        wakeups: () => [],
        secrets: SecretCipher.create({ keys }),
      });

    beforeEach(async () => {
      knex = await databases.init(databaseId);
      await migrateDatabase(knex);
      queue = SqlWorkQueue.create({ knex });
      store = open('o'.repeat(32));
    });

    it('is read in one statement, once for all who ask', async () => {
      await store.create(aWidget({ name: 'a' }));
      await store.create(aWidget({ name: 'b' }));
      const names = ['a', 'nobody', 'b', 'a'];
      const keys = names.map(name => widgetKey(name));
      let found: unknown[] = [];
      const statements = await statementsOn(knex, 'resources', async () => {
        found = await Promise.all(keys.map(key => store.find(key)));
      });
      expect(statements).toBe(1);
      expect(found).toEqual([
        ...[expect.objectContaining(aWidgetNamed('a')), undefined],
        expect.objectContaining(aWidgetNamed('b')),
        expect.objectContaining(aWidgetNamed('a')),
      ]);
      expect(found[0]).toBe(found[3]);
    });

    it('takes several statements when it is much', async () => {
      const names = Array.from({ length: 80 }, (_, n) => `w${n}`);
      await store.write(names.map(name => ({ create: aWidget({ name }) })));
      const found = await Promise.all(
        names.map(name => store.find(widgetKey(name))),
      );
      expect(found.map(widget => widget?.metadata.name)).toEqual(names);
    });

    it('fails for those alone of whom nothing can be read', async () => {
      const key = { kind: 'Secret' as const, namespace: 'p', name: 's' };
      await store.create({
        apiVersion: 'v1',
        kind: 'Secret' as const,
        metadata: { namespace: 'p', name: 's' },
        data: { password: 'aHVudGVyMg==' },
      });
      await store.create(aWidget());
      const other = open('t'.repeat(32));
      const [secret, widget] = await Promise.allSettled([
        other.find(key),
        other.find(widgetKey()),
      ]);
      expect(secret.status).toBe('rejected');
      expect(widget).toMatchObject({ value: aWidgetNamed('w') });
    });

    it('sees what was written before it was asked', async () => {
      await store.create(aWidget());
      const early = store.find(widgetKey());
      await store.patchStatus(widgetKey(), { seen: true });
      const late = store.find(widgetKey());
      await early;
      expect((await late)?.status).toEqual({ seen: true });
    });

    it('ends attempts in one statement, and leaves due what somebody asked for again', async () => {
      const keys = ['a', 'b', 'c', 'd'].map(name => widgetKey(name));
      await queue.markDue(keys.map(key => ({ key })));
      const claims = await queue.claimDue({ limit: 9, leaseForMs: 60_000 });
      expect(claims).toHaveLength(4);
      await queue.markDue([{ key: keys[1] }]);
      let asked: boolean[] = [];
      const statements = await statementsOn(knex, 'work_queue', async () => {
        asked = await Promise.all(
          claims.map(claim => queue.settle(claim, 'never')),
        );
      });
      const isB = claims.map(({ key }) => key.name === 'b');
      expect(asked).toEqual(isB);
      // One for all, and what is left of the one by itself.
      expect(statements).toBeLessThanOrEqual(3);
      const left = await queue.claimDue({ limit: 9, leaseForMs: 60_000 });
      expect(left.map(({ key }) => key.name)).toEqual(['b']);
    });

    it('ends nothing whose lease is lost', async () => {
      const keys = ['a', 'b'].map(name => widgetKey(name));
      await queue.markDue(keys.map(key => ({ key })));
      const claims = await queue.claimDue({ limit: 9, leaseForMs: 60_000 });
      const lost = claims.map(claim => ({ ...claim, lease: 'of-another' }));
      const asked = await Promise.all(
        lost.map(claim => queue.settle(claim, 'never')),
      );
      expect(asked).toEqual([false, false]);
      expect(await queue.stats()).toMatchObject({ rows: 2, leased: 2 });
    });
  },
);

function aWidgetNamed(name: string) {
  return { kind: 'Widget', metadata: expect.objectContaining({ name }) };
}
