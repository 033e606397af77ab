/** A step of a dry run wanted to change something outside of the folder. */
class HeldBackError extends Error {
  override readonly name = 'HeldBackError';
}

/** Notes what the steps of a dry run wanted to do outside, and were kept from. */
export class Restraint {
  #heldBack?: string;

  /**
   * Keeps the step from doing something.
   *
   * @param what - in words that follow "it would": `push to main`
   */
  refuse(what: string): never {
    this.#heldBack ??= what;
    throw new HeldBackError(`A dry run does not ${what}`);
  }

  /**
   * What was kept from happening first since this was last asked: a step may have caught the
   * error, and made something else of it.
   */
  take(): string | undefined {
    const heldBack = this.#heldBack;
    this.#heldBack = undefined;
    return heldBack;
  }
}
