import { TestDatabases } from '@backstage/backend-test-utils';
import { Knex } from 'knex';
import { FakeClock } from '../../testing/FakeClock';
import { Change } from './Change';
import { ChangeFeed } from './ChangeFeed';
import { KnownRevisions } from './KnownRevisions';
import { migrateDatabase } from './migrate';
import { SecretCipher } from './SecretCipher';

jest.setTimeout(60_000);

const secrets = SecretCipher.create({ keys: [] });
const databases = TestDatabases.create({ ids: ['SQLITE_3'] });

describe('the feed of changes', () => {
  let knex: Knex;
  let feed: ChangeFeed;
  let clock: FakeClock;
  let statements: number;
  let revision: number;
  const open: Array<{ close(): void }> = [];

  beforeEach(async () => {
    knex = await databases.init('SQLITE_3');
    await migrateDatabase(knex);
    clock = FakeClock.create();
    feed = ChangeFeed.create({
      revisions: new KnownRevisions(async () => undefined),
      ...{ knex, clock, pollIntervalMs: () => 1_000 },
      secrets,
    });
    statements = 0;
    knex.on('query', () => {
      statements += 1;
    });
    revision = 1;
  });

  afterEach(() => open.splice(0).forEach(follower => follower.close()));

  async function follow(namespace: string) {
    const follower = await feed.follow({ kind: 'Stage', namespace }, revision);
    open.push(follower);
    return follower;
  }

  /** As another replica does that has not told of it yet. */
  async function writeSilently(namespace: string, padding = 0) {
    revision += 1;
    const row = {
      ...{ revision, kind: 'Stage', namespace, name: 'x' },
      ...{ uid: 'u', type: 'updated' as const, bytes: 0 },
      document: JSON.stringify({ metadata: {}, padding: '.'.repeat(padding) }),
    };
    await knex('resource_changes').insert(row);
    await knex('store_revision').update({ value: revision });
    const absent = { status: null, sealed: null, key_id: null };
    return { ...row, ...absent, terms_before: null, terms_after: null };
  }

  async function write(namespace: string, padding = 0) {
    await writeSilently(namespace, padding);
    feed.notify();
  }

  /** A change as the replica that made it hands it on. */
  async function made(namespace: string): Promise<Change> {
    return new Change(await writeSilently(namespace), secrets);
  }

  async function untilHead() {
    while (feed.head < revision) {
      await new Promise(resolve => setImmediate(resolve));
    }
  }

  /** A look that is under way belongs to what was before. */
  async function untilQuiet() {
    for (let seen = -1; seen !== statements; ) {
      seen = statements;
      for (let turn = 0; turn < 20; turn++) {
        await new Promise(resolve => setImmediate(resolve));
      }
    }
  }

  it('reads a change once, however many watch', async () => {
    const all = [];
    for (let index = 0; index < 300; index++) {
      all.push(await follow(`p${index % 3}`));
    }
    await untilQuiet();
    statements = 0;
    await write('p1');
    await untilHead();
    await untilQuiet();
    // The two of the write itself, the revision, and the rows that are new.
    expect(statements).toBe(4);
    const told = all.map(follower => follower.take());
    expect(told.filter(changes => changes.length === 1)).toHaveLength(100);
    // And all of them are told of the same object.
    expect(new Set(told.flat()).size).toBe(1);
  });

  it('reads nothing of what was written here', async () => {
    const follower = await follow('p');
    await untilQuiet();
    const changes = [await made('p'), await made('p')];
    statements = 0;
    feed.take(changes);
    expect(follower.take().map(change => change.revision)).toEqual([2, 3]);
    await untilQuiet();
    expect(statements).toBe(0);
  });

  it('hands on what another replica has written before it, and each once', async () => {
    const follower = await follow('p');
    await untilQuiet();
    await writeSilently('p');
    feed.take([await made('p')]);
    expect(follower.take()).toEqual([]);
    // While that is looked for.
    feed.take([await made('p')]);
    await untilHead();
    await untilQuiet();
    expect(follower.take().map(({ revision: at }) => at)).toEqual([2, 3, 4]);
  });

  it.each([
    ['many changes', 501, 0],
    ['a few large ones', 5, 1024 * 1024],
  ])(
    'keeps no more than a position of who does not read: %s',
    async (...given) => {
      const [, count, padding] = given;
      const follower = await follow('p');
      for (let index = 0; index < count; index++) {
        await write('p', padding);
        await untilHead();
      }
      const waiting = follower.take();
      const bytes = waiting.reduce((sum, change) => sum + change.bytes, 0);
      expect(waiting.length).toBeLessThan(501);
      expect(bytes).toBeLessThan(4 * 1024 * 1024);
      // What is not waiting any more is in the table.
      const { liveFrom } = follower;
      const batch = await feed.readBetween(follower.interest, {
        after: 1,
        through: liveFrom,
      });
      expect(batch.changes[0].revision).toBe(2);
    },
  );

  it('asks nothing of the database when nobody watches', async () => {
    (await follow('p')).close();
    await untilHead();
    await clock.advance(1_000);
    statements = 0;
    await clock.advance(10_000);
    expect(statements).toBe(0);
    expect(clock.sleepers).toBe(0);
  });

  it('ends the watches when the database fails, and serves those that come after', async () => {
    const follower = await follow('p');
    await untilHead();
    await knex.schema.renameTable('store_revision', 'gone');
    feed.notify();
    await follower.wait(clock, {
      ...{ milliseconds: 60_000, after: revision },
      signal: new AbortController().signal,
    });
    expect(() => follower.take()).toThrow(/store_revision/);
    await knex.schema.renameTable('gone', 'store_revision');
    const next = await follow('p');
    await write('p');
    await untilHead();
    expect(next.take()).toHaveLength(1);
  });
});
