/**
 * Work that several callers wait for; it is cancelled when none is left.
 *
 * @remarks
 * A caller that gives up leaves with the reason of its own signal and does not disturb
 * the others.
 */
export class SharedCall<T> {
  readonly #controller = new AbortController();
  readonly #outcome: Promise<T>;
  #waiting = 0;

  /**
   * Starts the work at once; somebody has to `join` it.
   *
   * @param begunFor - whose wish the call follows: callers of these signals want to know what
   *   is there since before it began; it may grow until then
   */
  static start<T>(
    work: (signal: AbortSignal) => Promise<T>,
    begunFor = new WeakSet<AbortSignal>(),
  ): SharedCall<T> {
    return new SharedCall(work, begunFor);
  }

  private constructor(
    work: (signal: AbortSignal) => Promise<T>,
    readonly begunFor: WeakSet<AbortSignal>,
  ) {
    this.#outcome = work(this.#controller.signal);
    // Callers that left do not hear of a failure; it must not count as unhandled.
    this.#outcome.catch(() => {});
  }

  /** Whether all callers left before the end. */
  get isCancelled(): boolean {
    return this.#controller.signal.aborted;
  }

  /** Whether it began after the caller's work did, of which the signal is. */
  isNewFor(signal: AbortSignal | undefined): boolean {
    return signal !== undefined && this.begunFor.has(signal);
  }

  /** As `join`, of a call that is yet to begin, or just has. */
  joinNew(signal?: AbortSignal): Promise<T> {
    if (signal) {
      this.begunFor.add(signal);
    }
    return this.join(signal);
  }

  /** Waits for the outcome, or until the caller's signal fires. */
  async join(signal?: AbortSignal): Promise<T> {
    this.#waiting += 1;
    let onAbort = () => {};
    try {
      signal?.throwIfAborted();
      if (!signal) {
        return await this.#outcome;
      }
      const aborted = new Promise<never>((_, reject) => {
        onAbort = () => reject(signal.reason);
        signal.addEventListener('abort', onAbort);
      });
      return await Promise.race([this.#outcome, aborted]);
    } finally {
      signal?.removeEventListener('abort', onAbort);
      this.#waiting -= 1;
      if (this.#waiting === 0) {
        this.#controller.abort(new Error('nobody waits any more'));
      }
    }
  }
}
