import { SharedCall } from './SharedCall';

/**
 * Lets callers who ask for the same thing at the same time share one call.
 *
 * @remarks
 * A call ends early only when every caller has gone: one subscription that is deleted
 * must not break the discovery of another. Nobody joins a call that is being given up.
 */
export class SharedCalls<T> {
  readonly #calls = new Map<string, SharedCall<T>>();

  /** The running call of a key, or a new one. Throws the signal's reason when it fires. */
  async run(
    key: string,
    signal: AbortSignal | undefined,
    start: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    signal?.throwIfAborted();
    const running = this.#calls.get(key);
    const call =
      running && !running.isCancelled ? running : this.#start(key, start);
    return call.join(signal);
  }

  #start(
    key: string,
    start: (signal: AbortSignal) => Promise<T>,
  ): SharedCall<T> {
    const call = SharedCall.start(async signal => {
      try {
        return await start(signal);
      } finally {
        if (this.#calls.get(key) === call) this.#calls.delete(key);
      }
    });
    this.#calls.set(key, call);
    return call;
  }
}
