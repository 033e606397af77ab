/**
 * The server refused or failed a request. `message` is the server's own text.
 *
 * @public
 */
export class KargoRequestError extends Error {
  readonly name = 'KargoRequestError';

  constructor(
    /** HTTP status code; 0 when the stream itself reported the error. */
    readonly status: number,
    message: string,
    /** Machine-readable code, when the server sent one (`out_of_range`, …). */
    readonly code?: string,
  ) {
    super(message);
  }
}

/**
 * Whether an error is a {@link KargoRequestError}, of a given HTTP status if one is
 * named. Compares the name, because a portal may hold two copies of this package.
 *
 * @public
 */
export function isKargoRequestError(
  error: unknown,
  status?: number,
): error is KargoRequestError {
  return (
    error instanceof Error &&
    error.name === 'KargoRequestError' &&
    (status === undefined || (error as KargoRequestError).status === status)
  );
}

/**
 * Whether a watch ended because its starting point is too old: list again.
 *
 * @public
 */
export function isOutOfRangeError(error: unknown): boolean {
  return (
    isKargoRequestError(error) &&
    (error.code === 'out_of_range' || error.status === 410)
  );
}
