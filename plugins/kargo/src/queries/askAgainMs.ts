import { isKargoRequestError } from 'backstage-plugin-kargo-common';

/** How soon what could not be loaded is asked for again. */
const FAILED_MS = 10_000;

/** HTTP status that Kargo or another part of the portal, such as its catalog, answered with. */
function statusOf(error: unknown): number | undefined {
  const { statusCode } = (error ?? {}) as { statusCode?: unknown };
  const status = isKargoRequestError(error) ? error.status : statusCode;
  return typeof status === 'number' ? status : undefined;
}

/** Whether another attempt may succeed: what is gone or refused stays so. */
export function isTransient(error: unknown): boolean {
  const status = statusOf(error);
  return status === undefined || status >= 500;
}

/**
 * Whether the portal does not know any more who asks, be it for Kargo or for the next token: at
 * the next attempt it may, because the token is renewed, or because somebody signed in again in
 * another window.
 */
export function isSignedOut(error: unknown): boolean {
  return statusOf(error) === 401;
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
  return error !== null && (isTransient(error) || isSignedOut(error))
    ? FAILED_MS
    : otherwise;
}
