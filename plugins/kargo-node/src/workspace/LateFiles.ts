/**
 * Brings to the disk what belongs to a folder and is not there yet.
 *
 * @public
 */
export interface LateFiles {
  /**
   * Resolves once what a path names is there, if anything is to be.
   *
   * @param parts - of the path from the root; none before the last is a link
   * @param extent - `entry` for a file or a link, and of a folder no more than that it is
   * there; `tree` with all that is below
   */
  bring(parts: readonly string[], extent: 'entry' | 'tree'): Promise<void>;
}

/** Where everything is there at once. */
export const NOTHING_LATE: LateFiles = { bring: async () => {} };
