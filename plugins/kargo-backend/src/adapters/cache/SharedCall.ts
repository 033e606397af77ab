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

  /** Starts the work at once; somebody has to `join` it. */
  static start<T>(work: (signal: AbortSignal) => Promise<T>): SharedCall<T> {
    return new SharedCall(work);
  }

  private constructor(work: (signal: AbortSignal) => Promise<T>) {
    this.#outcome = work(this.#controller.signal);
    // Callers that left do not hear of a failure; it must not count as unhandled.
    this.#outcome.catch(() => {});
  }

  /** Whether all callers left before the end. */
  get isCancelled(): boolean {
    return this.#controller.signal.aborted;
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
