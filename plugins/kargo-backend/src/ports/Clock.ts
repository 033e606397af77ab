/** Where the engine gets its time, so that tests can move it. */
export interface Clock {
  /** Epoch milliseconds: what people are shown. May jump, in both directions. */
  now(): number;
  /**
   * Milliseconds since some moment, by a clock that never jumps: what durations are
   * measured with.
   */
  monotonic(): number;
  /** Resolves after the time has passed on this clock, or rejects when the signal fires. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
}
