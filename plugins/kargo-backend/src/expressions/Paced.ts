import { JsonValue } from 'backstage-plugin-kargo-common';
import { parseJson } from './jsonText';
import { Lookup, LookupNeeded } from './lookups';

/** What an evaluation stops for. */
export type Pause =
  /** It has taken a while, and others may want to go on. */
  | { kind: 'turn' }
  /** It needs to know this: whoever drives it puts it into the table of look-ups. */
  | { kind: 'lookup'; lookup: Lookup }
  /** Reading this text, which looks like JSON, takes long: it is answered what it is. */
  | { kind: 'json'; text: string };

export const TURN: Pause = { kind: 'turn' };

/** What a long text came to; no value when it is no JSON. */
export type JsonAnswer = { value?: JsonValue } | { refused: string };

/**
 * An evaluation that stops now and then. It goes on where it was, and does nothing twice but
 * the one expression that a look-up ended.
 */
export type Paced<T> = Generator<Pause, T, JsonAnswer | undefined>;

/**
 * Evaluates in one go.
 *
 * @throws LookupNeeded when something is to be looked up, and whatever the evaluation throws
 */
export function atOnce<T>(evaluation: Paced<T>): T {
  let answer: JsonAnswer | undefined;
  for (;;) {
    const step = evaluation.next(answer);
    if (step.done) {
      return step.value;
    }
    const pause = step.value;
    if (pause.kind === 'lookup') {
      throw new LookupNeeded(pause.lookup);
    }
    answer = pause.kind === 'json' ? parseJson(pause.text) : undefined;
  }
}
