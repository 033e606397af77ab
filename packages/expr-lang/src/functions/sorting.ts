import { fail } from '../errors';
import type { Meter } from '../Meter';
import { order } from '../operations';
import { Value } from '../values';

/** Reads the optional order argument of the sort functions. */
export function sortDirection(option: Value | undefined): 1 | -1 {
  if (option === undefined || option === 'asc') return 1;
  if (option === 'desc') return -1;
  return fail('sort-order', "the order must be 'asc' or 'desc'");
}

/** Sorts elements by the key at the same position, keeping the order of equal ones. */
export function sortedBy(
  elements: readonly Value[],
  keys: readonly Value[],
  direction: 1 | -1,
  meter: Meter,
): Value[] {
  const places = keys.map((_, i) => i);
  places.sort((a, b) => {
    meter.step(1);
    if (order('<', keys[a], keys[b], meter)) return -direction;
    return order('<', keys[b], keys[a], meter) ? direction : a - b;
  });
  return places.map(place => elements[place]);
}
