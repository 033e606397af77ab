import { hashKey } from '../hashKey';
import type { Meter } from '../Meter';
import { AnyMap, NIL_LIST, Value } from '../values';

/** Steps that an entry of a map takes whose keys are hashed. */
const ENTRY = 5;

/** Charges for an entry of a map that is built. */
export function chargeEntry(key: Value, meter: Meter): void {
  meter.step(ENTRY);
  meter.readText(key);
}

/** Groups elements by the key at the same position; a group that does not exist reads as a nil list. */
export function equalKeyGroups(
  elements: readonly Value[],
  keys: readonly Value[],
  meter: Meter,
): AnyMap {
  const groups = new Map<string, [Value, Value[]]>();
  keys.forEach((key, i) => {
    chargeEntry(key, meter);
    const hash = hashKey(key);
    const group = groups.get(hash);
    if (group) group[1].push(elements[i]);
    else groups.set(hash, [key, [elements[i]]]);
  });
  return new AnyMap(groups, NIL_LIST);
}
