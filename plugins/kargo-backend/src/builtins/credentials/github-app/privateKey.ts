import { CredentialsRejectedError } from 'backstage-plugin-kargo-node';

const BASE64 = /^[A-Za-z0-9+/=\s]*$/;

/**
 * The PEM of a GitHub App's key, which a Secret holds as it is or in base64.
 *
 * @throws CredentialsRejectedError when it looks like base64 but is not whole: used as
 * PEM it would fail with a message that leads nowhere.
 */
export function decodePrivateKey(given: string): string {
  if (!BASE64.test(given)) {
    return given;
  }
  const text = given.replace(/\s/g, '');
  if (text.length % 4 !== 0 || !/^[^=]+={0,2}$/.test(text)) {
    throw new CredentialsRejectedError(
      'githubAppPrivateKey is probably corrupt: it looks like base64, but cannot be decoded',
    );
  }
  return Buffer.from(text, 'base64').toString('utf8');
}
