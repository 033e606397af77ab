/**
 * Maps items with a bounded number in flight, results in the order of the items.
 *
 * @remarks
 * After the first failure nothing new starts and the signal given to `map` fires; the
 * failure is thrown once everything in flight has ended.
 */
export async function mapConcurrently<T, R>(
  items: readonly T[],
  options: { limit: number; signal: AbortSignal },
  map: (item: T, signal: AbortSignal) => Promise<R>,
): Promise<R[]> {
  const failure = new AbortController();
  const signal = AbortSignal.any([options.signal, failure.signal]);
  const results: R[] = new Array(items.length);
  let next = 0;
  const work = async () => {
    while (next < items.length) {
      signal.throwIfAborted();
      const index = next++;
      results[index] = await map(items[index], signal);
    }
  };
  const workers = Array.from(
    { length: Math.min(options.limit, items.length) },
    async () => {
      try {
        await work();
      } catch (error) {
        // The first reason counts; later ones are its consequence.
        failure.abort(error);
      }
    },
  );
  await Promise.all(workers);
  signal.throwIfAborted();
  return results;
}
