import { EventEmitter, once } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import { TestDatabases } from '@backstage/backend-test-utils';
import { ResourceKey } from 'backstage-plugin-kargo-common';
import knexFactory, { Knex } from 'knex';
import { HeardMarks } from '../../ports/WorkQueue';
import { FakeClock } from '../../testing/FakeClock';
import { aWidget, WidgetKinds } from '../../testing/storeContract/widgets';
import { SqlWorkQueue } from '../queue/SqlWorkQueue';
import { SystemClock } from '../system/SystemClock';
import { migrateDatabase } from './migrate';
import { ReplicaSignals } from './ReplicaSignals';
import { SecretCipher } from './SecretCipher';
import { SqlResourceStore } from './SqlResourceStore';
import { mockLogger } from '../../testing/mockLogger';

jest.setTimeout(120_000);

const databases = TestDatabases.create({ ids: ['POSTGRES_18'] });
const describeOnPostgres = databases.supports('POSTGRES_18')
  ? describe
  : describe.skip;

const KEY: ResourceKey = { kind: 'Stage', namespace: 'p', name: 'a' };

/** A store and its queue on connections of their own, and what it hears. */
class Replica {
  readonly events = new EventEmitter();
  readonly warnings: string[] = [];
  readonly signals: ReplicaSignals;
  readonly queue: SqlWorkQueue;
  readonly store: SqlResourceStore<WidgetKinds>;

  constructor(readonly knex: Knex) {
    const logger = mockLogger({
      warn: (message: string, meta?: object) => {
        this.warnings.push(`${message} ${JSON.stringify(meta)}`);
        this.events.emit('warning');
      },
    });
    this.signals = ReplicaSignals.create({
      ...{ knex, logger, clock: SystemClock.create(), random: () => 0 },
    });
    this.queue = SqlWorkQueue.create({ knex, signals: this.signals });
    this.store = SqlResourceStore.create<WidgetKinds>({
      ...{ knex, queue: this.queue, signals: this.signals },
      // Its watches never look by the clock.
      ...{ clock: FakeClock.create(), indexes: [], wakeups: () => [] },
      secrets: SecretCipher.create({ keys: [] }),
    });
    this.queue.onMarked(marks => this.events.emit('marks', marks));
  }

  /** The next marks that it is told of. */
  async hear(): Promise<HeardMarks> {
    const [marks] = await once(this.events, 'marks');
    return marks;
  }

  /** Begins to listen; what it is told when it does. */
  async listen(): Promise<HeardMarks> {
    const told = this.hear();
    this.signals.start();
    return told;
  }
}

