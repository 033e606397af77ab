import { JsonObject, JsonValue } from 'backstage-plugin-kargo-common';
import { isObject } from './isObject';

/**
 * The JSON merge patch (RFC 7396) that turns one object into another; `undefined` when
 * they are equal. Only changed keys are in it, arrays are replaced whole and removed
 * keys become `null`, so two writers of different keys do not erase each other.
 */
export function diffToMergePatch(
  before: object,
  after: object,
): JsonObject | undefined {
  const patch: JsonObject = {};
  // Maps, because objects have some members by themselves, such as `constructor`.
  const from = new Map<string, JsonValue | undefined>(Object.entries(before));
  const to = new Map<string, JsonValue | undefined>(Object.entries(after));
  for (const key of new Set([...from.keys(), ...to.keys()])) {
    const change = diffValue(from.get(key), to.get(key));
    if (change !== undefined) {
      patch[key] = change;
    }
  }
  return Object.keys(patch).length > 0 ? patch : undefined;
}

function diffValue(
  before: JsonValue | undefined,
  after: JsonValue | undefined,
): JsonValue | undefined {
  if (after === undefined) {
    return before === undefined ? undefined : null;
  }
  if (isObject(before) && isObject(after)) {
    return diffToMergePatch(before, after);
  }
  return isEqualJson(before, after) ? undefined : after;
}

/**
 * Whether two JSON values are equal; the order of object keys does not matter, and a
 * member that is `undefined` counts as absent.
 */
export function isEqualJson(a: unknown, b: unknown): boolean {
  if (Array.isArray(a) && Array.isArray(b)) {
    return (
      a.length === b.length && a.every((item, i) => isEqualJson(item, b[i]))
    );
  }
  if (isObject(a) && isObject(b)) {
    const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
    return [...keys].every(key => isEqualJson(a[key], b[key]));
  }
  return a === b;
}
