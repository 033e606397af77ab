import { LoggerService } from '@backstage/backend-plugin-api';
import { Request, Response } from 'express';
import { maskPasswords } from '../../logic/urlPassword';
import { Clock } from '../../ports/Clock';
import { Caller } from './Caller';

/**
 * Logs a request once it is over, with who asked: the line that the portal writes of it does
 * not know them, and the audit log tells of changes alone.
 *
 * @remarks Without parameters, which may hold what is searched for; a watch is over when it ends.
 */
export function logRequest(
  { method, baseUrl, path }: Request,
  response: Response,
  { actor }: Pick<Caller, 'actor'>,
  { logger, clock }: { logger: LoggerService; clock: Clock },
): void {
  const startedAt = clock.monotonic();
  response.once('close', () => {
    const url = maskPasswords(baseUrl + path);
    const { statusCode: status } = response;
    logger.info(`${method} ${url} ${status} of ${actor}`, {
      ...{ type: 'request', actor, method, url, status },
      durationMs: Math.round(clock.monotonic() - startedAt),
    });
  });
}
