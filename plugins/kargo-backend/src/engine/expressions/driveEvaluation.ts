import { setImmediate } from 'node:timers/promises';
import { Found, Lookup, LookupTable } from '../../expressions/lookups';
import { Paced } from '../../expressions/Paced';

/** More look-ups than this in one evaluation are a mistake in the manifest. */
export const MAX_LOOKUPS = 200;

/** How an evaluation is driven. */
export interface DriveOptions {
  /** The table that the evaluation reads. */
  lookups: LookupTable;
  fetch(lookup: Lookup): Promise<Found | undefined>;
  /** What is wrong when more than {@link MAX_LOOKUPS} are asked for. */
  tooMany(): Error;
  signal: AbortSignal;
}

/**
 * Drives an evaluation to its end: fetches what it asks for, and gives the event loop a turn
 * whenever it stops for one.
 *
 * @throws whatever the evaluation and the look-ups throw, and when the signal aborts
 */
export async function driveEvaluation<T>(
  evaluation: Paced<T>,
  { lookups, fetch, tooMany, signal }: DriveOptions,
): Promise<T> {
  let fetched = 0;
  for (;;) {
    signal.throwIfAborted();
    const step = evaluation.next();
    if (step.done) {
      return step.value;
    }
    const pause = step.value;
    if (pause.kind === 'turn') {
      await setImmediate();
      continue;
    }
    fetched += 1;
    if (fetched > MAX_LOOKUPS) {
      throw tooMany();
    }
    lookups.add(pause.lookup, await fetch(pause.lookup));
  }
}
