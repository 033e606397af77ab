import { setImmediate } from 'node:timers/promises';
import { Knex } from 'knex';
import { SqlWorkQueue } from '../../adapters/queue/SqlWorkQueue';
import { migrateDatabase } from '../../adapters/store/migrate';
import { SecretCipher } from '../../adapters/store/SecretCipher';
import { SqlResourceStore } from '../../adapters/store/SqlResourceStore';
import { FakeClock } from '../../testing/FakeClock';
import { jobKey } from '../../testing/WorkerHarness';
import { requeue } from './Controller';
import { Engine, SweptKind } from './Engine';
import { silentProgress } from './progress';
import { mockLogger } from '../../testing/mockLogger';
import { createMemoryDatabase } from '../../testing/memoryDatabase';
import { aStage } from '../../testing/resourceBuilders';

jest.setTimeout(120_000);

const WAIT_LIMIT_MS = 60_000;

describe('Engine', () => {
  let knex: Knex;
  let clock: FakeClock;
  let queue: SqlWorkQueue;
  let engine: Engine;
  let begun: string[];
  let log: string[];
  /** Prepares once for every start that is tried; rejects to fail it. */
  let prepare: () => Promise<void>;
  let prepared: number;
  let isQueueAway: boolean;
  let isFolderAway: boolean;
  let isStoreAway: boolean;
  let store: SqlResourceStore;
  let swept: SweptKind[];

  beforeEach(async () => {
    knex = createMemoryDatabase();
    await migrateDatabase(knex);
    clock = FakeClock.create('2026-01-01T00:00:00Z');
    queue = SqlWorkQueue.create({ knex, clock });
    begun = [];
    log = [];
    prepared = 0;
    prepare = async () => undefined;
    isQueueAway = false;
    isFolderAway = false;
    isStoreAway = false;
    store = SqlResourceStore.create({
      ...{ knex, clock, queue, indexes: [], wakeups: () => [] },
      secrets: SecretCipher.create({ keys: [] }),
    });
    swept = [];
    engine = createEngine();
  });

  afterEach(async () => {
    await engine.stop();
    await knex.destroy();
  });

  function createEngine(): Engine {
    const note = (message: string, meta?: unknown) =>
      log.push(`${message} ${JSON.stringify(meta)}`);
    return Engine.create({
      store: new Proxy(store, {
        get: (target, property) => {
          if (property === 'list') {
            return async (kind: 'Stage', options: object) => {
              if (isStoreAway) {
                throw new Error('The store is away');
              }
              return target.list(kind, { ...options, limit: 2 });
            };
          }
          return Reflect.get(target, property, target);
        },
      }),
      queue: new Proxy(queue, {
        get: (target, property) => {
          if (property === 'claimDue' && isQueueAway) {
            return async () => {
              throw new Error('The database is away');
            };
          }
          const member: unknown = Reflect.get(target, property, target);
          return typeof member === 'function' ? member.bind(target) : member;
        },
      }),
      clock,
      lanes: [
        {
          name: 'jobs',
          concurrency: 2,
          controllers: [
            {
              kind: 'Job',
              reconcile: async ({ name }) => {
                begun.push(name);
                return requeue.never;
              },
            },
            {
              kind: 'Stage',
              reconcile: async ({ name }) => {
                begun.push(name);
                return requeue.never;
              },
            },
          ],
        },
      ],
      prepare: () => {
        prepared += 1;
        return prepare();
      },
      checkFolder: async () => {
        if (isFolderAway) {
          throw new Error('The folder is away');
        }
      },
      swept,
      logger: mockLogger({ info: note, warn: note, error: note }),
      progress: silentProgress,
      random: () => 0,
      ...{ leaseMs: 9_000, heartbeatMs: 1_000, graceMs: 8_000 },
      ...{ pollMs: 1_000, sweepMs: 3_600_000 },
    });
  }

  /** Turns the event loop, and moves no clock, until the condition holds. */
  async function until(condition: () => boolean): Promise<void> {
    const end = performance.now() + WAIT_LIMIT_MS;
    while (!condition()) {
      if (performance.now() > end) {
        throw new Error(`It does not come to that: ${log.join('; ')}`);
      }
      await setImmediate();
    }
  }

  const mark = (name: string) => queue.markDue([{ key: jobKey(name) }]);
  const state = () => engine.health().state;

  /** Fails so many times, then succeeds. */
  const failing = (times: number) => async () => {
    if (prepared <= times) {
      throw new Error('The folder is not there');
    }
  };

  it('works from its start to its stop, and says so', async () => {
    expect(state()).toBe('stopped');
    engine.start();
    expect(state()).toBe('starting');
    await until(() => state() === 'running');
    expect(engine.health()).toEqual({
      state: 'running',
      since: '2026-01-01T00:00:00Z',
    });
    await mark('a');
    await until(() => begun.length === 1);
    await engine.stop();
    expect(engine.health()).toMatchObject({
      state: 'stopped',
      message: 'The engine has been stopped',
    });
    expect(clock.sleepers).toBe(0);
  });

  it('tries its start again until it succeeds, tells of it meanwhile, and then works', async () => {
    prepare = failing(2);
    await mark('a');
    engine.start();
    await until(() => clock.sleepers === 1);
    expect(engine.health()).toEqual({
      state: 'starting',
      since: '2026-01-01T00:00:00Z',
      message: expect.stringMatching(
        /^The engine cannot start, so nothing is discovered or promoted\. It tries again by itself/,
      ),
    });
    // Without jitter from above: 0.8 of one second, then of two.
    await clock.advance(799);
    expect(prepared).toBe(1);
    await clock.advance(1);
    await until(() => clock.sleepers === 1);
    expect(prepared).toBe(2);
    expect(state()).toBe('starting');
    expect(begun).toEqual([]);
    await clock.advance(1_600);
    await until(() => state() === 'running');
    expect(prepared).toBe(3);
    expect(engine.health()).toEqual({
      state: 'running',
      since: '2026-01-01T00:00:02Z',
    });
    expect(log).toEqual([
      'Failed to start the engine {"retryInMs":800,"error":"The folder is not there"}',
      'Failed to start the engine {"retryInMs":1600,"error":"The folder is not there"}',
    ]);
    await until(() => begun.length === 1);
    await mark('b');
    await until(() => begun.length === 2);
    expect(begun).toEqual(['a', 'b']);
  });

  it('can be stopped while it waits to try its start again', async () => {
    prepare = failing(Infinity);
    await mark('a');
    engine.start();
    await until(() => clock.sleepers === 1);
    await engine.stop();
    expect(state()).toBe('stopped');
    expect(clock.sleepers).toBe(0);
    await clock.advance(3_600_000);
    expect(prepared).toBe(1);
    expect(begun).toEqual([]);
  });

  it('takes no work when it was stopped while it prepared', async () => {
    let end: () => void = () => undefined;
    prepare = () =>
      new Promise(resolve => {
        end = resolve;
      });
    await mark('a');
    engine.start();
    await until(() => prepared === 1);
    const stopping = engine.stop();
    end();
    await stopping;
    expect(state()).toBe('stopped');
    expect(clock.sleepers).toBe(0);
    expect(await queue.stats()).toEqual({ rows: 1, due: 1, leased: 0 });
  });

  it('can be started again after it was stopped, and not while it lives', async () => {
    engine.start();
    expect(() => engine.start()).toThrow('The engine is running already');
    await engine.stop();
    engine.start();
    await until(() => state() === 'running');
    await mark('a');
    await until(() => begun.length === 1);
  });

  it('says that it is impaired while its database is away for long, and goes on afterwards', async () => {
    engine.start();
    await until(() => state() === 'running');
    isQueueAway = true;
    await mark('a');
    await until(() => log.length === 1);
    for (let second = 0; second < 4; second++) {
      await clock.advance(1_000);
    }
    expect(state()).toBe('running');
    await clock.advance(1_000);
    await until(() => state() === 'impaired');
    expect(engine.health()).toEqual({
      state: 'impaired',
      since: '2026-01-01T00:00:05Z',
      message: expect.stringMatching(/cannot use its database/),
    });
    isQueueAway = false;
    await clock.advance(1_000);
    await until(() => state() === 'running' && begun.length === 1);
    expect(engine.health()).toEqual({
      state: 'running',
      since: '2026-01-01T00:00:06Z',
    });
  });

  it('says once that it cannot use its folder, and once that it can again', async () => {
    engine.start();
    await until(() => state() === 'running');
    isFolderAway = true;
    for (let look = 0; look < 3; look++) {
      await clock.advance(10_000);
    }
    await until(() => state() === 'impaired');
    expect(engine.health()).toMatchObject({
      message: expect.stringMatching(/cannot use the folder in which it works/),
    });
    expect(log).toEqual([
      'The engine cannot use its folder {"error":"The folder is away"}',
    ]);
    isFolderAway = false;
    await clock.advance(10_000);
    await until(() => state() === 'running');
    expect(log.slice(1)).toEqual([
      'The engine can use its folder again undefined',
    ]);
  });

  it('tells of its database while that and its folder are away, and of the folder after that', async () => {
    engine.start();
    await until(() => state() === 'running');
    isFolderAway = true;
    isQueueAway = true;
    await mark('a');
    for (let second = 0; second < 12; second++) {
      await clock.advance(1_000);
    }
    await until(() => /database/.test(engine.health().message ?? ''));
    isQueueAway = false;
    await clock.advance(1_000);
    await until(() => /folder/.test(engine.health().message ?? ''));
    expect(state()).toBe('impaired');
  });

  describe('that sweeps a kind', () => {
    const NAMES = ['a', 'b', 'c', 'd', 'e'];

    beforeEach(async () => {
      swept = [{ kind: 'Stage' }];
      engine = createEngine();
      for (const name of NAMES) {
        const { metadata, ...stage } = aStage({ metadata: { name } });
        await store.create({
          ...stage,
          metadata: { name, namespace: metadata.namespace },
        });
      }
    });

    /** Waits for all to have been looked at so many times. */
    const looks = (times: number) =>
      until(() => begun.length >= times * NAMES.length);

    it('has every one looked at after each start and in every turn, in however many pages', async () => {
      engine.start();
      await looks(1);
      await clock.advance(3_600_000);
      await looks(2);
      await engine.stop();
      engine.start();
      await looks(3);
      expect([...begun].sort()).toEqual(
        NAMES.flatMap(name => [name, name, name]),
      );
    });

    it('tries soon again what it could not read, and tells of it', async () => {
      isStoreAway = true;
      engine.start();
      await until(() => log.length === 1);
      expect(log[0]).toMatch(/^Failed to sweep the work queue/);
      isStoreAway = false;
      await clock.advance(30_000);
      await looks(1);
    });
  });
});
