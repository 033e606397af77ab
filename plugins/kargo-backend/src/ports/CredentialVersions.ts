/** Tells whether credentials have changed since something failed for want of the right ones. */
export interface CredentialVersions {
  /**
   * A short text that is another one when the credential Secrets have changed that a project's
   * look-ups may find: its own and the shared ones.
   *
   * @param options.isFresh - whether what another replica has just written must count; otherwise
   *   it is what a look-up of now goes by, which may be two seconds old
   */
  versionOf(project: string, options?: { isFresh?: boolean }): Promise<string>;
}
