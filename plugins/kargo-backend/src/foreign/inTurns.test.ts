import { Slices } from '../logic/slices';
import { countTurns } from '../testing/countTurns';
import { inTurns } from './inTurns';

const { signal } = new AbortController();

/** Each takes a millisecond while turns are counted. */
function* takeSteps(count: number): Slices<string> {
  for (let step = 0; step < count; step += 1) {
    yield;
  }
  return 'done';
}

describe('work in turns', () => {
  it('lets other work go on, and comes to its end', async () => {
    let result: string | undefined;
    const turns = await countTurns(async () => {
      result = await inTurns(takeSteps(50), signal);
    });
    expect(result).toBe('done');
    expect(turns).toBeGreaterThanOrEqual(8);
  });

  it('is done at once when there is little of it', async () => {
    const turns = await countTurns(() => inTurns(takeSteps(2), signal));
    expect(turns).toBe(0);
  });

  it('takes no more of a turn when there is much of it', async () => {
    const turns = await countTurns(() =>
      Promise.all(
        Array.from({ length: 10 }, () => inTurns(takeSteps(20), signal)),
      ),
    );
    // Each for itself, all of them would take the same four or five.
    expect(turns).toBeGreaterThanOrEqual(10);
  });

  it('goes on by turns when there is much of it', async () => {
    const order: string[] = [];
    const work = (name: string) =>
      inTurns(
        (function* noteSteps() {
          for (let step = 0; step < 12; step += 1) {
            order.push(name);
            yield;
          }
        })(),
        signal,
      );
    await countTurns(() => Promise.all([work('a'), work('b'), work('c')]));
    const first = (name: string) => order.indexOf(name);
    const last = (name: string) => order.lastIndexOf(name);
    expect(first('b')).toBeLessThan(last('a'));
    expect(first('c')).toBeLessThan(last('a'));
    expect(first('c')).toBeLessThan(last('b'));
  });

  it('is thrown what the work throws', async () => {
    const broken = (function* fail(): Slices<void> {
      yield;
      throw new Error('broken');
    })();
    await expect(inTurns(broken, signal)).rejects.toThrow('broken');
  });

  it('ends when nobody waits any more', async () => {
    const gone = new AbortController();
    await countTurns(async () => {
      const work = inTurns(takeSteps(1_000), gone.signal);
      gone.abort(new Error('gone'));
      await expect(work).rejects.toThrow('gone');
    });
  });
});
