import { JsonObject, JsonValue } from 'backstage-plugin-kargo-common';
import { isObject } from './isObject';

/** What makes one JSON object of another. */
export interface MergePatch {
  /** A JSON merge patch (RFC 7396): `null` takes a member away. */
  patch: JsonObject;
  /** Where the patch leaves out a member that is `null` afterwards, which it cannot say. */
  nulls?: MemberPath[];
}

/** The names that lead to a member. */
export type MemberPath = readonly string[];

/**
 * The JSON merge patch (RFC 7396) that turns one object into another; `undefined` when
 * they are equal. Only changed keys are in it, arrays are replaced whole and removed
 * keys become `null`, so two writers of different keys do not erase each other.
 */
export function diffToMergePatch(
  before: object,
  after: object,
): MergePatch | undefined {
  const patch = diffObjects(before, after);
  if (!patch) {
    return undefined;
  }
  const nulls: MemberPath[] = [];
  noteNulls(patch, after, [], nulls);
  return { patch, ...(nulls.length > 0 && { nulls }) };
}

function diffObjects(before: object, after: object): JsonObject | undefined {
  const changes: Array<[string, JsonValue]> = [];
  const note = (key: string, from: unknown, to: unknown) => {
    const change = diffValue(from, to);
    if (change !== undefined) {
      changes.push([key, change]);
    }
  };
  for (const [key, value] of Object.entries(after)) {
    note(key, ownMember(before, key), value);
  }
  for (const [key, value] of Object.entries(before)) {
    if (!Object.hasOwn(after, key)) {
      note(key, value, undefined);
    }
  }
  return changes.length > 0 ? Object.fromEntries(changes) : undefined;
}

/** Objects have members by themselves, such as `constructor`, which are not of their JSON. */
function ownMember(object: object, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key as keyof object] : undefined;
}

function diffValue(before: unknown, after: unknown): JsonValue | undefined {
  // What a change leaves alone is most often the same object: a Freight may know hundreds of Stages.
  if (before === after) {
    return undefined;
  }
  if (after === undefined) {
    return before === undefined ? undefined : null;
  }
  if (isObject(before) && isObject(after)) {
    return diffObjects(before, after);
  }
  return isEqualJson(before, after) ? undefined : (after as JsonValue);
}

/**
 * Notes where a patch that makes `after` has a `null` that is one there, and takes nothing away.
 * `path` is the one that leads here, and is again when it is done: outputs may be large.
 */
function noteNulls(
  patch: object,
  after: object,
  path: string[],
  found: MemberPath[],
): void {
  for (const [key, change] of Object.entries(patch)) {
    path.push(key);
    const value = ownMember(after, key);
    if (value === null) {
      found.push([...path]);
    } else if (isObject(change) && isObject(value)) {
      noteNulls(change, value, path, found);
    }
    path.pop();
  }
}

/**
 * Whether two JSON values are equal; the order of object keys does not matter, and a
 * member that is `undefined` counts as absent.
 */
export function isEqualJson(a: unknown, b: unknown): boolean {
  if (a === b) {
    return true;
  }
  if (Array.isArray(a) && Array.isArray(b)) {
    return (
      a.length === b.length && a.every((item, i) => isEqualJson(item, b[i]))
    );
  }
  if (isObject(a) && isObject(b)) {
    const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
    return [...keys].every(key => isEqualJson(a[key], b[key]));
  }
  return false;
}
