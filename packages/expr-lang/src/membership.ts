import { mapKey } from './access';
import { equal } from './equality';
import { fail } from './errors';
import { hashKey } from './hashKey';
import type { Meter } from './Meter';
import {
  AnyMap,
  entryOf,
  HostObject,
  isList,
  isNil,
  isPlainMap,
  TypedMap,
  typeName,
  Value,
} from './values';

/** `in`: an element of a list, a key of a map, a member of a host object; nothing is in nil. */
export function isMember(item: Value, container: Value, meter: Meter): boolean {
  if (isNil(container)) return false;
  meter.readText(item);
  if (isList(container)) {
    meter.step(container.length);
    return container.some(element => equal(element, item, meter));
  }
  if (container instanceof TypedMap) return container.entries.has(mapKey(item));
  if (container instanceof AnyMap) return container.entries.has(hashKey(item));
  if (container instanceof HostObject) {
    return typeof item === 'string' && container.type.members.has(item);
  }
  if (isPlainMap(container))
    return entryOf(container, mapKey(item)) !== undefined;
  return fail('operand-types', `in does not work on ${typeName(container)}`);
}
