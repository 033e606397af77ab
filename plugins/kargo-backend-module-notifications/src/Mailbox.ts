/** Hands on, in their order, what comes in while somebody works. */
export class Mailbox<T> {
  readonly #items: T[] = [];
  #error: unknown;
  #hasFailed = false;
  #isWoken = false;
  #change = createGate();

  /** @param room - so many wait at most: whoever brings more waits, too */
  constructor(private readonly room: number) {}

  /** Resolves when there is room for more. */
  async put(item: T): Promise<void> {
    this.#items.push(item);
    this.#changed();
    while (this.#items.length >= this.room && !this.#hasFailed) {
      await this.#change.opened;
    }
  }

  /** Nothing more comes. */
  fail(error: unknown): void {
    this.#error = error;
    this.#hasFailed = true;
    this.#changed();
  }

  /** Whoever waits, or begins to, does so no longer: how long it was to wait has changed. */
  wake(): void {
    this.#isWoken = true;
    this.#changed();
  }

  /**
   * Waits until there is something, until it is woken, or for the time.
   *
   * @throws what it failed with, once it is empty
   */
  async wait(milliseconds: number): Promise<void> {
    if (this.#items.length > 0) {
      return;
    }
    if (this.#hasFailed) {
      throw this.#error;
    }
    if (!this.#isWoken) {
      let timer: NodeJS.Timeout | undefined;
      const timeout = new Promise<void>(resolve => {
        timer = setTimeout(resolve, milliseconds).unref();
      });
      await Promise.race([this.#change.opened, timeout]);
      clearTimeout(timer);
    }
    this.#isWoken = false;
    if (this.#items.length === 0 && this.#hasFailed) {
      throw this.#error;
    }
  }

  /** So many of what is there, the oldest. */
  take(most: number): T[] {
    const taken = this.#items.splice(0, most);
    this.#changed();
    return taken;
  }

  #changed(): void {
    const { open } = this.#change;
    this.#change = createGate();
    open();
  }
}

function createGate(): { opened: Promise<void>; open: () => void } {
  let open = () => {};
  const opened = new Promise<void>(resolve => {
    open = resolve;
  });
  return { opened, open };
}
