import type { Secret } from 'backstage-plugin-kargo-common';
import { TestDatabases } from '@backstage/backend-test-utils';
import { Knex } from 'knex';
import { FakeClock } from '../../testing/FakeClock';
import {
  aWidget,
  WIDGET_INDEXES,
  WidgetKinds,
} from '../../testing/storeContract/widgets';
import { StoreWrite } from '../../ports/ResourceStore';
import { SqlWorkQueue } from '../queue/SqlWorkQueue';
import { migrateDatabase } from './migrate';
import { SecretCipher } from './SecretCipher';
import { SqlResourceStore } from './SqlResourceStore';

jest.setTimeout(60_000);

interface Kinds extends WidgetKinds {
  Secret: Secret;
}

const KEY = { kind: 'Widget' as const, namespace: 'p', name: 'w' };

describe('statements of writes on SQLite', () => {
  const databases = TestDatabases.create({ ids: ['SQLITE_3'] });
  let knex: Knex;
  let store: SqlResourceStore<Kinds>;

  beforeEach(async () => {
    knex = await databases.init('SQLITE_3');
    await migrateDatabase(knex);
    const clock = FakeClock.create();
    store = SqlResourceStore.create<Kinds>({
      ...{ knex, clock, indexes: [], wakeups: () => [] },
      queue: SqlWorkQueue.create({ knex, clock }),
      secrets: SecretCipher.create({ keys: [] }),
    });
  });

  const revision = async () =>
    Number((await store.list('Widget')).resourceVersion);

  async function statementsOf(work: () => Promise<unknown>): Promise<string[]> {
    const statements: string[] = [];
    const note = ({ sql }: { sql: string }) => statements.push(sql);
    knex.on('query', note);
    await work();
    knex.removeListener('query', note);
    return statements.map(sql => sql.split(' ')[0].toUpperCase());
  }

  it('a status that was just read or written takes five, of which the first is a write', async () => {
    await store.create(aWidget());
    expect(
      await statementsOf(() => store.patchStatus(KEY, { phase: 'Running' })),
    ).toEqual(['BEGIN;', 'UPDATE', 'WITH', 'INSERT', 'COMMIT;']);
  });

  it('several writes take what one does, however many rows are changed', async () => {
    await store.create(aWidget());
    await store.create(aWidget({ name: 'other' }));
    expect(
      await statementsOf(() =>
        store.write([
          { patchStatus: { key: KEY, patch: { phase: 'Running' } } },
          {
            patchStatus: {
              key: { ...KEY, name: 'other' },
              patch: { phase: 'Running' },
            },
          },
          { create: aWidget({ name: 'a' }) },
          { create: aWidget({ name: 'b' }) },
        ]),
      ),
    ).toEqual(['BEGIN;', 'UPDATE', 'INSERT', 'WITH', 'INSERT', 'COMMIT;']);
  });

  it.each<[string, (revision: string) => StoreWrite<'Widget'>]>([
    [
      'is changed',
      () => ({ patch: { key: KEY, patch: { spec: { size: 'l' } } } }),
    ],
    [
      'must be as it was',
      resourceVersion => ({
        patchStatus: { key: KEY, patch: {}, resourceVersion },
      }),
    ],
  ])(
    'one that %s is read, and all revisions are taken at once',
    async (_, write) => {
      await store.create(aWidget());
      // Nobody knows it from before.
      await knex('resources').update({ revision: 99 });
      const writes = [
        write('99'),
        ...['a', 'b'].map(name => ({ create: aWidget({ name }) })),
      ];
      const statements = await statementsOf(() => store.write(writes));
      expect(statements.slice(0, 4)).toEqual([
        'BEGIN;',
        'UPDATE',
        'SELECT',
        'INSERT',
      ]);
      expect(statements.filter(each => each === 'UPDATE')).toHaveLength(1);
    },
  );

  it('what is no longer what was last seen is read, and nothing is lost', async () => {
    await store.create(aWidget());
    await knex('resources').update({ status: '{"by":"other"}', revision: 99 });
    const next = await store.patchStatus(KEY, { phase: 'Running' });
    expect(next).toMatchObject({
      status: { by: 'other', phase: 'Running' },
    });
  });

  it('Secrets are never kept to spare a read', async () => {
    const secret = { apiVersion: 'v1', kind: 'Secret' } as const;
    const metadata = { name: 's', namespace: 'p' };
    await store.create({ ...secret, metadata });
    const statements = await statementsOf(() =>
      store.patchStatus(
        { kind: 'Secret', namespace: 'p', name: 's' },
        { a: 1 },
      ),
    );
    expect(statements).toContain('SELECT');
  });

  it('a new resource is not looked for first', async () => {
    const statements = await statementsOf(() => store.create(aWidget()));
    expect(statements).not.toContain('SELECT');
    expect(statements.slice(0, 3)).toEqual(['BEGIN;', 'UPDATE', 'INSERT']);
  });

  it('revisions have no gap after writes that change nothing or are refused', async () => {
    await store.create(aWidget());
    await store.patchStatus(KEY, { phase: 'Running' });
    const before = await revision();
    await store.patchStatus(KEY, { phase: 'Running' });
    await expect(store.create(aWidget())).rejects.toThrow('already exists');
    await expect(
      store.patchStatus(KEY, { phase: 'x' }, { resourceVersion: '1' }),
    ).rejects.toThrow('was changed meanwhile');
    expect(await revision()).toBe(before);
    const next = await store.patchStatus(KEY, { phase: 'Succeeded' });
    expect(Number(next.metadata.resourceVersion)).toBe(before + 1);
  });
});

