import { hashKey } from '../hashKey';
import { AnyMap, NIL_LIST, Value } from '../values';

/** Groups elements by the key at the same position; a group that does not exist reads as a nil list. */
export function equalKeyGroups(
  elements: readonly Value[],
  keys: readonly Value[],
): AnyMap {
  const groups = new Map<string, [Value, Value[]]>();
  keys.forEach((key, i) => {
    const hash = hashKey(key);
    const group = groups.get(hash);
    if (group) group[1].push(elements[i]);
    else groups.set(hash, [key, [elements[i]]]);
  });
  return new AnyMap(groups, NIL_LIST);
}
