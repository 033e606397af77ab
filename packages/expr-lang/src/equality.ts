import type { Meter } from './Meter';
import { asNumeric } from './numbers';
import { Duration } from './time/Duration';
import { Location } from './time/Location';
import { Time } from './time/Time';
import {
  AnyMap,
  Boxed,
  HostObject,
  isList,
  isNil,
  isPlainMap,
  listKind,
  Named,
  TypedMap,
  typeName,
  Uint,
  Value,
  ValueMap,
} from './values';

/**
 * `==`: never fails on any pair of values.
 *
 * @remarks
 * Numbers are equal across their kinds, also inside lists; inside maps only
 * values of identical kind are. Nil equals nil lists. Values of different
 * kinds are different.
 */
export function equal(left: Value, right: Value, meter: Meter): boolean {
  if (typeof left === 'string' || typeof right === 'string') {
    return equalTexts(left, right, meter);
  }
  if (isNil(left) || isNil(right)) return isNil(left) && isNil(right);
  const a = asNumeric(left);
  if (a !== undefined) {
    const b = asNumeric(right);
    if (b === undefined) return false;
    return typeof a === typeof b ? a === b : Number(a) === Number(b);
  }
  if (isList(left) && isList(right)) return equalLists(left, right, meter);
  if (left instanceof Time && right instanceof Time) {
    return left.compare(right) === 0;
  }
  return identical(left, right, meter);
}

/** Only texts of one length are looked into. */
function equalTexts(left: Value, right: Value, meter: Meter): boolean {
  if (typeof left === 'string' && typeof right === 'string') {
    if (left.length !== right.length) return false;
    meter.step(left.length / 64);
  }
  return left === right;
}

function equalLists(
  left: readonly Value[],
  right: readonly Value[],
  meter: Meter,
): boolean {
  if (left.length !== right.length) return false;
  const a = listKind(left);
  const b = listKind(right);
  if (a && b && a !== b) return false;
  meter.step(left.length + 1);
  return left.every((item, i) => equal(item, right[i], meter));
}

/** Deep equality that also compares the kinds of numbers, as the insides of maps do. */
function identical(left: Value, right: Value, meter: Meter): boolean {
  if (typeof left === 'string') return equalTexts(left, right, meter);
  if (left === right) return typeof left !== 'number' || !Number.isNaN(left);
  if (isNil(left) || isNil(right)) return isNil(left) && isNil(right);
  if (typeof left !== 'object' || typeof right !== 'object') return false;
  if (typeName(left) !== typeName(right)) return false;
  meter.step(1);
  if (isList(left) && isList(right)) {
    return (
      listKind(left) === listKind(right) &&
      left.length === right.length &&
      left.every((item, i) => identical(item, right[i], meter))
    );
  }
  if (left instanceof Uint8Array && right instanceof Uint8Array) {
    meter.read(left.length);
    return left.length === right.length && left.every((b, i) => b === right[i]);
  }
  if (left instanceof Boxed) return identicalBoxed(left, right, meter);
  return isPlainMap(left) && isPlainMap(right)
    ? identicalMaps(left, right, meter)
    : false;
}

function identicalBoxed(left: Boxed, right: Value, meter: Meter): boolean {
  if (left instanceof Uint && right instanceof Uint) {
    return left.value === right.value;
  }
  if (left instanceof Named && right instanceof Named) {
    return left.value === right.value;
  }
  if (left instanceof Duration && right instanceof Duration) {
    return left.nanoseconds === right.nanoseconds;
  }
  if (left instanceof Time && right instanceof Time) {
    return left.compare(right) === 0;
  }
  if (left instanceof Location && right instanceof Location) {
    return left.name === right.name;
  }
  if (left instanceof HostObject && right instanceof HostObject) {
    return (
      left.type === right.type &&
      identicalEntries(left.fields, right.fields, meter)
    );
  }
  if (left instanceof TypedMap && right instanceof TypedMap) {
    return identicalEntries(left.entries, right.entries, meter);
  }
  if (left instanceof AnyMap && right instanceof AnyMap) {
    return identicalAnyMaps(left, right, meter);
  }
  return false;
}

function identicalMaps(left: ValueMap, right: ValueMap, meter: Meter): boolean {
  const keys = Object.keys(left);
  const others = Object.keys(right).length;
  meter.step(keys.length + others);
  return (
    keys.length === others &&
    keys.every(
      key =>
        Object.hasOwn(right, key) &&
        right[key] !== undefined &&
        identical(left[key], right[key], meter),
    )
  );
}

function identicalEntries(
  left: ReadonlyMap<string, Value>,
  right: ReadonlyMap<string, Value>,
  meter: Meter,
): boolean {
  if (left.size !== right.size) return false;
  meter.step(left.size);
  for (const [key, value] of left) {
    const other = right.get(key);
    if (other === undefined || !identical(value, other, meter)) return false;
  }
  return true;
}

function identicalAnyMaps(left: AnyMap, right: AnyMap, meter: Meter): boolean {
  if (left.entries.size !== right.entries.size) return false;
  meter.step(left.entries.size);
  for (const [hash, [, value]] of left.entries) {
    const other = right.entries.get(hash);
    if (other === undefined || !identical(value, other[1], meter)) return false;
  }
  return true;
}
