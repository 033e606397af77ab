/** Waits no longer at a time: timers hold no more than 24 days, and clocks are set. */
const LONGEST_WAIT_MS = 24 * 60 * 60 * 1000;
/** As many are remembered: a soak time that many Stages share is one of them. */
const MOST = 10_000;

/** What reminders need. */
export interface RemindersOptions {
  /** Epoch milliseconds. */
  now: () => number;
}

/** Calls back at given times, while the process lives. */
export class Reminders {
  readonly #timers = new Map<string, NodeJS.Timeout>();

  static create(options: RemindersOptions): Reminders {
    return new Reminders(options);
  }

  private constructor(private readonly options: RemindersOptions) {}

  /** A later call of the same name takes the place of an earlier one. */
  at(timeMs: number, name: string, call: () => void): void {
    clearTimeout(this.#timers.get(name));
    this.#timers.delete(name);
    if (this.#timers.size >= MOST) {
      return;
    }
    const waitMs = Math.max(0, timeMs - this.options.now());
    const timer = setTimeout(() => {
      this.#timers.delete(name);
      if (waitMs > LONGEST_WAIT_MS) {
        this.at(timeMs, name, call);
      } else {
        call();
      }
    }, Math.min(waitMs, LONGEST_WAIT_MS));
    timer.unref();
    this.#timers.set(name, timer);
  }

  stop(): void {
    this.#timers.forEach(timer => clearTimeout(timer));
    this.#timers.clear();
  }
}
