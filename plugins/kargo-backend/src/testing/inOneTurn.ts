import { Slices } from '../logic/slices';

/** Does all of the work in this turn. */
export function inOneTurn<T>(work: Slices<T>): T {
  for (;;) {
    const step = work.next();
    if (step.done) {
      return step.value;
    }
  }
}
