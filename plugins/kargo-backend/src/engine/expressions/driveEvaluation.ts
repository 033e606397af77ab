import { Found, Lookup, LookupTable } from '../../expressions/lookups';
import { JsonAnswer, Paced, Pause } from '../../expressions/Paced';
import { inTurns } from '../../foreign/inTurns';
import { readIfJson } from '../../foreign/json';
import { RENDERED_LIMITS } from '../../foreign/limits';
import { Slices } from '../../logic/slices';

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
 * Drives an evaluation to its end: fetches what it asks for, has long texts read elsewhere,
 * and lets others go on whenever it stops for that, other evaluations among them.
 *
 * @throws whatever the evaluation and the look-ups throw, and when the signal aborts
 */
export async function driveEvaluation<T>(
  evaluation: Paced<T>,
  { lookups, fetch, tooMany, signal }: DriveOptions,
): Promise<T> {
  let fetched = 0;
  let answer: JsonAnswer | undefined;
  for (;;) {
    const step = await inTurns(untilAsked(evaluation, answer), signal);
    if (step.done) {
      return step.value;
    }
    const asked = step.value;
    if (asked.kind === 'json') {
      answer = await readIfJson(asked.text, RENDERED_LIMITS, { signal });
      continue;
    }
    fetched += 1;
    if (fetched > MAX_LOOKUPS) {
      throw tooMany();
    }
    lookups.add(asked.lookup, await fetch(asked.lookup));
    answer = undefined;
  }
}

/** Goes on until the evaluation ends or asks for something. */
function* untilAsked<T>(
  evaluation: Paced<T>,
  answer: JsonAnswer | undefined,
): Slices<IteratorResult<Exclude<Pause, { kind: 'turn' }>, T>> {
  let given = answer;
  for (;;) {
    const step = evaluation.next(given);
    if (step.done) {
      return step;
    }
    const { value, done } = step;
    if (value.kind !== 'turn') {
      return { value, done };
    }
    given = undefined;
    yield;
  }
}
