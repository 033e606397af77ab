import { Clock } from '../../ports/Clock';
import { isStoreUnavailable } from '../../ports/StoreUnavailableError';

const PAUSE_MS = 1_000;
/** A store that is away for this long may be so for hours. */
const PATIENCE_MS = 15_000;

/**
 * Asks the store for a while until it answers: what an attempt has done outside cannot be done again
 * only because the store was away for a moment when that was to be written down.
 *
 * @remarks
 * When it is away for long the lease is lost, and the signal fires. A write may have been
 * stored although no answer came: it has to be one that is refused the second time.
 *
 * @throws what the store throws when it answers; that it does not, in the end or once the signal
 * has fired
 */
export async function untilAnswered<T>(
  ask: () => Promise<T>,
  { clock, signal }: { clock: Clock; signal: AbortSignal },
): Promise<T> {
  const end = clock.monotonic() + PATIENCE_MS;
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      const isOver = signal.aborted || clock.monotonic() >= end;
      if (!isStoreUnavailable(error) || isOver) {
        throw error;
      }
      await clock.sleep(PAUSE_MS, signal);
    }
  }
}
