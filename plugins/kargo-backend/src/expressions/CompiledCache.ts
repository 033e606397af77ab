import { Program } from 'backstage-plugin-kargo-expr';
import { LRUCache } from 'lru-cache';

const MAX_ENTRIES = 2_000;
/** Of the sources, in characters, and of what was made of them. */
const MAX_TOTAL_SIZE = 2_000_000;
const STEPS_PER_CHARACTER = 8;

/** What a compiled thing takes, as characters of source: regular expressions take the most. */
function sizeOf(compiled: unknown): number {
  if (Array.isArray(compiled)) {
    return compiled.reduce((sum: number, part) => sum + sizeOf(part), 0);
  }
  return compiled instanceof Program
    ? compiled.compileSteps / STEPS_PER_CHARACTER
    : 0;
}

/**
 * Keeps what was compiled from a source, the least recently used going first.
 *
 * @remarks
 * Compiling costs a hundred times what running does, and manifests repeat. What is kept is
 * bounded by the number of sources, by their length and by what was made of them.
 */
export class CompiledCache<T extends string | object> {
  private readonly entries = new LRUCache<string, T>({
    max: MAX_ENTRIES,
    maxSize: MAX_TOTAL_SIZE,
    // The cache wants whole sizes above 0, and a source may be empty.
    sizeCalculation: (compiled, source) =>
      Math.ceil(source.length + 1 + sizeOf(compiled)),
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
