import { FakeClock } from '../../testing/FakeClock';
import { AdaptiveRate } from './AdaptiveRate';

/** A clock on which sleeping takes no time. */
function aClock() {
  let time = 1_000_000;
  return {
    now: () => time,
    monotonic: () => time,
    sleep: async (milliseconds: number) => {
      time += milliseconds;
    },
  };
}

async function timeOf(
  rate: AdaptiveRate,
  clock: { now(): number },
  count: number,
) {
  const start = clock.now();
  for (let index = 0; index < count; index++) await rate.wait();
  return Math.round(clock.now() - start);
}

describe('AdaptiveRate', () => {
  it('lets a burst through and spaces the rest', async () => {
    const clock = aClock();
    const rate = new AdaptiveRate({ clock, maxPerSecond: 20, burst: 10 });
    expect(await timeOf(rate, clock, 10)).toBe(0);
    expect(await timeOf(rate, clock, 20)).toBe(1000);
  });

  it('lets through at once what two seconds allow, unless told otherwise', async () => {
    const clock = aClock();
    const rate = new AdaptiveRate({ clock, maxPerSecond: 20 });
    expect(await timeOf(rate, clock, 40)).toBe(0);
    expect(await timeOf(rate, clock, 20)).toBe(1000);
  });

  it('stays silent as long as it was told, then goes on at half the rate', async () => {
    const clock = aClock();
    const rate = new AdaptiveRate({ clock, maxPerSecond: 20, burst: 1 });
    await rate.wait();
    rate.throttled(clock.now() + 5_000);
    expect(await timeOf(rate, clock, 1)).toBe(5_000);
    expect(rate.perSecond).toBe(10);
  });

  it('pauses a second when it was not told how long', async () => {
    const clock = aClock();
    const rate = new AdaptiveRate({ clock, maxPerSecond: 20 });
    rate.throttled();
    expect(await timeOf(rate, clock, 1)).toBe(1_000);
  });

  it('takes complaints about requests of the same moment as one', () => {
    const rate = new AdaptiveRate({ clock: aClock(), maxPerSecond: 20 });
    for (let index = 0; index < 16; index++) rate.throttled();
    expect(rate.perSecond).toBe(10);
  });

  it.each([-3_600_000, 3_600_000])(
    'spaces and pauses as before when the clock is set by %p ms',
    async milliseconds => {
      const clock = FakeClock.create();
      const rate = new AdaptiveRate({ clock, maxPerSecond: 20, burst: 1 });
      await rate.wait();
      rate.throttled(clock.now() + 5_000);
      clock.jump(milliseconds);
      expect(rate.pauseMs).toBe(5_000);
      const ended: string[] = [];
      rate.wait().then(() => ended.push('after the pause'));
      await clock.advance(4_999);
      expect(ended).toEqual([]);
      await clock.advance(1);
      expect(ended).toEqual(['after the pause']);
      clock.jump(milliseconds);
      rate.wait().then(() => ended.push('at once'));
      rate.wait().then(() => ended.push('at half the rate'));
      await clock.advance(99);
      expect(ended).toEqual(['after the pause', 'at once']);
      await clock.advance(1);
      expect(ended).toHaveLength(3);
    },
  );

  it('recovers by about one per second and never beyond where it began', async () => {
    const clock = aClock();
    const rate = new AdaptiveRate({ clock, maxPerSecond: 20, burst: 1 });
    rate.throttled();
    const start = clock.now();
    while (clock.now() - start < 6_000) {
      await rate.wait();
      rate.succeeded();
    }
    expect(rate.perSecond).toBeGreaterThan(14);
    expect(rate.perSecond).toBeLessThan(16);
    for (let index = 0; index < 1000; index++) rate.succeeded();
    expect(rate.perSecond).toBe(20);
  });

  it('ends a wait with the reason of the caller', async () => {
    const clock = {
      now: () => 0,
      monotonic: () => 0,
      sleep: async (_milliseconds: number, signal?: AbortSignal) => {
        signal?.throwIfAborted();
      },
    };
    const rate = new AdaptiveRate({ clock, maxPerSecond: 1, burst: 1 });
    await rate.wait();
    await expect(
      rate.wait(AbortSignal.abort(new Error('enough'))),
    ).rejects.toThrow('enough');
  });
});
