import { fail } from './errors';

/** Upper bounds of one run. @public */
export interface Limits {
  /** Units of memory for lists and maps that the expression builds; reaching it is an error. */
  readonly memory: number;
  /**
   * Elementary steps, each about a tenth of a microsecond: whatever takes time is charged,
   * by the elements that are looked at or built and the characters that are read.
   */
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

/** Takes note of elementary steps. @public */
export interface StepCounter {
  /** @throws ExpressionError of code `step-limit` when there are too many. */
  step(count: number): void;
}

/** Steps that several runs have together. @public */
export class StepBudget implements StepCounter {
  private taken = 0;

  constructor(private readonly steps: number) {}

  /** How many were taken, also those that were too many. */
  get used(): number {
    return this.taken;
  }

  /** How many may still be taken. */
  get left(): number {
    return Math.max(0, this.steps - this.taken);
  }

  step(count: number): void {
    this.taken += count;
    if (this.taken > this.steps) this.refuse();
  }

  /** @throws ExpressionError of code `step-limit` */
  refuse(): never {
    return fail(
      'step-limit',
      `the expressions take too many steps together; they may take ${this.steps}`,
    );
  }

  /** Takes note of steps that cannot be refused any more. */
  charge(count: number): void {
    this.taken += count;
  }
}

/** UTF-16 units that are read in one step. */
const UNITS_PER_STEP = 16;
/** UTF-16 units that are compared in one step. */
const COMPARISONS_PER_STEP = 1024;
/** Elements of a list that are copied in one step. */
const ELEMENTS_PER_STEP = 4;

/** Counts what one run uses and ends it when a limit is reached. */
export class Meter implements StepCounter {
  private memory = 0;
  private steps = 0;
  /** Steps at which the run ends, by its own limit or by what is left for all. */
  private readonly mostSteps: number;

  constructor(
    private readonly limits: Limits,
    private readonly budget?: StepBudget,
  ) {
    this.mostSteps = budget
      ? Math.min(limits.steps, budget.left)
      : limits.steps;
  }

  /** How many steps may still be taken. */
  get left(): number {
    return Math.max(0, this.mostSteps - this.steps);
  }

  /**
   * Charges for `units` list or map entries that are built.
   *
   * @param steps - that building them takes
   */
  grow(units: number, steps = units): void {
    this.memory += units;
    if (this.memory >= this.limits.memory) {
      fail('memory-budget', 'the expression uses too much memory');
    }
    this.step(steps);
  }

  /** Charges for `count` elementary steps. */
  step(count: number): void {
    this.steps += count;
    if (this.steps <= this.mostSteps) return;
    if (this.mostSteps < this.limits.steps) this.budget?.refuse();
    fail(
      'step-limit',
      `the expression takes too many steps; it may take ${this.limits.steps}`,
    );
  }

  /** Charges for reading so many UTF-16 units of a text, or bytes. */
  read(length: number): void {
    this.step(length / UNITS_PER_STEP);
  }

  /** Charges for reading a value to its end if it is a text; a look at anything else is free. */
  readText(value: unknown): void {
    if (typeof value === 'string' || value instanceof Uint8Array) {
      this.read(value.length);
    }
  }

  /** Charges for searching a text for another: at worst each place is compared to its end. */
  search(text: string, part: string): void {
    this.step((text.length * part.length) / COMPARISONS_PER_STEP);
  }

  /** Charges for copying so many elements of a list. */
  copy(length: number): void {
    this.step(length / ELEMENTS_PER_STEP);
  }

  /** Refuses a text that would become too long. */
  fits(length: number): void {
    if (length > this.limits.stringLength) {
      fail('string-limit', 'a text of the expression becomes too long');
    }
  }

  /** Charges the budget of all runs for this one, however it ended. */
  settle(): void {
    this.budget?.charge(this.steps);
  }
}
