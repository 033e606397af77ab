import { setImmediate } from 'node:timers/promises';

/**
 * Writes rows in statements of so many, which every database accepts.
 *
 * @remarks An embedded database answers within the call: without a turn of the event loop in
 * between, the rows of a resource that is found by thousands of values would hold it for all
 * statements together.
 */
export async function inBatches<T>(
  rows: readonly T[],
  size: number,
  write: (some: T[]) => Promise<unknown>,
): Promise<void> {
  for (let start = 0; start < rows.length; start += size) {
    if (start > 0) {
      await setImmediate();
    }
    await write(rows.slice(start, start + size));
  }
}
