import { Clock } from '../ports/Clock';

interface Sleeper {
  wakeAt: number;
  wake(): void;
}

/** A clock that stands still until a test moves it. */
export class FakeClock implements Clock {
  #passed = 0;
  /** What the wall shows when no time has passed. */
  #wall: number;
  readonly #sleepers = new Set<Sleeper>();

  /** Starts at a point in time, epoch milliseconds or RFC 3339. */
  static create(start: number | string = '2026-01-01T00:00:00Z'): FakeClock {
    return new FakeClock(
      typeof start === 'number' ? start : new Date(start).getTime(),
    );
  }

  private constructor(start: number) {
    this.#wall = start;
  }

  now(): number {
    return this.#wall + this.#passed;
  }

  monotonic(): number {
    return this.#passed;
  }

  /** Sets the wall clock forward or back, as a time server or a machine that slept does: no time passes. */
  jump(milliseconds: number): void {
    this.#wall += milliseconds;
  }

  /** How many sleeps have not ended yet. */
  get sleepers(): number {
    return this.#sleepers.size;
  }

  async sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    await new Promise<void>((resolve, reject) => {
      const end = new AbortController();
      const sleeper: Sleeper = {
        wakeAt: this.#passed + milliseconds,
        wake: () => {
          this.#sleepers.delete(sleeper);
          end.abort();
          resolve();
        },
      };
      this.#sleepers.add(sleeper);
      signal?.addEventListener(
        'abort',
        () => {
          this.#sleepers.delete(sleeper);
          reject(signal.reason);
        },
        { once: true, signal: end.signal },
      );
    });
  }

  /**
   * Moves the time forward, waking sleepers in the order of their time.
   *
   * @remarks After each of them the event loop turns once, so that what it does next,
   * sleeping again included, happens at the time at which it woke.
   */
  async advance(milliseconds: number): Promise<void> {
    const end = this.#passed + milliseconds;
    for (;;) {
      const next = this.#firstDueBy(end);
      if (!next) {
        break;
      }
      this.#passed = Math.max(this.#passed, next.wakeAt);
      next.wake();
      await turnEventLoop();
    }
    this.#passed = end;
    await turnEventLoop();
  }

  #firstDueBy(end: number): Sleeper | undefined {
    let first: Sleeper | undefined;
    for (const sleeper of this.#sleepers) {
      if (sleeper.wakeAt <= end && (!first || sleeper.wakeAt < first.wakeAt)) {
        first = sleeper;
      }
    }
    return first;
  }
}

function turnEventLoop(): Promise<void> {
  return new Promise(resolve => setImmediate(resolve));
}
