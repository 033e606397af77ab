import { TestDatabases } from '@backstage/backend-test-utils';
import { Knex } from 'knex';
import { FakeClock } from '../../testing/FakeClock';
import {
  aWidget,
  wakeWidgets,
  WIDGET_INDEXES,
  widgetKey,
  WidgetKinds,
} from '../../testing/storeContract/widgets';
import { SqlWorkQueue } from '../queue/SqlWorkQueue';
import { ANSWER_LIMIT_MS } from './databaseError';
import { migrateDatabase } from './migrate';
import { SecretCipher } from './SecretCipher';
import { SqlResourceStore } from './SqlResourceStore';

jest.setTimeout(120_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_18'] });

async function open(databaseId: 'SQLITE_3' | 'POSTGRES_18') {
  const knex = await databases.init(databaseId);
  await migrateDatabase(knex);
  const clock = FakeClock.create();
  const store = SqlResourceStore.create<WidgetKinds>({
    ...{ knex, clock, indexes: WIDGET_INDEXES, wakeups: wakeWidgets },
    queue: SqlWorkQueue.create({ knex, clock }),
    secrets: SecretCipher.create({ keys: [] }),
  });
  const names = async () =>
    (await store.list('Widget')).items.map(({ metadata }) => metadata.name);
  return { knex, clock, store, names };
}

/** How often the database was told to keep what was written. */
async function countCommits(knex: Knex, work: () => Promise<unknown>) {
  let commits = 0;
  const note = ({ sql }: { sql: string }) => {
    commits += /^commit/i.test(sql) ? 1 : 0;
  };
  knex.on('query', note);
  await work();
  knex.removeListener('query', note);
  return commits;
}

/** `ok`, or the name of the error. */
async function outcomesOf(asked: Array<Promise<unknown>>): Promise<string[]> {
  const settled = await Promise.allSettled(asked);
  return settled.map(one =>
    one.status === 'fulfilled' ? 'ok' : one.reason.name,
  );
}

describe.each(databases.eachSupportedId())(
  'writes that come at the same time on %s',
  databaseId => {
    const id = databaseId as 'SQLITE_3' | 'POSTGRES_18';

    it('end as if each had come alone', async () => {
      const { store, names } = await open(id);
      const { metadata } = await store.create(aWidget({ name: 'old' }));
      const outcomes = await outcomesOf([
        store.create(aWidget({ name: 'a' })),
        store.create(aWidget({ name: 'b' })),
        store.create(aWidget({ name: 'a' })),
        store.create(aWidget({ name: '' })),
        store.patchStatus(widgetKey('nobody'), { seen: true }),
        store.patch(
          widgetKey('old'),
          { spec: { size: 'late' } },
          { resourceVersion: '999' },
        ),
        store.write([
          { create: aWidget({ name: 'c' }) },
          { patchStatus: { key: widgetKey('nobody'), patch: {} } },
        ]),
        store.patch(widgetKey('old'), { spec: { size: 'm' } }, metadata),
        store.write([
          { create: aWidget({ name: 'd' }) },
          {
            createAfter: ([d]) =>
              aWidget({
                name: 'e',
                metadata: { labels: { of: d.metadata.uid } },
              }),
          },
        ]),
      ]);
      expect(outcomes).toEqual([
        ...['ok', 'ok', 'ConflictError', 'InputError', 'NotFoundError'],
        ...['ConflictError', 'NotFoundError', 'ok', 'ok'],
      ]);
      expect(await names()).toEqual(['a', 'b', 'd', 'e', 'old']);
      expect(await store.get(widgetKey('old'))).toMatchObject({
        spec: { size: 'm' },
      });
    });

    it('of the status of one resource lose nothing, and are stored as one', async () => {
      const { store } = await open(id);
      const { metadata: first } = await store.create(aWidget());
      const members = Array.from({ length: 8 }, (_, n) => `m${n}`);
      const answers = await Promise.all(
        members.map(member =>
          store.patchStatus(widgetKey(), { [member]: true }),
        ),
      );
      answers.forEach(({ status }, n) =>
        expect(status).toMatchObject({ [members[n]]: true }),
      );
      // The first came alone.
      const revision = Number(first.resourceVersion);
      expect(
        answers.map(({ metadata }) => Number(metadata.resourceVersion)),
      ).toEqual([revision + 1, ...members.slice(1).map(() => revision + 2)]);
      expect(await store.get(widgetKey())).toEqual(answers.at(-1));
      expect(Object.keys(answers.at(-1)?.status ?? {})).toEqual(members);
    });

    it('of the status of one resource go with what else is asked of others', async () => {
      const { store, names } = await open(id);
      const { metadata } = await store.create(aWidget());
      await store.create(aWidget({ name: 'other' }));
      const outcomes = await outcomesOf([
        store.create(aWidget({ name: 'a' })),
        store.write([
          { patchStatus: { key: widgetKey(), patch: { x: 1 } } },
          { create: aWidget({ name: 'b' }) },
        ]),
        // Refused as a whole: neither is seen.
        store.write([
          { patchStatus: { key: widgetKey(), patch: { lost: true } } },
          { patchStatus: { key: widgetKey('nobody'), patch: {} } },
        ]),
        store.patchStatus(widgetKey(), { late: true }, metadata),
        store.write([
          { patchStatus: { key: widgetKey(), patch: { x: null, y: 2 } } },
          { patchStatus: { key: widgetKey('other'), patch: { y: 2 } } },
        ]),
        store.patch(widgetKey(), { spec: { size: 'm' } }),
      ]);
      expect(outcomes).toEqual([
        ...['ok', 'ok', 'NotFoundError', 'ConflictError', 'ok', 'ok'],
      ]);
      expect(await names()).toEqual(['a', 'b', 'other', 'w']);
      expect(await store.get(widgetKey())).toMatchObject({
        spec: { size: 'm' },
        status: { y: 2 },
      });
      expect((await store.get(widgetKey())).status).toEqual({ y: 2 });
    });

    it('end as a whole when a part of them meets what another makes', async () => {
      const { store, names } = await open(id);
      const outcomes = await outcomesOf([
        store.create(aWidget({ name: 'first' })),
        store.write([
          { create: aWidget({ name: 'a' }) },
          { create: aWidget({ name: 'b' }) },
        ]),
        store.write([
          { create: aWidget({ name: 'c' }) },
          { create: aWidget({ name: 'b', spec: { size: 'other' } }) },
        ]),
      ]);
      expect(outcomes).toEqual(['ok', 'ok', 'ConflictError']);
      expect(await names()).toEqual(['a', 'b', 'first']);
      const { spec } = await store.get(widgetKey('b'));
      expect(spec.size).not.toBe('other');
    });

    it('of one resource that are for its revision are made one after the other', async () => {
      const { store } = await open(id);
      const { metadata } = await store.create(aWidget());
      const outcomes = await outcomesOf([
        store.create(aWidget({ name: 'a' })),
        store.patchStatus(widgetKey(), { first: true }, metadata),
        store.patchStatus(widgetKey(), { second: true }, metadata),
      ]);
      expect(outcomes).toEqual(['ok', 'ok', 'ConflictError']);
      expect((await store.get(widgetKey())).status).toEqual({ first: true });
    });

    it('of one resource end with the last, also when that one puts back what was there', async () => {
      const { store } = await open(id);
      const { spec } = await store.create(aWidget({ spec: { size: 's' } }));
      const [, changed, restored] = await Promise.all([
        store.create(aWidget({ name: 'a' })),
        store.patch(widgetKey(), { spec: { size: 'm' } }),
        store.patch(widgetKey(), { spec }),
      ]);
      expect(changed.spec).toMatchObject({ size: 'm' });
      expect(restored.spec).toMatchObject({ size: 's' });
      expect((await store.get(widgetKey())).spec).toMatchObject({ size: 's' });
    });

    it('are seen one by one by whoever watches', async () => {
      const { store } = await open(id);
      const { resourceVersion } = await store.list('Widget');
      const seen: string[] = [];
      const names = Array.from({ length: 40 }, (_, n) => `w${n}`);
      await Promise.all(names.map(name => store.create(aWidget({ name }))));
      const stop = new AbortController();
      for await (const event of store.watch('Widget', {
        resourceVersion,
        signal: stop.signal,
      })) {
        seen.push(event.resourceVersion);
        if (seen.length === names.length) break;
      }
      stop.abort();
      expect(seen).toEqual(
        names.map((_, n) => String(Number(resourceVersion) + n + 1)),
      );
    });

    it('leave nothing behind of an owner that goes meanwhile', async () => {
      const { store, names } = await open(id);
      const owner = await store.create(
        aWidget({ name: 'owner', metadata: { finalizers: ['example.com/f'] } }),
      );
      await store.delete(widgetKey('owner'));
      const { apiVersion, kind, metadata } = owner;
      const ownerReferences = [
        { apiVersion, kind, name: metadata.name, uid: metadata.uid },
      ];
      await Promise.all([
        store.create(aWidget({ name: 'other' })),
        store.create(aWidget({ name: 'child', metadata: { ownerReferences } })),
        store.patch(widgetKey('owner'), { metadata: { finalizers: null } }),
        store.create(aWidget({ name: 'another' })),
      ]);
      expect(await names()).toEqual(['another', 'other']);
    });

    it('are kept together', async () => {
      const { knex, store } = await open(id);
      const names = Array.from({ length: 9 }, (_, n) => `w${n}`);
      const commits = await countCommits(knex, () =>
        Promise.all(names.map(name => store.create(aWidget({ name })))),
      );
      // The first came alone.
      expect(commits).toBe(2);
    });

    it('go through although one of them breaks what they are written with', async () => {
      const { store, names } = await open(id);
      const outcomes = await outcomesOf([
        store.create(aWidget({ name: 'a' })),
        store.create(aWidget({ name: 'b' })),
        store.create(aWidget({ name: 'broken', spec: { isBroken: true } })),
        store.create(aWidget({ name: 'c' })),
      ]);
      expect(outcomes).toEqual(['ok', 'ok', 'Error', 'ok']);
      expect(await names()).toEqual(['a', 'b', 'c']);
    });
  },
);

const describeOnPostgres = databases.supports('POSTGRES_18')
  ? describe
  : describe.skip;

describeOnPostgres('writes that wait on PostgreSQL', () => {
  it('are not begun after whoever asked was told that nothing came of it', async () => {
    const { knex, clock, store, names } = await open('POSTGRES_18');
    const other = await knex.transaction();
    await other('store_revision').increment('value', 1);
    const asked = ['first', 'second'].map(name =>
      store.create(aWidget({ name })),
    );
    const outcomes = outcomesOf(asked);
    await clock.advance(ANSWER_LIMIT_MS + 1);
    await other.rollback();
    expect(await outcomes).toEqual(['ok', 'ServiceUnavailableError']);
    expect(await names()).toEqual(['first']);
  });

  it('go on when a connection has died without a word', async () => {
    const { knex, store, names } = await open('POSTGRES_18');
    const lost = new Promise<never>(() => {});
    jest.spyOn(knex.client, 'acquireConnection').mockReturnValueOnce(lost);
    await expect(store.create(aWidget({ name: 'lost' }))).rejects.toThrow(
      'The database does not answer',
    );
    await store.create(aWidget({ name: 'next' }));
    expect(await names()).toEqual(['next']);
  });

  it('are not made one by one for whoever was told that nothing came of it', async () => {
    const { knex, clock, store, names } = await open('POSTGRES_18');
    let begun = 0;
    knex.on('query', ({ sql }: { sql: string }) => {
      begun += /^begin/i.test(sql) ? 1 : 0;
      if (begun === 2) {
        // The first came alone; these are made together.
        clock.advance(ANSWER_LIMIT_MS + 1);
      }
    });
    const outcomes = await outcomesOf([
      store.create(aWidget({ name: 'first' })),
      store.create(aWidget({ name: 'a' })),
      store.create(aWidget({ name: 'broken', spec: { isBroken: true } })),
      store.create(aWidget({ name: 'b' })),
    ]);
    expect(outcomes).toEqual([
      'ok',
      ...['ServiceUnavailableError', 'ServiceUnavailableError'],
      'ServiceUnavailableError',
    ]);
    expect(await names()).toEqual(['first']);
  });
});
