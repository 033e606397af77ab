import type { CredentialType } from 'backstage-plugin-kargo-node';
import { BoundedPattern, compilePattern } from '../boundedPattern';
import { byCodeUnit } from '../derivedNames';
import { canonicalText, normalizeRepoURL } from '../repoUrls';

/** A Secret as far as matching a repository needs it; `data` is decoded. */
export interface CredentialSecret {
  name: string;
  data: Record<string, string>;
}

/**
 * The Secret of one namespace that is for a repository: exact URLs first, then patterns,
 * each by name.
 *
 * @remarks
 * Differs: upstream takes whichever comes first by name, although its documentation
 * promises exact before pattern. A pattern sees the URL as written and normalised; one
 * that cannot be compiled is passed over.
 *
 * @param secrets - of the right type, in any order
 */
export function selectSecret<T extends CredentialSecret>(
  secrets: readonly T[],
  type: CredentialType,
  repoURL: string,
): T | undefined {
  const normalized = normalizeRepoURL(type, repoURL);
  const named = secrets
    .filter(secret => secret.data.repoURL)
    .sort((a, b) => byCodeUnit(a.name, b.name));
  const exact = named.find(
    secret =>
      !isPattern(secret) &&
      normalizeRepoURL(type, secret.data.repoURL) === normalized,
  );
  return (
    exact ??
    named.find(secret => {
      const pattern = isPattern(secret)
        ? tryCompile(secret.data.repoURL)
        : undefined;
      return pattern?.matches(repoURL) || pattern?.matches(normalized);
    })
  );
}

function isPattern(secret: CredentialSecret): boolean {
  return secret.data.repoURLIsRegex === 'true';
}

function tryCompile(source: string): BoundedPattern | undefined {
  try {
    // A file or `echo` leaves a line end behind, which no URL has.
    return compilePattern(source.replace(/[\r\n]{1,16}$/, ''));
  } catch {
    // One bad Secret must not hide the others.
    return undefined;
  }
}

/**
 * Whether credentials may go to a URL: never over plain HTTP, except to hosts that are allowed.
 * Whoever asks at the URL may read it more kindly than it is written, blanks in front for one.
 */
export function mayReceiveCredentials(
  repoURL: string,
  isPlainHttpAllowed: (host: string) => boolean,
): boolean {
  const text = canonicalText(repoURL);
  if (!text.startsWith('http:')) {
    return true;
  }
  // Narrow on purpose: what is no plain URL gets nothing.
  const match = /^http:\/\/(?:[^/?#@\\]*@)?([^/?#@\\]+)(?=[/?#]|$)/.exec(text);
  return match !== null && isPlainHttpAllowed(match[1]);
}
