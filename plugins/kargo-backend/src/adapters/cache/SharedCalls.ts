import { SharedCall } from './SharedCall';

/**
 * Lets callers who ask for the same thing at the same time share one call.
 *
 * @remarks
 * A call ends early only when every caller has gone: one subscription that is deleted
 * must not break the discovery of another. Nobody joins a call that is being given up.
 * A forced caller never gets the outcome of a call that began before its work did: all that
 * arrive while such a call is under way share the one after it. Callers with one signal are of
 * one work, such as a look at all that a Warehouse subscribes to.
 */
export class SharedCalls<T> {
  readonly #calls = new Map<string, SharedCall<T>>();
  /** Calls that begin when the running ones of their keys end. */
  readonly #next = new Map<string, SharedCall<T>>();

  /** The running call of a key, or a new one. Throws the signal's reason when it fires. */
  async run(
    key: string,
    signal: AbortSignal | undefined,
    start: (signal: AbortSignal) => Promise<T>,
    { force = false }: { force?: boolean } = {},
  ): Promise<T> {
    signal?.throwIfAborted();
    const running = liveOf(this.#calls, key);
    if (!running) {
      return this.#start(key, start).joinNew(signal);
    }
    if (!force || running.isNewFor(signal)) {
      return running.join(signal);
    }
    const next =
      liveOf(this.#next, key) ?? this.#startAfter(key, running, start);
    return next.joinNew(signal);
  }

  #start(
    key: string,
    start: (signal: AbortSignal) => Promise<T>,
    begunFor?: WeakSet<AbortSignal>,
  ): SharedCall<T> {
    const call = SharedCall.start(async signal => {
      try {
        return await start(signal);
      } finally {
        if (this.#calls.get(key) === call) this.#calls.delete(key);
      }
    }, begunFor);
    this.#calls.set(key, call);
    return call;
  }

  #startAfter(
    key: string,
    before: SharedCall<T>,
    start: (signal: AbortSignal) => Promise<T>,
  ): SharedCall<T> {
    const next: SharedCall<T> = SharedCall.start(async signal => {
      // Only its end matters here; who asked for it hears of its failure.
      await before.join(signal).catch(() => {});
      if (this.#next.get(key) === next) this.#next.delete(key);
      signal.throwIfAborted();
      const running =
        liveOf(this.#calls, key) ?? this.#start(key, start, next.begunFor);
      return running.join(signal);
    });
    this.#next.set(key, next);
    return next;
  }
}

function liveOf<T>(
  calls: ReadonlyMap<string, SharedCall<T>>,
  key: string,
): SharedCall<T> | undefined {
  const call = calls.get(key);
  return call?.isCancelled ? undefined : call;
}
