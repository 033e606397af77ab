/** Milliseconds of repeated runs. */
export interface Timing {
  median: number;
  slowest: number;
}

/** Runs work a few times to warm up and then measures it. */
export async function timeIt(
  work: (run: number) => Promise<unknown>,
  runs = 20,
): Promise<Timing> {
  await work(0);
  const times: number[] = [];
  for (let run = 1; run <= runs; run++) {
    const start = performance.now();
    await work(run);
    times.push(performance.now() - start);
  }
  times.sort((a, b) => a - b);
  return {
    median: round(times[Math.floor(times.length / 2)]),
    slowest: round(times[times.length - 1]),
  };
}

/** How many times a second `count` pieces of work were done. */
export async function ratePerSecond(
  count: number,
  work: () => Promise<unknown>,
): Promise<number> {
  const start = performance.now();
  await work();
  return Math.round((count * 1000) / (performance.now() - start));
}

function round(milliseconds: number): number {
  return Math.round(milliseconds * 100) / 100;
}
