/** How many turns of the event loop others have while some work goes on. */
export async function turnsDuring(work: Promise<unknown>): Promise<number> {
  let turns = 0;
  let isOver = false;
  const tick = () => {
    turns += 1;
    if (!isOver) setImmediate(tick);
  };
  setImmediate(tick);
  try {
    await work;
  } finally {
    isOver = true;
  }
  return turns;
}
