import { SystemClock } from './SystemClock';

describe('SystemClock', () => {
  const clock = SystemClock.create();

  it('tells the time of the machine', () => {
    const before = Date.now();
    const now = clock.now();
    expect(now).toBeGreaterThanOrEqual(before);
    expect(now).toBeLessThanOrEqual(Date.now());
  });

  it('measures with a clock that does not follow that of the wall', () => {
    const wall = jest.spyOn(Date, 'now').mockReturnValue(0);
    const before = clock.monotonic();
    expect(clock.now()).toBe(0);
    expect(clock.monotonic()).toBeGreaterThanOrEqual(before);
    expect(clock.monotonic()).toBeLessThanOrEqual(performance.now());
    wall.mockRestore();
  });

  it('sleeps at least as long as asked', async () => {
    const before = performance.now();
    await clock.sleep(20);
    // Timers count whole milliseconds.
    expect(performance.now() - before).toBeGreaterThanOrEqual(19);
  });

  it('wakes with the reason of the signal', async () => {
    const abort = new AbortController();
    const sleep = clock.sleep(2 ** 40, abort.signal);
    const reason = new Error('shutdown');
    abort.abort(reason);
    await expect(sleep).rejects.toBe(reason);
    await expect(clock.sleep(1, abort.signal)).rejects.toBe(reason);
  });
});
