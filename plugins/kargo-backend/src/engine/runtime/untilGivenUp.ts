import { Clock } from '../../ports/Clock';

/** How work ended that was asked to stop, or not. */
export type WorkEnd<T> =
  | { kind: 'returned'; value: T }
  | { kind: 'threw'; error: unknown }
  /** It goes on although it was asked to stop; what it comes to is ignored. */
  | { kind: 'abandoned' };

/**
 * Waits for work to end, but not for longer than `graceMs` after the signal fired, and
 * never rejects.
 */
export async function untilGivenUp<T>(
  work: () => Promise<T>,
  options: { signal: AbortSignal; graceMs: number; clock: Clock },
): Promise<WorkEnd<T>> {
  const over = new AbortController();
  const ending = work().then(
    (value): WorkEnd<T> => ({ kind: 'returned', value }),
    (error): WorkEnd<T> => ({ kind: 'threw', error }),
  );
  try {
    return await Promise.race([ending, giveUp({ ...options, over })]);
  } finally {
    over.abort('over');
  }
}

/** Resolves only when the signal has fired and the grace is over before the work is. */
function giveUp(options: {
  signal: AbortSignal;
  graceMs: number;
  clock: Clock;
  over: AbortController;
}): Promise<{ kind: 'abandoned' }> {
  const { signal, graceMs, clock, over } = options;
  return new Promise(resolve => {
    const startGrace = () => {
      clock.sleep(graceMs, over.signal).then(
        () => resolve({ kind: 'abandoned' }),
        // The work ended before.
        () => undefined,
      );
    };
    if (signal.aborted) {
      startGrace();
    } else {
      signal.addEventListener('abort', startGrace, {
        once: true,
        signal: over.signal,
      });
    }
  });
}
