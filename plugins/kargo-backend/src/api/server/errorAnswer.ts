import { isError } from '@backstage/errors';
import { InvalidResourceError } from '../../logic/admission/InvalidResourceError';

/** What an error looks like to a client. */
export interface ErrorAnswer {
  status: number;
  headers?: Record<string, string>;
  body: { error: string; problems?: InvalidResourceError['problems'] };
}

/** Status codes by the name of the error: packages can be installed twice. */
const STATUS: Record<string, number> = {
  InputError: 400,
  AuthenticationError: 401,
  NotAllowedError: 403,
  NotFoundError: 404,
  ConflictError: 409,
  InvalidResourceError: 422,
  TaskInflationError: 422,
  NotImplementedError: 501,
  ResourceTooLargeError: 413,
  RefreshTooSoonError: 429,
  TooManyLoginsError: 429,
  ServiceUnavailableError: 503,
  URIError: 400,
};

/** When to ask again after a 503: a database that restarts takes a few seconds. */
const RETRY_AFTER_SECONDS = '5';

/** The text for everything that nobody outside should know more about. */
export const UNEXPECTED = 'An unexpected error occurred';

/** Translates an error; what is not known becomes an opaque 500. */
export function errorAnswer(error: unknown): ErrorAnswer {
  if (!isError(error)) {
    return { status: 500, body: { error: UNEXPECTED } };
  }
  if ((error as { type?: unknown }).type === 'entity.too.large') {
    const { limit } = error as { limit?: number };
    return {
      status: 413,
      body: { error: `The body is larger than the limit of ${limit} bytes` },
    };
  }
  const status = STATUS[error.name] ?? clientFault(error);
  const retryAfter = retryAfterOf(error, status);
  return {
    status,
    ...(retryAfter && { headers: { 'Retry-After': retryAfter } }),
    body: {
      error: status === 500 ? UNEXPECTED : error.message,
      ...(error.name === 'InvalidResourceError' && {
        problems: (error as unknown as InvalidResourceError).problems,
      }),
    },
  };
}

/** Whole seconds after which it is worth to ask again, if it ever is. */
function retryAfterOf(error: Error, status: number): string | undefined {
  const { retryAfterSeconds } = error as { retryAfterSeconds?: number };
  return status === 429
    ? String(retryAfterSeconds)
    : { 503: RETRY_AFTER_SECONDS }[status];
}

/** Faults that the body parser found: a bad charset or encoding, an aborted request. */
function clientFault(error: Error): number {
  const { status, expose } = error as { status?: unknown; expose?: unknown };
  const isClients =
    expose === true && typeof status === 'number' && status < 500;
  return isClients ? status : 500;
}
