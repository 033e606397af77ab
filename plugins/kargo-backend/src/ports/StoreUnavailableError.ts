import { isError, ServiceUnavailableError } from '@backstage/errors';

/**
 * The store could not be asked, did not answer in time, or cannot read here what another
 * replica has encrypted. It says nothing about what was asked: what is promoted or verified is
 * tried again, and has not failed.
 */
export class StoreUnavailableError extends ServiceUnavailableError {}

/** Whether an error, or any of its causes, is a {@link StoreUnavailableError}. */
export function isStoreUnavailable(error: unknown): boolean {
  let current: unknown = error;
  for (let depth = 0; depth < 10 && isError(current); depth++) {
    if (current instanceof StoreUnavailableError) {
      return true;
    }
    current = current.cause;
  }
  return false;
}
