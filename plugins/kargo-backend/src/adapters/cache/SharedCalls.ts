interface SharedCall<T> {
  readonly promise: Promise<T>;
  readonly controller: AbortController;
  callers: number;
}

/**
 * Lets callers who ask for the same thing at the same time share one call.
 *
 * @remarks
 * A call ends early only when every caller has gone: one subscription that is deleted
 * must not break the discovery of another.
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
    const call = this.#calls.get(key) ?? this.#start(key, start);
    call.callers += 1;
    const abort = signal && rejectOnAbort(signal);
    try {
      return await (abort
        ? Promise.race([call.promise, abort.promise])
        : call.promise);
    } finally {
      abort?.stop();
      call.callers -= 1;
      if (call.callers === 0) this.#leave(key, call);
    }
  }

  #start(
    key: string,
    start: (signal: AbortSignal) => Promise<T>,
  ): SharedCall<T> {
    const controller = new AbortController();
    const promise = start(controller.signal);
    const call = { promise, controller, callers: 0 };
    const forget = () => {
      if (this.#calls.get(key) === call) this.#calls.delete(key);
    };
    // Callers see the failure; this branch only keeps it from counting as unhandled
    // once they have all gone.
    promise.then(forget, forget);
    this.#calls.set(key, call);
    return call;
  }

  #leave(key: string, call: SharedCall<T>): void {
    if (this.#calls.get(key) === call) this.#calls.delete(key);
    call.controller.abort(new Error('nobody waits for this call any more'));
  }
}

function rejectOnAbort(signal: AbortSignal): {
  promise: Promise<never>;
  stop(): void;
} {
  let listener = () => {};
  const promise = new Promise<never>((_resolve, reject) => {
    listener = () => reject(signal.reason);
    signal.addEventListener('abort', listener, { once: true });
  });
  return {
    promise,
    stop: () => signal.removeEventListener('abort', listener),
  };
}
