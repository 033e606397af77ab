/** Bounds of an {@link LruCache}. */
export interface LruCacheOptions<V> {
  maxEntries: number;
  /** Bound on the sum of weights; absent means entries all weigh nothing. */
  maxWeight?: number;
  weigh?(value: V): number;
}

/** A map that forgets what was not asked for longest when it grows over its bounds. */
export class LruCache<V> {
  readonly #entries = new Map<string, { value: V; weight: number }>();
  readonly #options: LruCacheOptions<V>;
  #weight = 0;

  constructor(options: LruCacheOptions<V>) {
    this.#options = options;
  }

  get size(): number {
    return this.#entries.size;
  }

  find(key: string): V | undefined {
    const entry = this.#entries.get(key);
    if (!entry) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    return entry.value;
  }

  put(key: string, value: V): void {
    this.delete(key);
    const weight = this.#options.weigh?.(value) ?? 0;
    this.#entries.set(key, { value, weight });
    this.#weight += weight;
    this.#shrink();
  }

  delete(key: string): void {
    const entry = this.#entries.get(key);
    if (!entry) return;
    this.#entries.delete(key);
    this.#weight -= entry.weight;
  }

  #shrink(): void {
    const { maxEntries, maxWeight = Infinity } = this.#options;
    for (const key of this.#entries.keys()) {
      const isWithin =
        this.#entries.size <= maxEntries && this.#weight <= maxWeight;
      if (isWithin) return;
      this.delete(key);
    }
  }
}
