import { Freight, freightDiscoveredAt } from '../model/Freight';
import { originKey } from '../model/references';

/**
 * Orders Freight newest first by time of discovery, equals by name descending.
 *
 * @public
 */
export function compareNewestFreight(a: Freight, b: Freight): number {
  const byTime =
    Date.parse(freightDiscoveredAt(b)) - Date.parse(freightDiscoveredAt(a));
  if (byTime !== 0) {
    return byTime;
  }
  if (a.metadata.name === b.metadata.name) {
    return 0;
  }
  return a.metadata.name < b.metadata.name ? 1 : -1;
}

/**
 * Freight of the same origin between two others in discovery order, both
 * exclusive, newest first: what a promotion from one to the other passes over.
 *
 * @public
 */
export function freightBetween(
  all: Freight[],
  one: Freight,
  other: Freight,
): Freight[] {
  const key = originKey(one.origin);
  if (originKey(other.origin) !== key) {
    return [];
  }
  const [newer, older] =
    compareNewestFreight(one, other) < 0 ? [one, other] : [other, one];
  return all
    .filter(
      candidate =>
        originKey(candidate.origin) === key &&
        compareNewestFreight(newer, candidate) < 0 &&
        compareNewestFreight(candidate, older) < 0,
    )
    .sort(compareNewestFreight);
}
