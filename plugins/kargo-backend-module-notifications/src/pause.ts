import { setTimeout as sleep } from 'node:timers/promises';

/** Waits; ends early when the signal fires. */
export async function pause(
  milliseconds: number,
  signal: AbortSignal,
): Promise<void> {
  await sleep(milliseconds, undefined, { signal, ref: false }).catch(error => {
    if (!signal.aborted) {
      throw error;
    }
  });
}
