/**
 * Work on a long list, in slices: after each step other work may go on before the next.
 * Whoever runs it decides how many steps make a turn.
 */
export type Slices<T> = Generator<undefined, T, undefined>;

/** Items that are sorted, or merged, in one step: that takes less than a millisecond. */
const RUN = 512;

// One item is a step: a pattern, or a filter, may take milliseconds for each of them.

/** The items that are accepted. */
export function* filterInSlices<T>(
  items: readonly T[],
  accepts: (item: T) => boolean,
): Slices<T[]> {
  const accepted: T[] = [];
  for (const item of items) {
    if (accepts(item)) accepted.push(item);
    yield;
  }
  return accepted;
}

/** Whether one of the items, at least, is accepted. */
export function* someInSlices<T>(
  items: readonly T[],
  accepts: (item: T) => boolean,
): Slices<boolean> {
  for (const item of items) {
    if (accepts(item)) return true;
    yield;
  }
  return false;
}

/** What becomes of the items, without those of which nothing does. */
export function* mapInSlices<T, R>(
  items: Iterable<T>,
  map: (item: T) => R | undefined,
): Slices<R[]> {
  const results: R[] = [];
  for (const item of items) {
    const result = map(item);
    if (result !== undefined) results.push(result);
    yield;
  }
  return results;
}

/** The items, of equal ones the first. */
export function* distinctInSlices<T>(items: readonly T[]): Slices<T[]> {
  const distinct = new Set<T>();
  for (let at = 0; at < items.length; at += RUN) {
    for (const item of items.slice(at, at + RUN)) distinct.add(item);
    yield;
  }
  return [...distinct];
}

/** The items in the same order as `toSorted` gives: those that compare equal keep theirs. */
export function* sortInSlices<T>(
  items: readonly T[],
  compare: (a: T, b: T) => number,
): Slices<T[]> {
  let runs: T[][] = [];
  for (let at = 0; at < items.length; at += RUN) {
    runs.push(items.slice(at, at + RUN).sort(compare));
    yield;
  }
  while (runs.length > 1) {
    const merged: T[][] = [];
    for (let at = 0; at < runs.length; at += 2) {
      const [left, right = []] = runs.slice(at, at + 2);
      merged.push(yield* merge(left, right, compare));
    }
    runs = merged;
  }
  return runs[0] ?? [];
}

/** The item that would come first if all were sorted. */
export function* findFirstInSlices<T>(
  items: readonly T[],
  compare: (a: T, b: T) => number,
): Slices<T | undefined> {
  let first = items.at(0);
  for (let at = 0; at < items.length; at += RUN) {
    for (const item of items.slice(at, at + RUN)) {
      if (first === undefined || compare(item, first) < 0) first = item;
    }
    yield;
  }
  return first;
}

function* merge<T>(
  left: readonly T[],
  right: readonly T[],
  compare: (a: T, b: T) => number,
): Slices<T[]> {
  const merged: T[] = [];
  let [l, r] = [0, 0];
  while (l < left.length && r < right.length) {
    merged.push(compare(left[l], right[r]) <= 0 ? left[l++] : right[r++]);
    if (merged.length % RUN === 0) yield;
  }
  return merged.concat(left.slice(l), right.slice(r));
}
