import { ApiToken } from 'backstage-plugin-kargo-common';
import { isSameHash, sha256Hex } from '../hash';

/** What a token says of itself: where it is kept, and what proves that it is it. */
export interface TokenText {
  namespace: string;
  name: string;
  secret: string;
}

/** What every token begins with, so that scanners of secrets find it. */
const PREFIX = 'kargo_';

const TEXT = /^kargo_([A-Za-z0-9_-]+)\.([A-Za-z0-9]{64,128})$/;

/**
 * The text of a token, as it is shown once.
 *
 * @remarks
 * Behind the prefix it begins like the tokens of Kubernetes, with `ey`, by which scripts know
 * that they were given one.
 */
export function formatToken({ namespace, name, secret }: TokenText): string {
  const place = Buffer.from(`{"at":"${namespace}/${name}"}`);
  return `${PREFIX}${place.toString('base64url')}.${secret}`;
}

/** Whether a bearer token claims to be one of the API. */
export function looksLikeToken(text: string): boolean {
  return text.startsWith(PREFIX);
}

/** Reads the text of a token; `undefined` when it is none. */
export function parseToken(text: string): TokenText | undefined {
  const [, place, secret] = TEXT.exec(text) ?? [];
  if (place === undefined) {
    return undefined;
  }
  const decoded = Buffer.from(place, 'base64url').toString('utf8');
  const [, namespace, name] =
    /^\{"at":"([^/"\\]+)\/([^/"\\]+)"\}$/.exec(decoded) ?? [];
  return namespace === undefined ? undefined : { namespace, name, secret };
}

/** What is kept of the secret part: 256 bits of chance need no salt. */
export function hashSecret(secret: string): string {
  return sha256Hex(secret);
}

/** Whether the secret part is that of a token; takes as long for any other. */
export function isSecretOf({ spec }: ApiToken, secret: string): boolean {
  return isSameHash(spec.hash, hashSecret(secret));
}
