import { performance } from 'node:perf_hooks';

/** By how many milliseconds looks at the clock have put it forward. */
let ahead = 0;

/**
 * How often the event loop turned, and let other work go on, while something was done.
 *
 * @remarks
 * Of what is done at once, however long it takes, and of what only waits for that, it is none.
 * Each look at the monotonic clock takes a millisecond, so that work which stops when it has
 * taken long stops as often on the fastest machine.
 */
export async function countTurns(
  work: () => Promise<unknown>,
): Promise<number> {
  const now = performance.now.bind(performance);
  const looks = jest.spyOn(performance, 'now').mockImplementation(() => {
    ahead += 1;
    return now() + ahead;
  });
  let turns = 0;
  let next: NodeJS.Immediate = setImmediate(function turn() {
    turns += 1;
    next = setImmediate(turn);
  });
  try {
    await work();
  } finally {
    clearImmediate(next);
    looks.mockRestore();
  }
  return turns;
}
