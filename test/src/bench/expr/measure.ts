import { performance } from 'node:perf_hooks';

/** How often a piece of work runs per second and how long one run takes. */
export interface Rate {
  readonly perSecond: number;
  readonly microseconds: number;
}

const WARM_UP_MS = 150;
// Short, so that some of them are not interrupted on a busy machine.
const ROUNDS = 40;
const ROUND_MS = 15;

/** Measures synchronous work: the best of some rounds, because other work on the machine only slows it down. */
export function measure(work: () => unknown): Rate {
  const batch = Math.max(1, Math.floor(runFor(work, WARM_UP_MS, 1) / 100));
  let best = 0;
  for (let round = 0; round < ROUNDS; round++) {
    best = Math.max(best, runFor(work, ROUND_MS, batch) / (ROUND_MS / 1000));
  }
  return {
    perSecond: Math.round(best),
    microseconds: Number((1e6 / best).toPrecision(3)),
  };
}

/** Runs in batches for so long and gives the number of runs, scaled to the time asked for. */
function runFor(work: () => unknown, ms: number, batch: number): number {
  const start = performance.now();
  let runs = 0;
  let elapsed = 0;
  while (elapsed < ms) {
    for (let i = 0; i < batch; i++) work();
    runs += batch;
    elapsed = performance.now() - start;
  }
  return (runs * ms) / elapsed;
}
