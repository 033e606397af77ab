/* eslint-disable jest/no-export -- a contract is run by the tests of each adapter */
import { ResourceKey } from 'backstage-plugin-kargo-common';
import { Claim, WorkQueue } from '../ports/WorkQueue';
import { FakeClock } from './FakeClock';
import { seededRandom } from './seededRandom';

/** Creates an empty queue. */
export type CreateQueue = (options: { clock: FakeClock }) => Promise<WorkQueue>;

const LEASE_MS = 30_000;
const retryNow = { afterMs: 0, askedAfterMs: 0 };
const START = Date.parse('2026-01-01T00:00:00Z');

function aKey(name = 'a', kind = 'Stage'): ResourceKey {
  return { kind, namespace: 'p', name };
}

/** Milliseconds until anything of the queue is due. */
async function nextDueIn(queue: WorkQueue): Promise<number | undefined> {
  const [wait] = await queue.nextDueIn([{}]);
  return wait;
}

/** Checks that an adapter keeps the promises of the {@link WorkQueue} port. */
export function workQueueContract(create: CreateQueue): void {
  async function createQueue() {
    const clock = FakeClock.create(START);
    const queue = await create({ clock });
    const claim = (options: { limit?: number; kinds?: string[] } = {}) =>
      queue.claimDue({ limit: 10, leaseForMs: LEASE_MS, ...options });
    const claimNames = async (options?: { limit?: number; kinds?: string[] }) =>
      (await claim(options)).map(({ key }) => key.name).join(' ');
    const mark = (name: string, afterMs = 0) =>
      queue.markDue([{ key: aKey(name), afterMs }]);
    const claimOne = async (): Promise<Claim> => {
      const [first] = await claim({ limit: 1 });
      expect(first).toBeDefined();
      return first;
    };
    return { queue, clock, claim, claimNames, claimOne, mark };
  }

  describe('markDue', () => {
    it('makes a key due at its time, not before', async () => {
      const { clock, claimNames, mark } = await createQueue();
      await mark('a', 1000);
      await clock.advance(999);
      expect(await claimNames()).toBe('');
      await clock.advance(1);
      expect(await claimNames()).toBe('a');
    });

    it.each([
      ['brings a later due time forward', 5000, 1000],
      ['does not put an earlier due time off', 1000, 5000],
    ])('%s', async (_, first, second) => {
      const { queue, mark } = await createQueue();
      await mark('a', first);
      await mark('a', second);
      expect(await nextDueIn(queue)).toBe(1000);
      expect(await queue.stats()).toMatchObject({ rows: 1 });
    });

    it('takes many keys at once and the earliest time of one named twice', async () => {
      const { queue } = await createQueue();
      const keys = Array.from({ length: 450 }, (_, index) => aKey(`k${index}`));
      await queue.markDue([
        ...keys.map(key => ({ key, afterMs: 9000 })),
        { key: aKey('k7'), afterMs: 1000 },
        { key: aKey('k7'), afterMs: 2000 },
      ]);
      expect(await queue.stats()).toEqual({ rows: 450, due: 0, leased: 0 });
      expect(await nextDueIn(queue)).toBe(1000);
      await queue.markDue([]);
    });

    it('does not touch a lease', async () => {
      const { queue, claimNames, claimOne, mark } = await createQueue();
      await mark('a');
      const claim = await claimOne();
      await mark('a');
      expect(await claimNames()).toBe('');
      expect(await queue.extend([claim], LEASE_MS)).toEqual(['askedAgain']);
    });
  });

  describe('claimDue', () => {
    it('takes the oldest due first, no more than asked for, of the kinds asked for', async () => {
      const { queue, clock, claim, claimNames, mark } = await createQueue();
      for (const [name, delay] of [
        ['c', 30],
        ['a', 10],
        ['b', 20],
      ] as const) {
        await mark(name, delay);
      }
      await queue.markDue([{ key: aKey('p', 'Promotion') }]);
      await clock.advance(100);
      expect(await claimNames({ kinds: ['Stage'], limit: 2 })).toBe('a b');
      expect(await claimNames({ kinds: ['Warehouse'] })).toBe('');
      expect(await claimNames({ kinds: [] })).toBe('');
      expect(await claimNames({ limit: 0 })).toBe('');
      const [promotion, stage] = await claim();
      expect(promotion).toMatchObject({
        key: aKey('p', 'Promotion'),
        attempts: 0,
        delayMs: 100,
      });
      expect(stage.key).toEqual(aKey('c'));
    });

    it('takes a row again when its lease ran out', async () => {
      const { queue, clock, claimNames, claimOne, mark } = await createQueue();
      await mark('a');
      const lost = await claimOne();
      await clock.advance(LEASE_MS - 1);
      expect(await claimNames()).toBe('');
      await clock.advance(1);
      const own = await claimOne();

      expect(own.lease).not.toBe(lost.lease);
      expect(await queue.extend([lost], LEASE_MS)).toEqual(['lost']);
      expect(await queue.settle(lost, 'never')).toBe(false);
      await queue.fail(lost, 'too late', retryNow);
      await queue.release(lost);
      expect(await claimNames()).toBe('');
      expect(await queue.extend([own], LEASE_MS)).toEqual(['ours']);
    });
  });

  describe('shares of the slots', () => {
    /** Marks `count` keys of a namespace, due one after another. */
    async function backlog(queue: WorkQueue, clock: FakeClock, plan: string) {
      for (const part of plan.split(' ')) {
        const [namespace, count] = part.split(':');
        for (let index = 0; index < Number(count); index++) {
          const key = { kind: 'Stage', namespace, name: `k${index}` };
          await queue.markDue([{ key }]);
          await clock.advance(1);
        }
      }
    }

    it.each<[string, string, Record<string, number>, number, string]>([
      ['one alone takes half of the slots', 'a:9', {}, 8, 'a:4'],
      ['a single slot is for whoever comes', 'a:9', {}, 1, 'a:1'],
      ['who holds half waits while others may come', 'a:9', { a: 4 }, 4, ''],
      ['a newcomer takes half of the rest', 'a:9 b:9', { a: 4 }, 4, 'b:2'],
      [
        'a backlog does not stand before a newcomer',
        'a:1200 b:2',
        { a: 4 },
        4,
        'b:2',
      ],
      ['the last slot is for who has none', 'a:1 b:1', { b: 1 }, 1, 'a:1'],
      ['equals get equal parts', 'a:9 b:9', {}, 8, 'a:3 b:3'],
      ['a small need is met whole', 'a:1 b:9', {}, 8, 'a:1 b:4'],
      ['no slot, no claim', 'a:1', {}, 0, ''],
    ])('%s (%s, held %j, free %i)', async (_, plan, held, limit, expected) => {
      const { queue, clock } = await createQueue();
      await backlog(queue, clock, plan);
      const claims = await queue.claimDue({
        limit,
        leaseForMs: LEASE_MS,
        kinds: ['Stage'],
        held: new Map(Object.entries(held)),
      });
      const taken = new Map<string, number>();
      for (const { key } of claims) {
        taken.set(key.namespace, (taken.get(key.namespace) ?? 0) + 1);
      }
      expect(
        [...taken]
          .sort()
          .map(([namespace, count]) => `${namespace}:${count}`)
          .join(' '),
      ).toBe(expected);
    });

    it('within a namespace the oldest due come first', async () => {
      const { queue, clock } = await createQueue();
      await backlog(queue, clock, 'a:5');
      const claims = await queue.claimDue({
        limit: 6,
        leaseForMs: LEASE_MS,
        held: new Map(),
      });
      expect(claims.map(({ key }) => key.name)).toEqual(['k0', 'k1', 'k2']);
    });

    it('parallel claimers never share a row', async () => {
      const { queue, clock } = await createQueue();
      await backlog(queue, clock, 'a:20 b:20 c:20');
      const claimed = await Promise.all(
        Array.from({ length: 6 }, () =>
          queue.claimDue({
            limit: 10,
            leaseForMs: LEASE_MS,
            held: new Map([['a', 2]]),
          }),
        ),
      );
      const keys = claimed
        .flat()
        .map(({ key }) => `${key.namespace}/${key.name}`);
      expect(new Set(keys).size).toBe(keys.length);
      expect(keys.length).toBeGreaterThan(0);
    });
  });

  describe('settle', () => {
    it('removes a row that nobody asked for again', async () => {
      const { queue, claimOne, mark } = await createQueue();
      await mark('a');
      expect(await queue.settle(await claimOne(), 'never')).toBe(false);
      expect(await queue.stats()).toEqual({ rows: 0, due: 0, leased: 0 });
    });

    it('sets the next due time', async () => {
      const { queue, clock, claimNames, claimOne, mark } = await createQueue();
      await mark('a');
      await queue.settle(await claimOne(), { afterMs: 5000 });
      expect(await nextDueIn(queue)).toBe(5000);
      await clock.advance(5000);
      expect(await claimNames()).toBe('a');
    });

    it.each([['never' as const], [{ afterMs: 60_000 }]])(
      'keeps a key due that was marked meanwhile, whatever comes next (%j)',
      async next => {
        const { queue, claimNames, claimOne, mark } = await createQueue();
        await mark('a');
        const claim = await claimOne();
        await mark('a');
        expect(await queue.settle(claim, next)).toBe(true);
        expect(await claimNames()).toBe('a');
      },
    );

    it('forgets earlier failures', async () => {
      const { queue, claimOne, mark } = await createQueue();
      await mark('a');
      await queue.fail(await claimOne(), 'no luck', retryNow);
      await queue.settle(await claimOne(), { afterMs: 0 });
      expect((await claimOne()).attempts).toBe(0);
    });
  });

  describe('fail', () => {
    it('counts attempts and is due again when told', async () => {
      const { queue, clock, claimNames, claimOne, mark } = await createQueue();
      await mark('a');
      for (const attempts of [0, 1, 2]) {
        const claim = await claimOne();
        expect(claim.attempts).toBe(attempts);
        await queue.fail(claim, 'x'.repeat(100_000), {
          afterMs: 1000,
          askedAfterMs: 0,
        });
        expect(await claimNames()).toBe('');
        await clock.advance(1000);
      }
    });

    it('counts an attempt whose error holds what databases do not keep', async () => {
      const { queue, claimOne, mark } = await createQueue();
      await mark('a');
      await queue.fail(await claimOne(), 'found "\0\ud800"', retryNow);
      expect((await claimOne()).attempts).toBe(1);
    });

    it('is due at once when marked afterwards, with its failures', async () => {
      const { queue, claimOne, mark } = await createQueue();
      await mark('a');
      await queue.fail(await claimOne(), 'no luck', {
        afterMs: 60_000,
        askedAfterMs: 60_000,
      });
      await mark('a');
      expect(await claimOne()).toMatchObject({ attempts: 1 });
    });

    it('is due sooner when marked during the attempt that failed', async () => {
      const { queue, claimOne, mark } = await createQueue();
      await mark('a');
      const claim = await claimOne();
      await mark('a');
      await queue.fail(claim, 'no luck', {
        afterMs: 300_000,
        askedAfterMs: 1000,
      });
      expect(await nextDueIn(queue)).toBe(1000);
    });
  });

  describe('extend', () => {
    it('prolongs a lease from now on', async () => {
      const { queue, clock, claimNames, claimOne, mark } = await createQueue();
      await mark('a');
      const claim = await claimOne();
      await clock.advance(LEASE_MS - 1);
      expect(await queue.extend([claim], LEASE_MS)).toEqual(['ours']);
      await clock.advance(LEASE_MS - 1);
      expect(await claimNames()).toBe('');
      await clock.advance(1);
      expect(await claimNames()).toBe('a');
    });

    it('is refused when the work has ended', async () => {
      const { queue, claimOne, mark } = await createQueue();
      await mark('a');
      const claim = await claimOne();
      await queue.settle(claim, 'never');
      expect(await queue.extend([claim], LEASE_MS)).toEqual(['lost']);
    });

    it('tells of many at once, in their order, what became of them', async () => {
      const { queue, claim, mark } = await createQueue();
      for (const name of ['a', 'b', 'c']) {
        await mark(name);
      }
      const claims = await claim();
      await queue.settle(claims[0], 'never');
      await queue.markDue([{ key: claims[2].key }]);
      expect(await queue.extend(claims, LEASE_MS)).toEqual([
        'lost',
        'ours',
        'askedAgain',
      ]);
      expect(await queue.extend([], LEASE_MS)).toEqual([]);
    });
  });

  it('releases a claim untouched', async () => {
    const { queue, claimOne, mark } = await createQueue();
    await mark('a');
    await queue.fail(await claimOne(), 'no luck', retryNow);
    await queue.release(await claimOne());
    expect(await claimOne()).toMatchObject({ attempts: 1, delayMs: 0 });
  });

  it('says when a row can next be claimed', async () => {
    const { queue, clock, claimOne, mark } = await createQueue();
    expect(await nextDueIn(queue)).toBeUndefined();
    await mark('a');
    await claimOne();
    // Due, but held: a loop that woke now would find nothing.
    expect(await nextDueIn(queue)).toBe(LEASE_MS);
    await mark('b', 5000);
    expect(await nextDueIn(queue)).toBe(5000);
    expect(await queue.nextDueIn([])).toEqual([]);
    expect(
      await queue.nextDueIn([
        { kinds: ['Promotion'] },
        { kinds: ['Stage'], exceptNamespaces: ['p'] },
        { kinds: ['Stage'], exceptNamespaces: ['q'] },
      ]),
    ).toEqual([undefined, undefined, 5000]);
    await clock.advance(6000);
    expect(await nextDueIn(queue)).toBe(0);
  });

  it('counts rows, due rows and leased rows', async () => {
    const { queue, clock, claimOne, mark } = await createQueue();
    await mark('a');
    await claimOne();
    await mark('b');
    await mark('c', 5000);
    expect(await queue.stats()).toEqual({ rows: 3, due: 1, leased: 1 });
    await clock.advance(LEASE_MS);
    expect(await queue.stats()).toEqual({ rows: 3, due: 3, leased: 0 });
  });

  it('calls listeners back once for the marks of a tick', async () => {
    const { queue, mark } = await createQueue();
    const calls: string[] = [];
    const off = queue.onMarked(marks =>
      calls.push(
        `first ${
          marks === 'unknown' ? marks : marks.map(({ key }) => key.name).join()
        }`,
      ),
    );
    queue.onMarked(() => calls.push('second'));
    await queue.markDue([]);
    expect(calls).toEqual([]);
    await queue.markDue(['a', 'b'].map(name => ({ key: aKey(name) })));
    expect(calls).toEqual(['first a,b', 'second']);
    off();
    await mark('c');
    expect(calls).toEqual(['first a,b', 'second', 'second']);
  });

  describe('at once', () => {
    it('parallel claimers never share a row and take all', async () => {
      const { queue, claim } = await createQueue();
      const names = Array.from({ length: 200 }, (_, index) => `k${index}`);
      await queue.markDue(names.map(name => ({ key: aKey(name) })));
      const claimUntilEmpty = async () => {
        const mine: string[] = [];
        for (;;) {
          const claims = await claim({ limit: 7 });
          expect(claims.length).toBeLessThanOrEqual(7);
          if (claims.length === 0) {
            return mine;
          }
          mine.push(...claims.map(({ key }) => key.name));
        }
      };
      const taken = await Promise.all(
        Array.from({ length: 8 }, claimUntilEmpty),
      );
      // A claimer may find nothing while others hold what is left; nothing is taken twice.
      const all = [...taken.flat(), ...(await claimUntilEmpty())];
      expect(all.sort()).toEqual([...names].sort());
    });

    it.each([1, 2, 3])(
      'every mark is followed by a claim that started after it, and no key is worked twice at once (run %i)',
      async seed => {
        const { queue } = await createQueue();
        const last = await runProtocol(queue, seededRandom(seed));
        for (const [name, mark] of last.marks) {
          expect(last.works.get(name)).toBeGreaterThanOrEqual(mark);
        }
      },
    );
  });
}

