import { performance } from 'node:perf_hooks';
import { setImmediate } from 'node:timers/promises';

/** How much of one turn of the event loop may be taken, by all who work in slices together. */
const SLICE_MS = 5;

/** The turn that everybody waits for whose time in this one is over. */
let nextTurn: Promise<void> | undefined;
let turnedAt = 0;

/**
 * Does work that stops every few steps, such as on a long list, in several turns of the
 * event loop, so that other work goes on meanwhile.
 *
 * @throws the reason of the signal when it fires
 */
export async function inTurns<T>(
  work: Iterator<undefined, T, undefined>,
  signal?: AbortSignal,
): Promise<T> {
  for (;;) {
    const step = work.next();
    if (step.done) {
      return step.value;
    }
    if (performance.now() - turnedAt >= SLICE_MS) {
      await (nextTurn ??= turn());
      signal?.throwIfAborted();
    }
  }
}

async function turn(): Promise<void> {
  await setImmediate();
  nextTurn = undefined;
  turnedAt = performance.now();
}
