/**
 * How often the event loop turned, and let other work go on, while something was done.
 *
 * @remarks
 * Of what is done at once, however long it takes, and of what only waits for that, it is none.
 */
export async function countTurns(
  work: () => Promise<unknown>,
): Promise<number> {
  let turns = 0;
  let next: NodeJS.Immediate = setImmediate(function turn() {
    turns += 1;
    next = setImmediate(turn);
  });
  try {
    await work();
  } finally {
    clearImmediate(next);
  }
  return turns;
}
