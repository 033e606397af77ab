const MAX_ENTRIES = 2_000;
const MAX_TOTAL_LENGTH = 2_000_000;

/**
 * Keeps what was compiled from a source, the least recently used going first.
 *
 * @remarks
 * Compiling costs a hundred times what running does, and manifests repeat. What is kept is
 * bounded by the number of sources and by their length.
 */
export class CompiledCache<T> {
  private readonly entries = new Map<string, T>();
  private totalLength = 0;

  /** A failure to compile is thrown and not kept. */
  get(source: string, compile: () => T): T {
    const known = this.entries.get(source);
    if (known !== undefined) {
      // Inserting again makes it the youngest.
      this.entries.delete(source);
      this.entries.set(source, known);
      return known;
    }
    const value = compile();
    this.entries.set(source, value);
    this.totalLength += source.length;
    this.dropOldest();
    return value;
  }

  private dropOldest(): void {
    for (const source of this.entries.keys()) {
      const isFull =
        this.entries.size > MAX_ENTRIES || this.totalLength > MAX_TOTAL_LENGTH;
      if (!isFull) {
        return;
      }
      this.entries.delete(source);
      this.totalLength -= source.length;
    }
  }
}
