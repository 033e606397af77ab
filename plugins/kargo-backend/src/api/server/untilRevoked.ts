import { Caller } from './Caller';

/**
 * Does something that lasts, with a signal that also fires when the caller's token is revoked
 * meanwhile.
 *
 * @remarks It fires, too, when nobody can tell whether it was: whoever still has a good token
 * asks again.
 */
export async function untilRevoked(
  caller: Caller | undefined,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  if (!caller?.untilRevoked) {
    await work(signal);
    return;
  }
  const over = new AbortController();
  const revoked = new AbortController();
  const revoke = () => revoked.abort();
  caller
    .untilRevoked(AbortSignal.any([signal, over.signal]))
    .then(revoke, revoke);
  try {
    await work(AbortSignal.any([signal, revoked.signal]));
  } finally {
    over.abort();
  }
}