/**
 * Lets markers and workers loose on a few keys. Every mark gets a number as it begins,
 * and every work the number of the newest mark as it starts: when all is quiet, the last
 * work of a key must not be older than the last mark of that key.
 */
async function runProtocol(
  queue: WorkQueue,
  random: () => number,
): Promise<{ marks: Map<string, number>; works: Map<string, number> }> {
  const names = ['a', 'b', 'c', 'd', 'e'];
  const lastMark = new Map<string, number>();
  const lastWork = new Map<string, number>();
  const underWork = new Set<string>();
  let marks = 0;

  const markSome = async () => {
    while (marks < 150) {
      marks += 1;
      const name = names[Math.floor(random() * names.length)];
      lastMark.set(name, marks);
      await queue.markDue([{ key: aKey(name) }]);
    }
  };
  const work = async (claim: Claim) => {
    const { name } = claim.key;
    expect(underWork).not.toContain(name);
    underWork.add(name);
    lastWork.set(name, marks);
    for (let turns = Math.floor(random() * 4); turns > 0; turns--) {
      expect(await queue.extend([claim], LEASE_MS)).not.toContain('lost');
    }
    underWork.delete(name);
    const end = random();
    if (end < 0.2) {
      await queue.fail(claim, 'no luck', retryNow);
    } else if (end < 0.3) {
      await queue.release(claim);
    } else {
      await queue.settle(claim, 'never');
    }
  };
  const claimAndWork = async () => {
    while (marks < 150 || (await queue.stats()).rows > 0) {
      const claims = await queue.claimDue({ limit: 2, leaseForMs: LEASE_MS });
      await Promise.all(claims.map(work));
    }
  };
  const workers = Array.from({ length: 4 }, claimAndWork);
  await Promise.all([markSome(), markSome(), ...workers]);

  return { marks: lastMark, works: lastWork };
}
