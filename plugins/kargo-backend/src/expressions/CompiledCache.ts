import { LRUCache } from 'lru-cache';

const MAX_ENTRIES = 2_000;
const MAX_TOTAL_LENGTH = 2_000_000;

/**
 * Keeps what was compiled from a source, the least recently used going first.
 *
 * @remarks
 * Compiling costs a hundred times what running does, and manifests repeat. What is kept is
 * bounded by the number of sources and by their length.
 */
export class CompiledCache<T extends string | object> {
  private readonly entries = new LRUCache<string, T>({
    max: MAX_ENTRIES,
    maxSize: MAX_TOTAL_LENGTH,
    // The cache wants sizes above 0, and a source may be empty.
    sizeCalculation: (_, source) => source.length + 1,
  });

  /** A failure to compile is thrown and not kept. */
  get(source: string, compile: () => T): T {
    const known = this.find(source);
    if (known !== undefined) {
      return known;
    }
    const value = compile();
    this.add(source, value);
    return value;
  }

  find(source: string): T | undefined {
    return this.entries.get(source);
  }

  add(source: string, value: T): void {
    this.entries.set(source, value);
  }
}
