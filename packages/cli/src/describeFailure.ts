import {
  isKargoRequestError,
  KargoRequestError,
} from 'backstage-plugin-kargo-common';

const NOT_KARGO =
  "the server did not answer as Kargo does; the address of a portal's API ends in /api/kargo";

/** What to tell the person about an error that ended a command, without a stack. */
export function describeFailure(error: unknown): string {
  if (isKargoRequestError(error, 401)) {
    return `the server does not accept the token (${error.message}); run 'kargo login' with a new one`;
  }
  if (error instanceof SyntaxError) {
    // A portal answers unknown addresses with its page, and 200.
    return NOT_KARGO;
  }
  if (isOfAnotherServer(error)) {
    return `${NOT_KARGO}: ${error.message}`;
  }
  if (error instanceof Error) {
    return error.message;
  }
  return String(error);
}

/** What servers say of an address that they do not know; the rest may be said by a proxy before Kargo. */
const UNKNOWN_ADDRESS: readonly number[] = [404, 405];

/** Whether there is no such address, and nothing but the status says so: Kargo always gives a reason. */
function isOfAnotherServer(error: unknown): error is KargoRequestError {
  return (
    isKargoRequestError(error) &&
    UNKNOWN_ADDRESS.includes(error.status) &&
    new RegExp(`^${error.status}( [A-Za-z ]+)?$`).test(error.message)
  );
}
