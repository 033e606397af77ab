import { fail } from './errors';
import { Duration } from './time/Duration';
import { Time } from './time/Time';
import { Named, typeName, Uint, Value } from './values';

/** Text that is the same for two keys exactly when both type and value are; lists and maps are no keys. */
export function hashKey(key: Value): string {
  if (key === null || key === undefined) return 'nil';
  switch (typeof key) {
    case 'string':
      return `s${key}`;
    case 'number':
      // Negative zero is the same key as zero.
      return `f${key + 0}`;
    case 'bigint':
      return `i${key}`;
    case 'boolean':
      return `b${key}`;
    default:
  }
  if (key instanceof Uint) return `u${key.value}`;
  if (key instanceof Duration) return `d${key.nanoseconds}`;
  if (key instanceof Named) return `n${key.typeName}:${key.value}`;
  if (key instanceof Time) {
    return `t${key.epochNanoseconds}@${key.location.name}`;
  }
  return fail('unhashable-key', `${typeName(key)} cannot be the key of a map`);
}
