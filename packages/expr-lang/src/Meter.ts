import { fail } from './errors';

/** Upper bounds of one run. @public */
export interface Limits {
  /** Units of memory for lists and maps that the expression builds; reaching it is an error. */
  readonly memory: number;
  /** Elementary steps; bounds the time of nested predicates and deep comparisons. */
  readonly steps: number;
  /** Longest text an operation may make, in UTF-16 units. */
  readonly stringLength: number;
}

/** The bounds used where a caller gives none; the memory budget is that of upstream. @public */
export const DEFAULT_LIMITS: Limits = {
  memory: 1_000_000,
  steps: 5_000_000,
  stringLength: 10_000_000,
};

/** Counts what one run uses and ends it when a limit is reached. @public */
export class Meter {
  private memory = 0;
  private steps = 0;

  constructor(private readonly limits: Limits) {}

  /** Charges for `units` list or map entries. */
  grow(units: number): void {
    this.memory += units;
    if (this.memory >= this.limits.memory) {
      fail('memory-budget', 'the expression uses too much memory');
    }
  }

  /** Charges for `count` elementary steps. */
  step(count: number): void {
    this.steps += count;
    if (this.steps > this.limits.steps) {
      fail('step-limit', 'the expression takes too many steps');
    }
  }

  /** Refuses a text that would become too long. */
  fits(length: number): void {
    if (length > this.limits.stringLength) {
      fail('string-limit', 'a text of the expression becomes too long');
    }
  }
}
