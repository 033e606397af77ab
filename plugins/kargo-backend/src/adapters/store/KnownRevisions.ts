/** The counter of revisions stands where it stood before: the last writes are gone. */
export class RevisionsLostError extends Error {
  override readonly name = 'RevisionsLostError';

  constructor(readonly known: number, readonly found: number) {
    super(`The store is at revision ${found}, and was at ${known}`);
  }
}

/**
 * How far this replica knows that the store was.
 *
 * @remarks
 * A database may come back without its last writes: a server that took the place of another
 * before it had them, or a backup. The revisions of those would be given out again, and what is kept of a
 * row, what a client resumes from and what a write is for are told by them. So who reads the
 * counter compares it with what was known before it asked, and what is known to be lost is
 * passed over once and for all.
 */
export class KnownRevisions {
  #newest = 0;

  /** @param passOver - makes the next revision one that was never given out */
  constructor(private readonly passOver: (lost: number) => Promise<void>) {}

  /** To be asked for before a statement that reads the counter, or counts on. */
  get newest(): number {
    return this.#newest;
  }

  /**
   * Takes what the counter was found at.
   *
   * @param before - the newest that was known before it was read
   */
  async found(revision: number, before: number): Promise<void> {
    if (revision < before) {
      await this.passOver(before);
    }
    this.#newest = Math.max(this.#newest, revision);
  }
}
