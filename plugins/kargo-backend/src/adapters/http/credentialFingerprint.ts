import { RepoCredentials } from 'backstage-plugin-kargo-node';
import { sha256Hex } from '../../logic/hash';

/** A key that is equal for equal credentials and tells nothing about them. */
export function credentialFingerprint(
  credentials: RepoCredentials | undefined,
): string {
  const username = credentials?.username ?? '';
  const password = credentials?.password?.reveal() ?? '';
  return username || password
    ? sha256Hex(JSON.stringify([username, password]))
    : 'anonymous';
}

/** The `Authorization` of credentials; `undefined` unless both user and password are there. */
export function basicAuthorization(
  credentials: RepoCredentials | undefined,
): string | undefined {
  const { username, password } = credentials ?? {};
  const secret = password?.reveal();
  if (!username || !secret) return undefined;
  return `Basic ${Buffer.from(`${username}:${secret}`).toString('base64')}`;
}
