const HEADS = 'refs/heads/';

/**
 * The name of a branch that was written as a name or in full.
 *
 * @remarks
 * `main` and `refs/heads/main` are the same branch. Git is never asked to shorten a name:
 * it does so only as far as no tag is called the same.
 */
export function toBranchName(written: string): string {
  return written.startsWith(HEADS) ? written.slice(HEADS.length) : written;
}

/** The name of the branch that a symbolic ref leads to; `undefined` when it is no branch. */
export function branchOf(ref: string | undefined): string | undefined {
  return ref?.startsWith(HEADS) ? ref.slice(HEADS.length) : undefined;
}
