import { isKargoRequestError } from 'backstage-plugin-kargo-common';

/** What to tell the person about an error that ended a command, without a stack. */
export function describeFailure(error: unknown): string {
  if (isKargoRequestError(error, 401)) {
    return `the server does not accept the token (${error.message}); run 'kargo login' with a new one`;
  }
  if (error instanceof SyntaxError) {
    // A portal answers unknown addresses with its page, and 200.
    return "the server did not answer as Kargo does; the address of a portal's API ends in /api/kargo";
  }
  if (error instanceof Error) {
    return error.message;
  }
  return String(error);
}
