import { FakeClock } from './FakeClock';

describe('FakeClock', () => {
  it('stands still until it is moved', async () => {
    const clock = FakeClock.create('2026-01-01T00:00:00Z');
    const start = clock.now();
    await clock.advance(1500);
    expect(clock.now() - start).toBe(1500);
  });

  it('wakes sleepers in the order of their time, at their time', async () => {
    const clock = FakeClock.create(0);
    const woken: string[] = [];
    const sleep = async (name: string, milliseconds: number) => {
      await clock.sleep(milliseconds);
      woken.push(`${name}@${clock.now()}`);
    };
    const sleeps = [
      sleep('late', 100),
      sleep('early', 50),
      // Sleeps again as soon as it wakes.
      sleep('first', 10).then(() => sleep('second', 10)),
    ];
    await clock.advance(99);
    expect(woken).toEqual(['first@10', 'second@20', 'early@50']);
    expect(clock.sleepers).toBe(1);
    await clock.advance(1);
    await Promise.all(sleeps);
    expect(woken[3]).toBe('late@100');
    expect(clock.sleepers).toBe(0);
  });

  it('jumps without waking anybody, and what is measured stays right', async () => {
    const clock = FakeClock.create(0);
    let isAwake = false;
    const sleep = clock.sleep(100).then(() => {
      isAwake = true;
    });
    clock.jump(3_600_000);
    await clock.advance(99);
    expect([clock.now(), clock.monotonic()]).toEqual([3_600_099, 99]);
    expect(isAwake).toBe(false);
    await clock.advance(1);
    await sleep;
  });

  it('rejects with the reason of the signal', async () => {
    const clock = FakeClock.create(0);
    const abort = new AbortController();
    const sleep = clock.sleep(100, abort.signal);
    abort.abort('enough');
    await expect(sleep).rejects.toBe('enough');
    await expect(clock.sleep(1, abort.signal)).rejects.toBe('enough');
    expect(clock.sleepers).toBe(0);
  });
});
