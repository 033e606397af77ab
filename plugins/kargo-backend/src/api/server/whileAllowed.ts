import { Clock } from '../../ports/Clock';

/** How often an open stream asks again whether its caller may see it: well within a minute. */
export const RECHECK_MS = 45_000;

/** What is sent while a stream is open. */
type Watch<T> = (signal: AbortSignal) => AsyncIterable<T>;

/**
 * A watch that ends when a check fails that is repeated while it is open.
 *
 * @remarks Also when the check cannot be made: a client that may still see it opens the
 * stream again, and is asked then.
 */
export function whileAllowed<T>(
  watch: Watch<T>,
  check: () => Promise<unknown>,
  clock: Clock,
): Watch<T> {
  return async function* guarded(signal) {
    const ended = new AbortController();
    const lost = new AbortController();
    repeat(check, clock, AbortSignal.any([signal, ended.signal])).catch(error =>
      lost.abort(error),
    );
    try {
      yield* watch(AbortSignal.any([signal, lost.signal]));
    } catch (error) {
      // Whoever lost the permission is told nothing more, not even why.
      if (!lost.signal.aborted) {
        throw error;
      }
    } finally {
      ended.abort();
    }
  };
}

/** Rejects when the check fails, or when the signal ends the waiting. */
async function repeat(
  check: () => Promise<unknown>,
  clock: Clock,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    await clock.sleep(RECHECK_MS, signal);
    await check();
  }
}
