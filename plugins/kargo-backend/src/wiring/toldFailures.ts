import { LoggerService } from '@backstage/backend-plugin-api';
import { toError } from '@backstage/errors';

/**
 * A task of the portal's scheduler whose failures are logged: of those that every replica runs
 * for itself the scheduler tells nobody. It fails all the same, for the scheduler's own records.
 *
 * @param message - what has failed
 */
export function toldFailures(
  logger: LoggerService,
  message: string,
  task: (signal: AbortSignal) => Promise<unknown>,
): (signal: AbortSignal) => Promise<void> {
  return async signal => {
    try {
      await task(signal);
    } catch (error) {
      logger.error(message, toError(error));
      throw error;
    }
  };
}
