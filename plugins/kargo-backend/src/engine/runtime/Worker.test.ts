import { HeardMarks, WorkQueue } from '../../ports/WorkQueue';
import {
  jobKey,
  untilStopped,
  untilTold,
  WorkerHarness,
} from '../../testing/WorkerHarness';
import { ReconcileContext, requeue } from './Controller';
import { stopScopeOf } from './stopping';

type Options = NonNullable<Parameters<typeof WorkerHarness.create>[0]>;

jest.setTimeout(120_000);

describe('Worker', () => {
  const harnesses: WorkerHarness[] = [];
  afterEach(async () => {
    // The one that owns the database goes last.
    for (const harness of harnesses.splice(0).reverse()) {
      await harness.stop();
    }
  });

  async function startWorker(options: Options = {}): Promise<WorkerHarness> {
    const harness = await WorkerHarness.create(options);
    harnesses.push(harness);
    harness.worker.start();
    return harness;
  }

  const isEmpty = async ({ queue }: WorkerHarness) =>
    (await queue.stats()).rows === 0;

  /** A job that waits to be stopped and notes why it was. */
  function noting(scopes: Array<string | undefined>) {
    return async (context: ReconcileContext) => {
      try {
        return await untilStopped(context);
      } catch (error) {
        scopes.push(stopScopeOf(context.signal));
        throw error;
      }
    };
  }

  it('works on what is marked, and looks again when it said so', async () => {
    const harness = await startWorker();
    harness.plan('a', () => requeue.after(60_000));
    await harness.mark('a');
    await harness.until(() => harness.begun.length === 1);
    await harness.advanceUntil(() => harness.begun.length === 2, 10_000);
    expect(harness.clock.monotonic()).toBeGreaterThanOrEqual(60_000);
    await harness.until(() => isEmpty(harness));
  });

  it('tells each look for how long it was due', async () => {
    const harness = await WorkerHarness.create();
    harnesses.push(harness);
    const delays: number[] = [];
    harness.plan('a', ({ queueDelayMs }) => {
      delays.push(queueDelayMs);
      return requeue.never;
    });
    await harness.mark('a');
    await harness.clock.advance(5_000);
    harness.worker.start();
    await harness.until(() => delays.length === 1);
    expect(delays).toEqual([5_000]);
  });

  it('works in time on what is marked for later, whatever it finds meanwhile', async () => {
    const harness = await startWorker();
    await harness.until(() => isEmpty(harness));
    await harness.queue.markDue([
      { key: jobKey('now') },
      { key: jobKey('later'), afterMs: 5_000 },
    ]);
    await harness.until(() => harness.begun.length === 1);
    const took = await harness.advanceUntil(() => harness.begun.length === 2);
    expect(took).toBeLessThanOrEqual(5_500);
  });

  it('takes more as soon as a slot is given back', async () => {
    const harness = await startWorker({ concurrency: 1 });
    const first = untilTold();
    harness.plan('a', first.job);
    await harness.mark('a', 'b', 'c');
    await harness.until(() => harness.begun.length === 1);
    first.end();
    await harness.until(() => isEmpty(harness));
    expect(harness.begun.sort()).toEqual(['a', 'b', 'c']);
  });

  it('takes in time what it had to leave while others of the project ran', async () => {
    const harness = await startWorker();
    const jobs = ['a', 'b', 'c', 'd', 'e', 'f'].map(name => {
      const { job, end } = untilTold();
      harness.plan(name, job);
      return { name, end };
    });
    const running = (count: number) =>
      harness.until(() => harness.running.length === count);
    await harness.mark('a', 'b', 'c');
    await running(3);
    // One project may have four of eight slots, so two wait.
    await harness.mark('d', 'e', 'f');
    await running(4);
    for (const { end } of jobs) {
      end();
    }
    await harness.until(() => isEmpty(harness));
    expect(harness.begun).toHaveLength(6);
  });

  it('looks again at what was marked while it was worked on', async () => {
    const harness = await startWorker();
    const first = untilTold();
    harness.plan('a', first.job);
    await harness.mark('a');
    await harness.until(() => harness.begun.length === 1);
    await harness.mark('a');
    first.end(requeue.after(3_600_000));
    await harness.until(() => harness.begun.length === 2);
    expect(harness.begun).toEqual(['a', 'a']);
  });

  it('goes on at once after a concurrent change that ends while the queue is looked at', async () => {
    let asking = Promise.resolve();
    let isGivenBack = false;
    const harness = await startWorker({
      wrapQueue: queue =>
        watched(
          queue,
          async property => {
            await (property === 'nextDueIn' && asking);
          },
          property => {
            isGivenBack ||= property === 'fail';
          },
        ),
    });
    const conflict = untilTold();
    harness.plan('a', async context => {
      await conflict.job(context);
      throw Object.assign(new Error('changed'), { name: 'ConflictError' });
    });
    await harness.mark('a');
    await harness.until(() => harness.begun.length === 1);
    let answer: () => void = () => undefined;
    asking = new Promise(resolve => {
      answer = resolve;
    });
    await harness.mark('a');
    conflict.end();
    await harness.until(() => isGivenBack);
    answer();
    await harness.until(() => harness.begun.length === 2);
    expect(harness.clock.monotonic()).toBe(0);
  });

  it('works again on what it claims before it hears that it has given it back', async () => {
    let answer: () => void = () => undefined;
    const answered = new Promise<void>(resolve => {
      answer = resolve;
    });
    let isGivenBack = false;
    const harness = await startWorker({
      wrapQueue: queue =>
        watched(
          queue,
          async () => undefined,
          async property => {
            if (property === 'settle' && !isGivenBack) {
              isGivenBack = true;
              await answered;
            }
          },
        ),
    });
    await harness.mark('a');
    await harness.until(() => isGivenBack);
    await harness.mark('a');
    await harness.until(() => harness.begun.length === 2);
    answer();
    await harness.until(async () => (await harness.queue.stats()).leased === 0);
    expect(harness.log).toEqual([]);
  });

  it.each<[string, boolean, number]>([
    ['after the back-off', false, 800],
    ['within a second when somebody asked meanwhile', true, 800],
  ])('tries what failed again %s', async (_, isAsked, earliestMs) => {
    const harness = await startWorker();
    const first = untilTold();
    harness.plan(
      'a',
      ...[1, 2, 3, 4].map(() => () => {
        throw new Error('no luck');
      }),
      async context => {
        await first.job(context);
        throw new Error('no luck');
      },
    );
    await harness.mark('a');
    await harness.advanceUntil(() => harness.begun.length === 5);
    if (isAsked) {
      await harness.mark('a');
    }
    first.end();
    // The fifth failure in a row: 12.8 seconds when nobody asks.
    const took = await harness.advanceUntil(() => harness.begun.length === 6);
    expect(took).toBeGreaterThanOrEqual(isAsked ? earliestMs : 12_000);
    expect(took).toBeLessThanOrEqual(isAsked ? 1_500 : 14_000);
  });

  describe('knows its own keys', () => {
    it('goes on with work whose lease ran out unnoticed, and does not begin it twice', async () => {
      // No heartbeat comes in time, as when the event loop stood still.
      const harness = await startWorker({ tuning: { heartbeatMs: 3_600_000 } });
      const first = untilTold();
      harness.plan('a', first.job);
      await harness.mark('a');
      await harness.until(() => harness.begun.length === 1);
      await harness.clock.advance(20_000);
      await harness.mark('b');
      await harness.until(() => harness.begun.includes('b'));
      await harness.until(() =>
        harness.log.some(line => line.includes('Took back the lease')),
      );
      expect(harness.begun).toEqual(['a', 'b']);
      first.end();
      await harness.until(() => isEmpty(harness));
      expect(harness.begun).toEqual(['a', 'b']);
    });

    it.each([3_600_000, -3_600_000])(
      'works on a key once when the clock jumps by %i ms',
      async jump => {
        const harness = await startWorker();
        const first = untilTold();
        harness.plan('a', first.job);
        await harness.mark('a');
        await harness.until(() => harness.begun.length === 1);
        harness.clock.jump(jump);
        await harness.mark('b');
        await harness.advanceUntil(
          () => harness.begun.includes('b') || jump < 0,
        );
        await harness.clock.advance(5_000);
        expect(harness.begun.filter(name => name === 'a')).toEqual(['a']);
        expect(harness.running).toEqual(['a']);
        first.end();
      },
    );
  });

  describe('stops work', () => {
    it('at shutdown: gives it back at once to whoever comes', async () => {
      const harness = await startWorker();
      const scopes: Array<string | undefined> = [];
      harness.plan('a', noting(scopes));
      await harness.mark('a');
      await harness.until(() => harness.running.length === 1);
      await harness.worker.stop();
      expect(scopes).toEqual(['shutdown']);
      expect(await harness.queue.stats()).toEqual({
        rows: 1,
        due: 1,
        leased: 0,
      });
      expect(harness.clock.sleepers).toBe(0);
    });

    it('when another replica holds its row, and leaves the row to that one', async () => {
      const harness = await startWorker();
      const scopes: Array<string | undefined> = [];
      harness.plan('a', noting(scopes));
      await harness.mark('a');
      await harness.until(() => harness.running.length === 1);
      await harness.queue.releaseAll();
      const [other] = await harness.queue.claimDue({
        limit: 1,
        leaseForMs: 3_600_000,
      });
      expect(
        await harness.advanceUntil(() => scopes.length > 0),
      ).toBeLessThanOrEqual(2_000);
      expect(scopes).toEqual(['leaseLost']);
      await harness.until(() => harness.running.length === 0);
      expect(await harness.queue.extend([other], 1_000)).toEqual(['ours']);
    });

    it('when nobody could say for the length of a lease that it is still its own', async () => {
      let isAway = false;
      const harness = await startWorker({
        wrapQueue: queue => whenAway(queue, () => isAway),
      });
      const scopes: Array<string | undefined> = [];
      harness.plan('a', noting(scopes));
      await harness.mark('a');
      await harness.until(() => harness.running.length === 1);
      isAway = true;
      const took = await harness.advanceUntil(() => scopes.length > 0);
      expect(scopes).toEqual(['leaseLost']);
      expect(took).toBeGreaterThanOrEqual(8_000);
      expect(took).toBeLessThanOrEqual(11_000);
    });

    it('not when the database was away for less', async () => {
      let isAway = false;
      const harness = await startWorker({
        wrapQueue: queue => whenAway(queue, () => isAway),
      });
      const scopes: Array<string | undefined> = [];
      harness.plan('a', noting(scopes));
      await harness.mark('a');
      await harness.until(() => harness.running.length === 1);
      isAway = true;
      await harness.advanceUntil(
        () => harness.clock.monotonic() >= 6_000,
        1_000,
      );
      isAway = false;
      await harness.advanceUntil(
        () => harness.clock.monotonic() >= 30_000,
        1_000,
      );
      expect(scopes).toEqual([]);
      expect(harness.running).toEqual(['a']);
    });

    it('when its controller says that somebody wants it to end', async () => {
      const harness = await startWorker();
      const scopes: Array<string | undefined> = [];
      harness.plan('a', async context => {
        await noting(scopes)(context).catch(() => undefined);
        return requeue.never;
      });
      await harness.mark('a');
      await harness.until(() => harness.running.length === 1);
      harness.stopReasons.set('a', 'enough');
      await harness.mark('a');
      // In the same process nobody waits for a heartbeat.
      await harness.until(() => scopes.length > 0);
      expect(scopes).toEqual(['aborted']);
    });

    it('within two seconds when another replica wrote the wish', async () => {
      const harness = await startWorker();
      const scopes: Array<string | undefined> = [];
      harness.plan('a', noting(scopes));
      await harness.mark('a');
      await harness.until(() => harness.running.length === 1);
      const other = await WorkerHarness.create({ beside: harness });
      harnesses.push(other);
      harness.stopReasons.set('a', 'enough');
      await other.queue.markDue([{ key: jobKey('a') }]);
      expect(
        await harness.advanceUntil(() => scopes.length > 0),
      ).toBeLessThanOrEqual(1_500);
      expect(scopes).toEqual(['aborted']);
    });

    it('that lasts longer than its controller allows, as a failure', async () => {
      const harness = await startWorker({ deadlineMs: 30_000 });
      const scopes: Array<string | undefined> = [];
      harness.plan('a', noting(scopes));
      await harness.mark('a');
      await harness.until(() => harness.running.length === 1);
      const took = await harness.advanceUntil(() => scopes.length > 0, 1_000);
      expect(scopes).toEqual(['deadline']);
      expect(took).toBeLessThanOrEqual(32_000);
      await harness.advanceUntil(() => harness.begun.length === 2);
      expect(harness.log.join()).toContain('took longer than 30 seconds');
    });

    it('that ignores it: gives its slot to others after a grace, and ignores its late result', async () => {
      const harness = await startWorker({ concurrency: 1, deadlineMs: 10_000 });
      const [first, second] = [untilTold(), untilTold()];
      harness.plan('a', first.job, second.job);
      await harness.mark('a');
      await harness.until(() => harness.running.length === 1);
      await harness.advanceUntil(() => harness.begun.length === 2, 1_000);
      // The abandoned one ends while the key is worked on again.
      first.end(requeue.after(1));
      await harness.until(() => harness.running.length === 1);
      await harness.clock.advance(1_000);
      expect(harness.begun).toEqual(['a', 'a']);
      second.end();
      await harness.until(() => isEmpty(harness));
    });
  });

  it('lets a project in whose neighbour hangs in all the slots it may have', async () => {
    const harness = await startWorker({ concurrency: 10 });
    const names = Array.from({ length: 30 }, (_, index) => `bad/hang${index}`);
    for (const name of names) {
      harness.plan(name.split('/')[1], untilStopped);
    }
    await harness.mark(...names);
    await harness.until(() => harness.running.length === 10);
    await harness.mark('good/one');
    await harness.until(() => harness.begun.includes('one'));
    // Nor is the room of others taken when it looks again.
    await harness.clock.advance(5_000);
    expect(harness.running).toHaveLength(10);
  });

  describe('two workers on one database', () => {
    it('never work on a key at once, and leave nothing', async () => {
      const one = await startWorker();
      const two = await startWorker({ beside: one });
      const underWork = new Set<string>();
      const names = Array.from({ length: 40 }, (_, index) => `k${index}`);
      for (const harness of [one, two]) {
        for (const name of names) {
          harness.plan(name, async () => {
            expect(underWork).not.toContain(name);
            underWork.add(name);
            await harness.queue.stats();
            underWork.delete(name);
            return requeue.never;
          });
        }
      }
      await one.mark(...names);
      await two.mark(...names);
      await one.advanceUntil(() => isEmpty(one));
      expect(new Set([...one.begun, ...two.begun])).toEqual(new Set(names));
    });

    it.each([
      ['unheard', 1_000],
      ['told', 10_000],
    ] as const)(
      'find what the other marked without their hearing of it, when others are %s, within %d ms',
      async (others, withinMs) => {
        const one = await startWorker();
        await one.until(() => isEmpty(one));
        await one.worker.stop();
        const two = await startWorker({ beside: one, others });
        await two.advanceUntil(async () => two.clock.monotonic() >= 5_000);
        await one.mark('a');
        const took = await two.advanceUntil(() => two.begun.length === 1);
        expect(took).toBeLessThanOrEqual(withinMs + 1_000);
      },
    );

    it('take over what a killed one held within the length of a lease', async () => {
      const dead = await WorkerHarness.create();
      harnesses.push(dead);
      await dead.mark('a');
      // It claims and is never heard of again.
      await dead.queue.claimDue({ limit: 1, leaseForMs: 9_000 });
      const heir = await startWorker({ beside: dead });
      const took = await heir.advanceUntil(() => heir.begun.length === 1);
      expect(took).toBeLessThanOrEqual(10_000);
    });

    it('take over at once what one gave back that stopped in order', async () => {
      const leaving = await startWorker();
      leaving.plan('a', untilStopped);
      await leaving.mark('a');
      await leaving.until(() => leaving.running.length === 1);
      const heir = await startWorker({ beside: leaving });
      await leaving.worker.stop();
      expect(
        await heir.advanceUntil(() => heir.begun.length === 1),
      ).toBeLessThanOrEqual(1_500);
    });
  });

  it('goes on when its queue comes back, and tells meanwhile that it cannot be used', async () => {
    let isAway = true;
    const harness = await startWorker({
      wrapQueue: queue => whenAway(queue, () => isAway),
    });
    await harness.mark('a');
    await harness.until(() => harness.queueUse.length > 0);
    expect(harness.queueUse[0]?.message).toContain('away');
    isAway = false;
    await harness.advanceUntil(() => isEmpty(harness));
    expect(harness.queueUse.at(-1)).toBeUndefined();
  });

  it('looks for all that it may have missed when nobody can say what was marked', async () => {
    let tell: (marks: HeardMarks) => void = () => undefined;
    const harness = await startWorker({
      wrapQueue: queue =>
        new Proxy(queue, {
          get: (target, property) => {
            const member: unknown = Reflect.get(target, property, target);
            if (property === 'onMarked') {
              return (listener: typeof tell) => {
                tell = listener;
                return target.onMarked(listener);
              };
            }
            return typeof member === 'function' ? member.bind(target) : member;
          },
        }),
    });
    const scopes: Array<string | undefined> = [];
    harness.plan('a', noting(scopes));
    await harness.mark('a');
    await harness.until(() => harness.running.length === 1);
    const other = await WorkerHarness.create({ beside: harness });
    harnesses.push(other);
    harness.stopReasons.set('a', 'enough');
    await other.mark('a', 'b');
    expect(harness.begun).toEqual(['a']);
    tell('unknown');
    await harness.until(() => scopes.length > 0);
    expect(scopes).toEqual(['aborted']);
    await harness.until(() => harness.begun.includes('b'));
  });

  it('leaves keys alone that none of its lanes takes', async () => {
    const harness = await startWorker();
    const key = { kind: 'Other', namespace: 'p', name: 'x' };
    await harness.queue.markDue([
      { key },
      { key: { ...key, name: 'y' }, afterMs: 1_000 },
      { key: jobKey('a') },
    ]);
    await harness.until(() => harness.begun.length === 1);
    expect(harness.begun).toEqual(['a']);
    await harness.until(async () => (await harness.queue.stats()).rows === 2);
  });

  it('asks the database for nothing while nothing is due', async () => {
    let asked = 0;
    const harness = await startWorker({
      wrapQueue: queue =>
        watched(queue, async () => {
          asked += 1;
        }),
    });
    await harness.until(() => harness.queueUse.length > 0);
    const before = asked;
    await harness.clock.advance(3_600_000);
    expect(asked).toBe(before);
  });

  it('can be started once', async () => {
    const harness = await startWorker();
    expect(() => harness.worker.start()).toThrow(
      'A worker that is running cannot be started',
    );
  });
});

/** A queue whose calls fail while the database is away. */
function whenAway(queue: WorkQueue, isAway: () => boolean): WorkQueue {
  return watched(queue, async () => {
    if (isAway()) {
      throw new Error('The database is away');
    }
  });
}

/** A queue before, and after, each of whose calls something happens. */
function watched(
  queue: WorkQueue,
  before: (property: unknown) => Promise<void>,
  after: (property: unknown) => void | Promise<void> = () => undefined,
): WorkQueue {
  return new Proxy(queue, {
    get: (target, property) => {
      const member: unknown = Reflect.get(target, property, target);
      if (typeof member !== 'function') {
        return member;
      }
      const call = member.bind(target) as (...args: unknown[]) => unknown;
      return property === 'onMarked'
        ? call
        : async (...args: unknown[]) => {
            await before(property);
            try {
              return await call(...args);
            } finally {
              await after(property);
            }
          };
    },
  });
}
