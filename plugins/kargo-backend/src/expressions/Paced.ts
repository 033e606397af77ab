import { Lookup, LookupNeeded } from './lookups';

/** What an evaluation stops for. */
export type Pause =
  /** It has taken a while, and others may want to go on. */
  | { kind: 'turn' }
  /** It needs to know this: whoever drives it puts it into the table of look-ups. */
  | { kind: 'lookup'; lookup: Lookup };

/**
 * An evaluation that stops now and then. It goes on where it was, and does nothing twice but
 * the one expression that a look-up ended.
 */
export type Paced<T> = Generator<Pause, T, void>;

/**
 * Evaluates in one go.
 *
 * @throws LookupNeeded when something is to be looked up, and whatever the evaluation throws
 */
export function atOnce<T>(evaluation: Paced<T>): T {
  for (;;) {
    const step = evaluation.next();
    if (step.done) {
      return step.value;
    }
    if (step.value.kind === 'lookup') {
      throw new LookupNeeded(step.value.lookup);
    }
  }
}