describeOnPostgres('signals of replicas', () => {
  const replicas: Replica[] = [];
  let first: Knex;

  beforeAll(async () => {
    first = await databases.init('POSTGRES_18');
    await migrateDatabase(first);
  });

  beforeEach(async () => {
    await first('work_queue').delete();
    await first('resources').delete();
  });

  afterEach(async () => {
    for (const { signals, knex } of replicas.splice(0)) {
      await signals.stop();
      await knex.destroy();
    }
  });

  function createReplica(): Replica {
    const replica = new Replica(knexFactory(first.client.config));
    replicas.push(replica);
    return replica;
  }

  it('tell what one marked to the others at once, and not to itself', async () => {
    const [one, two] = [createReplica(), createReplica()];
    await one.listen();
    await two.listen();
    const heard = two.hear();
    const own: HeardMarks[] = [];
    one.queue.onMarked(marks => own.push(marks));
    await one.queue.markDue([{ key: KEY }]);
    expect(await heard).toEqual([{ key: KEY, afterMs: 0 }]);
    // Its own marks it knows without the database.
    expect(own).toHaveLength(1);
  });

  it('say that there were marks when there are too many to name', async () => {
    const [one, two] = [createReplica(), createReplica()];
    await two.listen();
    const heard = two.hear();
    const names = Array.from({ length: 150 }, (_, n) => `${n}`.padEnd(60, '-'));
    await one.queue.markDue(names.map(name => ({ key: { ...KEY, name } })));
    expect(await heard).toBe('unknown');
  });

  it('let a watch see what another replica changed without looking by the clock', async () => {
    const [one, two] = [createReplica(), createReplica()];
    await two.listen();
    const { resourceVersion } = await two.store.list('Widget');
    const ending = new AbortController();
    const watch = two.store.watch('Widget', {
      resourceVersion,
      signal: ending.signal,
    });
    const events = watch[Symbol.asyncIterator]();
    const next = events.next();
    await one.store.create(aWidget());
    expect((await next).value).toMatchObject({ type: 'ADDED' });
    ending.abort();
    await events.return?.();
  });

  it('are looked for instead while the connection is lost, which is reported, and heard again', async () => {
    const replica = createReplica();
    expect(await replica.listen()).toBe('unknown');
    expect(replica.queue.others).toBe('told');
    const missed = replica.hear();
    const warned = once(replica.events, 'warning');
    await first.raw(`
      select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and query like 'listen kargo%'
    `);
    expect(await missed).toBe('unknown');
    expect(replica.queue.others).toBe('unheard');
    const again = replica.hear();
    await warned;
    expect(replica.warnings.join()).toContain(
      'Does not hear of the work of other replicas',
    );
    expect(await again).toBe('unknown');
    expect(replica.queue.others).toBe('told');
  });

  it('do not count as heard behind a pooler that delivers nothing', async () => {
    const replica = createReplica();
    const { client } = replica.knex;
    const acquire = client.acquireRawConnection.bind(client);
    client.acquireRawConnection = async () => {
      const connection = await acquire();
      const query = connection.query.bind(connection);
      connection.query = (sql: string, ...rest: unknown[]) =>
        sql.startsWith?.('listen') ? query('select 1') : query(sql, ...rest);
      return connection;
    };
    const warned = once(replica.events, 'warning');
    replica.signals.start();
    await warned;
    expect(replica.warnings.join()).toContain('connection pooler');
    expect(replica.queue.others).toBe('unheard');
  });

  it('are no messages of somebody else', async () => {
    const replica = createReplica();
    await replica.listen();
    const heard = replica.hear();
    for (const payload of ['', 'hello', '{"from":"x","marked":[["a"]]}']) {
      await first.raw('select pg_notify(?, ?)', ['kargo_replicas', payload]);
    }
    const mine = { from: 'x', marked: [['Stage', 'p', 'a', 7]] };
    await first.raw('select pg_notify(?, ?)', [
      'kargo_replicas',
      JSON.stringify(mine),
    ]);
    expect(await heard).toEqual([{ key: KEY, afterMs: 7 }]);
  });
});

describe('a connection that a firewall has forgotten', () => {
  it('is noticed and made anew, and keeps no portal from stopping', async () => {
    let connections = 0;
    let deliver: (notification: { payload: string }) => void = () => {};
    const never = () => new Promise<never>(() => {});
    const knex = {
      client: {
        async acquireRawConnection() {
          connections += 1;
          return {
            on(event: string, heard: typeof deliver) {
              if (event === 'notification') {
                deliver = heard;
              }
            },
            query: async (sql: string) =>
              sql.startsWith('listen') ? undefined : never(),
            end: never,
          };
        },
      },
      raw: async (_sql: string, [, payload]: string[]) => deliver({ payload }),
    };
    const clock = FakeClock.create();
    const signals = ReplicaSignals.create({
      ...{ clock, knex: knex as unknown as Knex, random: () => 0 },
      logger: mockLogger(),
    });
    const advanceUntil = async (isSo: () => boolean) => {
      for (let seconds = 0; !isSo(); seconds++) {
        expect(seconds).toBeLessThan(120);
        await clock.advance(1_000);
        await setImmediate();
      }
    };
    signals.start();
    await advanceUntil(() => signals.isListening);
    expect(connections).toBe(1);
    await advanceUntil(() => connections === 2);
    await advanceUntil(() => signals.isListening);
    let isStopped = false;
    const stopping = signals.stop().then(() => {
      isStopped = true;
    });
    await advanceUntil(() => isStopped);
    await stopping;
  }, 60_000);
});
