import { Clock } from '../../ports/Clock';

/** Bounds of an {@link AdaptiveRate}, in requests per second. */
export interface AdaptiveRateOptions {
  clock: Clock;
  /** What the rate starts with and recovers to. */
  maxPerSecond: number;
  /** Requests that may go out at once after a pause; two seconds' worth unless told. */
  burst?: number;
}

const SLOWEST_PER_SECOND = 0.5;
/** At 20 a second, a look at the 20 newest tags is more than a second's worth. */
const BURST_SECONDS = 2;
const PAUSE_WITHOUT_ADVICE_MS = 1_000;

/**
 * Spaces requests out, slower after the other side complained and gradually faster
 * again: the rate halves on a complaint and grows by one request per second in every
 * second that went well.
 */
export class AdaptiveRate {
  readonly #options: AdaptiveRateOptions;
  #perSecond: number;
  // Moments are of the monotonic clock: a clock that is set back must not hold up requests.
  /** When the next request would go out if none were ever saved up. */
  #nextSlot = -Infinity;
  #pausedUntil = -Infinity;
  #slowedAt = -Infinity;

  constructor(options: AdaptiveRateOptions) {
    this.#options = options;
    this.#perSecond = options.maxPerSecond;
  }

  get perSecond(): number {
    return this.#perSecond;
  }

  /** How long the other side still wants silence, in milliseconds; 0 when it does not. */
  get pauseMs(): number {
    return Math.max(0, this.#pausedUntil - this.#options.clock.monotonic());
  }

  /** Waits for a turn. */
  async wait(signal?: AbortSignal): Promise<void> {
    const { clock } = this.#options;
    await this.#sleepUntil(this.#reserve(), signal);
    // A complaint may have come in while we slept.
    while (this.pauseMs > 0) {
      await clock.sleep(this.pauseMs, signal);
    }
  }

  /** Notes that a request went well. */
  succeeded(): void {
    this.#perSecond = Math.min(
      this.#options.maxPerSecond,
      this.#perSecond + 1 / this.#perSecond,
    );
  }

  /**
   * Notes that the other side asked for fewer requests, and until when to stay silent.
   *
   * @param retryAt - epoch milliseconds
   */
  throttled(retryAt?: number): void {
    const { clock } = this.#options;
    const pauseMs =
      retryAt === undefined ? PAUSE_WITHOUT_ADVICE_MS : retryAt - clock.now();
    this.#pausedUntil = Math.max(
      this.#pausedUntil,
      clock.monotonic() + pauseMs,
    );
    this.slowDown();
  }

  /** Halves the rate; requests that were under way together count as one complaint. */
  slowDown(): void {
    const now = this.#options.clock.monotonic();
    if (now - this.#slowedAt < 1_000) return;
    this.#slowedAt = now;
    this.#perSecond = Math.max(SLOWEST_PER_SECOND, this.#perSecond / 2);
  }

  #reserve(): number {
    const now = this.#options.clock.monotonic();
    const spacing = 1_000 / this.#perSecond;
    const burst =
      this.#options.burst ?? Math.max(1, BURST_SECONDS * this.#perSecond);
    const slot = Math.max(this.#nextSlot, now);
    this.#nextSlot = slot + spacing;
    return slot - (burst - 1) * spacing;
  }

  async #sleepUntil(time: number, signal?: AbortSignal): Promise<void> {
    const pause = time - this.#options.clock.monotonic();
    if (pause > 0) await this.#options.clock.sleep(pause, signal);
  }
}
