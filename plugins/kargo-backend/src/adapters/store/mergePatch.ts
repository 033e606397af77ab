import { isDeepStrictEqual } from 'node:util';
import { isObject } from '../../logic/isObject';

/**
 * Applies a JSON merge patch (RFC 7396) and returns the result; the input stays as it is.
 */
export function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isObject(patch)) {
    return patch;
  }
  // Entries, not assignments: a key named __proto__ must stay an ordinary key.
  const merged = new Map(Object.entries(isObject(target) ? target : {}));
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) {
      merged.delete(key);
    } else if (value !== undefined) {
      merged.set(key, mergePatch(merged.get(key), value));
    }
  }
  return Object.fromEntries(merged);
}

/**
 * The value with `null` at each of the paths, which a merge patch cannot put there; the input
 * stays as it is.
 */
export function putNulls(
  value: unknown,
  paths: readonly (readonly string[])[],
): unknown {
  if (paths.length === 0) {
    return value;
  }
  if (paths.some(path => path.length === 0)) {
    return null;
  }
  const further = new Map<string, string[][]>();
  for (const [name, ...rest] of paths) {
    const known = further.get(name);
    if (known) known.push(rest);
    else further.set(name, [rest]);
  }
  const members = new Map(Object.entries(isObject(value) ? value : {}));
  for (const [name, rest] of further) {
    members.set(name, putNulls(members.get(name), rest));
  }
  return Object.fromEntries(members);
}

/** Whether two JSON values are the same, whatever the order of their keys. */
export function isSameJson(a: unknown, b: unknown): boolean {
  return isDeepStrictEqual(a, b);
}

/** The value as JSON would carry it: members that are `undefined` are gone. */
export function toJson<T>(value: T): T {
  return value === undefined ? value : JSON.parse(JSON.stringify(value));
}
