import { fail } from './errors';
import { hashKey } from './hashKey';
import type { Meter } from './Meter';
import { isInteger } from './types';
import { asNumeric, toIndex } from './numbers';
import { methodOf } from './methods';
import { byteLength, sliceBytes, toBytes } from './text/utf8';
import {
  AnyMap,
  Boxed,
  entryOf,
  HostObject,
  isList,
  isNil,
  isPlainMap,
  listKind,
  NIL_LIST,
  TypedMap,
  typedList,
  typeName,
  Uint,
  Value,
} from './values';

/** Reads a member or element; nil has none, and lists and texts have no names. */
export function fetch(object: Value, key: Value, meter: Meter): Value {
  meter.readText(key);
  if (object === null || object === undefined) {
    return fail('member-of-nil', 'nil has no members');
  }
  if (isList(object) || object instanceof Uint8Array) {
    const index = toIndex(key);
    const found = elementAt(object, index);
    return found === undefined ? outOfRange(index, object.length) : found;
  }
  if (typeof object === 'string') {
    meter.read(object.length);
    const index = toIndex(key);
    const byte = byteAt(object, index);
    return byte === undefined ? outOfRange(index, byteLength(object)) : byte;
  }
  if (object instanceof Boxed) return fetchBoxed(object, key);
  if (isPlainMap(object)) return entryOf(object, mapKey(key)) ?? null;
  return noMember(object);
}

/** As {@link fetch}, but undefined where an element is missing; `get()` is built on it. */
export function find(object: Value, key: Value): Value | undefined {
  if (isNil(object) || asNumeric(object) !== undefined) return undefined;
  if (isList(object) || object instanceof Uint8Array) {
    return elementAt(object, toIndex(key));
  }
  if (typeof object === 'string') return byteAt(object, toIndex(key));
  if (object instanceof TypedMap) return object.entries.get(mapKey(key));
  if (object instanceof AnyMap) {
    return object.entries.get(anyKey(key))?.[1];
  }
  if (object instanceof Boxed) {
    if (typeof key !== 'string') return undefined;
    return memberOf(object, key);
  }
  return isPlainMap(object) ? entryOf(object, mapKey(key)) : undefined;
}

/** `value[from:to]` on lists and texts; bounds are clamped and texts cut by bytes. */
export function slice(
  object: Value,
  from: Value | undefined,
  to: Value | undefined,
  meter: Meter,
): Value {
  meter.readText(object);
  if (typeof object === 'string') {
    meter.read(object.length / 2);
    const [start, end] = sliceBounds(byteLength(object), from, to);
    return sliceBytes(object, start, end);
  }
  if (object instanceof Uint8Array) {
    return object.slice(...sliceBounds(object.length, from, to));
  }
  if (isList(object)) {
    const part = object.slice(...sliceBounds(object.length, from, to));
    meter.copy(part.length);
    const kind = listKind(object);
    return kind ? typedList(kind, part) : part;
  }
  return fail('argument-type', `${typeName(object)} cannot be sliced`);
}

function sliceBounds(
  length: number,
  from: Value | undefined,
  to: Value | undefined,
): [number, number] {
  const start = from === undefined ? 0 : clamp(toIndex(from), length);
  const end = to === undefined ? length : clamp(toIndex(to), length);
  return [Math.min(start, end), end];
}

function clamp(index: number, length: number): number {
  return Math.max(0, Math.min(length, index < 0 ? index + length : index));
}

/** The value as the key of a string map; nil reads the entry of the empty text. */
export function mapKey(key: Value): string {
  if (typeof key === 'string') return key;
  if (isNil(key)) return '';
  return fail('map-key-type', `${typeName(key)} cannot be the key of this map`);
}

function anyKey(key: Value): string {
  return hashKey(key);
}

function fetchBoxed(object: Boxed, key: Value): Value {
  if (object instanceof TypedMap) {
    const name = mapKey(key);
    return (
      object.methods?.get(name) ?? object.entries.get(name) ?? object.missing
    );
  }
  if (object instanceof AnyMap) {
    return object.entries.get(anyKey(key))?.[1] ?? object.missing;
  }
  const found = typeof key === 'string' ? memberOf(object, key) : undefined;
  return found === undefined ? noMember(object) : found;
}

function memberOf(object: Boxed, name: string): Value | undefined {
  if (object instanceof HostObject) {
    const field = object.fields.get(name);
    if (field !== undefined) return field;
    if (object.type.members.has(name)) return zeroOf(object, name);
  }
  return methodOf(object, name);
}

/** A member the host left out reads as the zero value of its type. */
function zeroOf(object: HostObject, name: string): Value {
  const type = object.type.members.get(name)?.type;
  if (!type) return null;
  if (type.kind === 'string') return '';
  if (isInteger(type)) return 0n;
  if (type.kind === 'float') return 0;
  if (type.kind === 'bool') return false;
  return type.kind === 'array' ? NIL_LIST : null;
}

function elementAt(
  list: readonly Value[] | Uint8Array,
  index: number,
): Value | undefined {
  const at = index < 0 ? index + list.length : index;
  if (at < 0 || at >= list.length) return undefined;
  if (list instanceof Uint8Array) return new Uint(BigInt(list[at]));
  return list[at] ?? null;
}

function byteAt(text: string, index: number): Value | undefined {
  return elementAt(toBytes(text), index);
}

function outOfRange(index: number, length: number): never {
  return fail(
    'index-range',
    `index ${index} is out of range, length ${length}`,
  );
}

function noMember(object: Value): never {
  return fail('no-such-member', `${typeName(object)} has no such member`);
}
