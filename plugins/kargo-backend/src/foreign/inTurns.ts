import { performance } from 'node:perf_hooks';
import { setImmediate } from 'node:timers';

/** How much of one turn of the event loop may be taken, by all who work in slices together. */
const SLICE_MS = 5;

/** When the first of them began in this turn, if any did. */
let begunAt: number | undefined;
/** Those whose time is over, in the order in which they came. */
const waiting: Array<() => void> = [];

/**
 * Does work that stops every few steps, such as on a long list, in several turns of the
 * event loop, so that other work goes on meanwhile. What takes less than its share of one is
 * done in this one. Who works at the same time goes on one after another, each for a slice.
 *
 * @throws the reason of the signal when it fires
 */
export function inTurns<T>(
  work: Iterator<undefined, T, undefined>,
  signal?: AbortSignal,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const goOn = () => {
      try {
        signal?.throwIfAborted();
        do {
          const step = work.next();
          if (step.done) {
            resolve(step.value);
            return;
          }
        } while (hasTime());
        waiting.push(goOn);
      } catch (error) {
        reject(error);
      }
    };
    if (hasTime()) {
      goOn();
    } else {
      waiting.push(goOn);
    }
  });
}

function hasTime(): boolean {
  if (begunAt === undefined) {
    begunAt = performance.now();
    setImmediate(turn);
    return true;
  }
  return performance.now() - begunAt < SLICE_MS;
}

function turn(): void {
  begunAt = undefined;
  while (waiting.length > 0 && hasTime()) {
    waiting.shift()?.();
  }
}
