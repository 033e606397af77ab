/** Tells whether credentials have changed since something failed for want of the right ones. */
export interface CredentialVersions {
  /**
   * For each repository a short text that is another one when another credential Secret, of the
   * project or a shared one, is the one for it, or that one has changed. Where the repository is
   * not known (`undefined`), any that changes is another one.
   *
   * @param options.isFresh - whether what another replica has just written must count; otherwise
   *   it is what a look-up of now goes by, which may be two seconds old
   */
  versionsOf(
    project: string,
    repoURLs: ReadonlyArray<string | undefined>,
    options?: { isFresh?: boolean },
  ): Promise<string[]>;
}
