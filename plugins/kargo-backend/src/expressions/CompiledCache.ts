const LIMIT = 2_000;

/**
 * Keeps what was compiled from a source, the least recently used going first.
 *
 * @remarks Compiling costs a hundred times what running does, and manifests repeat.
 */
export class CompiledCache<T> {
  private readonly entries = new Map<string, T>();

  /** A failure to compile is thrown and not kept. */
  get(source: string, compile: () => T): T {
    const known = this.entries.get(source);
    const value = known ?? compile();
    // Inserting again makes it the youngest.
    this.entries.delete(source);
    this.entries.set(source, value);
    if (this.entries.size > LIMIT) {
      const [oldest] = this.entries.keys();
      this.entries.delete(oldest);
    }
    return value;
  }
}
