import { RateLimit } from './RateLimit';

describe('RateLimit', () => {
  let now = 0;
  let limit: RateLimit;

  beforeEach(() => {
    now = 0;
    limit = new RateLimit(
      { monotonic: () => now },
      { burst: 100, perSecond: 10 },
    );
  });

  function takeMany(key: string, count: number): number {
    return Array.from({ length: count }, () => limit.take(key)).filter(
      wait => wait === 0,
    ).length;
  }

  it('takes a burst and then says when to come again', () => {
    expect(takeMany('a', 150)).toBe(100);
    expect(limit.take('a')).toBe(1);
  });

  it('takes ten a second in the long run', () => {
    takeMany('a', 150);
    now += 1000;
    expect(takeMany('a', 50)).toBe(10);
    now += 3_600_000;
    expect(takeMany('a', 150)).toBe(100);
  });

  it('lets nobody use up what is another receiver’s', () => {
    takeMany('a', 150);
    expect(limit.take('b')).toBe(0);
  });

  it('takes no longer for each the more there are', () => {
    const before = process.cpuUsage();
    for (let index = 0; index < 100_000; index += 1) {
      now += 0.01;
      limit.take(`sender-${index}`);
    }
    // Looking through all of them each time takes minutes.
    expect(process.cpuUsage(before).user / 1000).toBeLessThan(10_000);
  }, 300_000);

  it('still limits after it has seen very many', () => {
    takeMany('a', 150);
    for (let index = 0; index < 10_001; index += 1) {
      limit.take(`other-${index}`);
    }
    expect(limit.take('a')).toBe(1);
    now += 60_000;
    limit.take('one more');
    expect(takeMany('a', 150)).toBe(100);
  });
});
