import { Response } from 'express';

/**
 * A signal that fires when the client has gone, also when it went before this was asked:
 * while credentials, permissions and the store were awaited.
 */
export function clientGone(response: Response): AbortSignal {
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  if (response.destroyed || response.closed) {
    gone.abort();
  }
  return gone.signal;
}