describe('statements of reads on SQLite', () => {
  const databases = TestDatabases.create({ ids: ['SQLITE_3'] });

  it('are planned once: no parameter tells the planner how many rows there will be', async () => {
    const knex = await databases.init('SQLITE_3');
    await migrateDatabase(knex);
    const clock = FakeClock.create();
    const queue = SqlWorkQueue.create({ knex, clock });
    const store = SqlResourceStore.create<Kinds>({
      ...{ knex, clock, queue, wakeups: () => [] },
      indexes: WIDGET_INDEXES,
      secrets: SecretCipher.create({ keys: [] }),
    });
    await store.create(aWidget({ metadata: { labels: { team: 'a' } } }));
    await queue.markDue([{ key: KEY }]);
    const texts: string[] = [];
    knex.on('query', ({ sql }: { sql: string }) => texts.push(sql));
    const red = { name: 'color', value: 'red' };
    const namespace = 'p';
    await store.list('Widget');
    await store.list('Widget', { namespace, index: red, limit: 1 });
    await store.list('Widget', {
      namespace,
      index: [red, { ...red, value: ['red', 'blue'] }],
      orderBy: 'size',
      limit: 5,
    });
    await store.list('Widget', {
      namespace,
      names: ['w', 'v'],
      labels: [{ key: 'team', operator: 'In', values: ['a', 'b'] }],
    });
    await store.find(KEY);
    const together = [KEY, { ...KEY, name: 'v' }];
    const before = texts.length;
    await Promise.all(together.map(key => store.findShared(key)));
    expect(texts).toHaveLength(before + 1);
    await queue.claimDue({ limit: 2, leaseForMs: 1_000, held: new Map() });

    expect(texts.length).toBeGreaterThan(6);
    expect(texts.filter(sql => / limit \?/.test(sql))).toEqual([]);
    const ofSeveralRows = texts.filter(sql => sql.includes('sort_value'));
    expect(ofSeveralRows).toHaveLength(4);
    const shared = texts[before];
    expect([...ofSeveralRows, shared].filter(sql => / = \?/.test(sql))).toEqual(
      [],
    );
  });

  it('count nothing before a whole list is collected by one label', async () => {
    const knex = await databases.init('SQLITE_3');
    await migrateDatabase(knex);
    const clock = FakeClock.create();
    const store = SqlResourceStore.create<Kinds>({
      ...{ knex, clock, indexes: [], wakeups: () => [] },
      queue: SqlWorkQueue.create({ knex, clock }),
      secrets: SecretCipher.create({ keys: [] }),
    });
    await store.create(aWidget({ metadata: { labels: { team: 'b' } } }));
    const texts: string[] = [];
    knex.on('query', ({ sql }: { sql: string }) => texts.push(sql));
    const { items } = await store.list('Widget', {
      namespace: 'p',
      labels: [{ key: 'team', operator: 'In', values: ['a', 'b'] }],
    });
    expect(items).toHaveLength(1);
    expect(texts).toHaveLength(1);
  });
});
