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
 * stays as it is. All paths lead through the value by their first `depth` names.
 */
export function putNulls(
  value: unknown,
  paths: readonly (readonly string[])[],
  depth = 0,
): unknown {
  if (paths.length === 0) {
    return value;
  }
  const members = new Map(Object.entries(isObject(value) ? value : {}));
  const further = new Map<string, (readonly string[])[]>();
  for (const path of paths) {
    const name = path[depth];
    if (path.length === depth + 1) {
      members.set(name, null);
    } else {
      const known = further.get(name);
      if (known) known.push(path);
      else further.set(name, [path]);
    }
  }
  for (const [name, through] of further) {
    members.set(name, putNulls(members.get(name), through, depth + 1));
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
