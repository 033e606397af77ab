import { once } from 'node:events';
import { Response } from 'express';
import { Clock } from '../../ports/Clock';

/** How long a client may take to read what was sent before more is. */
export const DRAIN_LIMIT_MS = 60_000;

/** Thrown when a client does not read. */
export class ClientStalledError extends Error {
  readonly name = 'ClientStalledError';

  constructor() {
    super(`The client read nothing for ${DRAIN_LIMIT_MS / 1000} seconds`);
  }
}

/**
 * Writes text, and waits while the client is slow to read it.
 *
 * @throws ClientStalledError when it does not read at all; the signal's reason when it fires.
 */
export async function writeSlowly(
  response: Response,
  text: string,
  { clock, signal }: { clock: Clock; signal: AbortSignal },
): Promise<void> {
  signal.throwIfAborted();
  if (response.write(text)) {
    return;
  }
  const drained = new AbortController();
  const limit = AbortSignal.any([signal, drained.signal]);
  try {
    await Promise.race([
      once(response, 'drain', { signal: limit }),
      clock.sleep(DRAIN_LIMIT_MS, limit).then(() => {
        throw new ClientStalledError();
      }),
    ]);
  } finally {
    drained.abort();
  }
}
