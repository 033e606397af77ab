import { Secret } from 'backstage-plugin-kargo-common';
import { SecretText } from '../SecretText';

/** What credentials are for. @public */
export type CredentialType = 'git' | 'image' | 'helm';

/** Asks for credentials to a repository on behalf of a project. @public */
export interface CredentialRequest {
  project: string;
  type: CredentialType;
  repoURL: string;
}

/** What a client presents to a remote. @public */
export interface RepoCredentials {
  username?: string;
  password?: SecretText;
  sshPrivateKey?: SecretText;
  /** Epoch milliseconds; absent means they do not expire. */
  expiresAt?: number;
}

/** What a credential provider may use. @public */
export interface CredentialProviderContext {
  signal?: AbortSignal;
  /** Epoch milliseconds. */
  now(): number;
  fetch: typeof fetch;
}

/**
 * Turns a Secret that matched a repository (or, without one, the environment) into
 * credentials.
 *
 * @remarks
 * Providers are asked in registry order; the first that applies and resolves wins.
 * `data` of the Secret is decoded already.
 *
 * @public
 */
export interface CredentialProvider {
  readonly id: string;
  /** Pure. `data` is absent when no Secret matched and ambient identities are tried. */
  appliesTo(
    request: CredentialRequest,
    data: Record<string, string> | undefined,
    secret?: Secret,
  ): boolean;
  /** `undefined` lets the next provider try; it throws when the exchange fails. */
  resolve(
    request: CredentialRequest,
    data: Record<string, string> | undefined,
    context: CredentialProviderContext,
    secret?: Secret,
  ): Promise<RepoCredentials | undefined>;
}

/** Finds credentials for a repository. @public */
export interface CredentialsLookup {
  /** `undefined` when nothing matches: the remote is asked anonymously. */
  find(
    request: CredentialRequest,
    options?: { signal?: AbortSignal },
  ): Promise<RepoCredentials | undefined>;
}
