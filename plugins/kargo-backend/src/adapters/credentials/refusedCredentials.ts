import {
  isCredentialsRejectedError,
  RepoCredentials,
} from 'backstage-plugin-kargo-node';

/** By what they are, not by what they say: the same words made anew have not been refused. */
const refused = new WeakSet<RepoCredentials>();

/**
 * Notes that a host refused credentials, if that is what failed: a token may be taken back
 * long before it expires, or may less than one that is made now. Gives back the error.
 */
export function noteRefusal<E>(
  error: E,
  credentials: RepoCredentials | undefined,
): E {
  if (credentials && isCredentialsRejectedError(error)) {
    refused.add(credentials);
  }
  return error;
}

/** Whether a host has refused these very credentials. */
export function wereRefused(credentials: RepoCredentials): boolean {
  return refused.has(credentials);
}
