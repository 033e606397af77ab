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
  /**
   * They are the portal's own and good for more than repositories of its type, as an account of
   * a host or a cloud is: they are presented to the repository, and no expression may read them.
   */
  isUnreadable?: boolean;
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
 * The first provider in registry order that applies decides: its answer is final, also
 * when it is "none", so that a Secret can ask for anonymous access on purpose.
 * `data` of the Secret is decoded already. What has an `expiresAt` is kept until five
 * minutes before it, and callers at the same time share one `resolve`.
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
  /**
   * Pure. What the answer depends on beside the Secret: requests of one audience share
   * it. Without this, each project and repository is an audience of its own.
   */
  audience?(
    request: CredentialRequest,
    data: Record<string, string> | undefined,
  ): string;
  /**
   * `undefined` means anonymous access.
   *
   * @throws `CredentialsRejectedError` when the Secret cannot be used or is refused,
   * `UpstreamUnavailableError` when asking again later may help.
   */
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
    options?: {
      signal?: AbortSignal;
      /**
       * Whoever wrote an expression reads them, and may send them anywhere: unreadable ones
       * are not found.
       */
      isRead?: boolean;
    },
  ): Promise<RepoCredentials | undefined>;
}
