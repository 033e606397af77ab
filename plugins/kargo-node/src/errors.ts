import { CustomErrorBase, isError } from '@backstage/errors';

/**
 * Retrying cannot help: the step or the work ends now.
 *
 * @public
 */
export class TerminalError extends CustomErrorBase {
  name = 'TerminalError' as const;
}

/**
 * A remote host is down, throttles or answers oddly. Keep the last known state, back
 * off and try again.
 *
 * @public
 */
export class UpstreamUnavailableError extends CustomErrorBase {
  name = 'UpstreamUnavailableError' as const;
  /** Earliest time to ask again that the host named, epoch milliseconds. */
  readonly retryAt?: number;

  constructor(
    /** Host (with port) that did not answer as it should. */
    readonly host: string,
    message: string,
    options: { cause?: unknown; retryAt?: number } = {},
  ) {
    super(message, options.cause);
    this.retryAt = options.retryAt;
  }
}

/**
 * A remote host refused the credentials, or wanted some and there were none.
 *
 * @public
 */
export class CredentialsRejectedError extends CustomErrorBase {
  name = 'CredentialsRejectedError' as const;
}

/**
 * The revision that a watch asked for is older than the kept history.
 *
 * @public
 */
export class GoneError extends CustomErrorBase {
  name = 'GoneError' as const;
}

function isNamed(name: string) {
  return (error: unknown): error is Error =>
    isError(error) && error.name === name;
}

/** Whether an error, or any of its causes, is a {@link TerminalError}. @public */
export function isTerminalError(error: unknown): boolean {
  let current: unknown = error;
  for (let depth = 0; depth < 10 && isError(current); depth++) {
    if (current.name === 'TerminalError') {
      return true;
    }
    current = current.cause;
  }
  return false;
}

/** @public */
export const isUpstreamUnavailableError = isNamed('UpstreamUnavailableError');
/** @public */
export const isCredentialsRejectedError = isNamed('CredentialsRejectedError');
/** @public */
export const isGoneError = isNamed('GoneError');
/** @public */
export const isConflictError = isNamed('ConflictError');
/** @public */
export const isNotFoundError = isNamed('NotFoundError');
/** @public */
export const isInputError = isNamed('InputError');
