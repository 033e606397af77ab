import { isKargoRequestError } from 'backstage-plugin-kargo-common';

/** How soon what could not be loaded is asked for again. */
const FAILED_MS = 10_000;

/**
 * Whether another attempt may succeed: what is gone or refused stays so, also by other parts of
 * the portal, such as its catalog.
 */
export function isTransient(error: unknown): boolean {
  const { statusCode } = (error ?? {}) as { statusCode?: unknown };
  const status = isKargoRequestError(error) ? error.status : statusCode;
  return typeof status !== 'number' || status >= 500;
}

/**
 * Milliseconds after which something on the page is asked for again: soon where it could not be
 * loaded, so that the page goes on by itself once the portal answers; never with `false`.
 *
 * @param otherwise - after an answer
 */
export function askAgainMs(
  error: unknown,
  otherwise: number | false,
): number | false {
  return error !== null && isTransient(error) ? FAILED_MS : otherwise;
}
