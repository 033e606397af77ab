import { fail } from '../errors';
import type { Meter } from '../Meter';
import { compareText } from './utf8';
import { formatFloat } from './formatFloat';
import { printTime } from '../time/layout';
import { Time } from '../time/Time';
import {
  AnyMap,
  Boxed,
  HostObject,
  isList,
  isPlainMap,
  Named,
  TypedMap,
  Uint,
  Value,
} from '../values';

const MAX_DEPTH = 1000;
/** Steps that printing a float takes. */
const FLOAT = 4;
/** Steps that printing a time takes. */
const TIME = 50;

/** Text form of any value as `string()` gives it. */
export function formatText(value: Value, meter: Meter, depth = 0): string {
  if (depth > MAX_DEPTH) {
    return fail('nesting-limit', 'the value is nested too deeply');
  }
  meter.step(2);
  switch (typeof value) {
    case 'string':
      return value;
    case 'number':
      meter.step(FLOAT);
      return formatFloat(value);
    case 'bigint':
    case 'boolean':
      return String(value);
    default:
  }
  if (value === null || value === undefined) return '<nil>';
  const inner = (item: Value) => formatText(item, meter, depth + 1);
  if (isList(value)) return `[${joined(value.map(inner), meter)}]`;
  if (value instanceof Uint8Array) {
    return `[${joined(Array.from(value, String), meter)}]`;
  }
  if (value instanceof Boxed) return formatBoxed(value, meter, inner);
  if (!isPlainMap(value)) return '<unsupported>';
  const keys = Object.keys(value);
  meter.step(keys.length * 4);
  const entries = keys.map(key => [key, value[key] ?? null] as const);
  return formatEntries(entries, meter, inner);
}

function joined(parts: readonly string[], meter: Meter): string {
  let length = parts.length;
  for (const part of parts) length += part.length;
  meter.fits(length);
  // Printing costs at least its length, or shared parts would be free.
  meter.step(length / 4);
  return parts.join(' ');
}

function formatEntries(
  entries: readonly (readonly [string, Value])[],
  meter: Meter,
  inner: (item: Value) => string,
): string {
  // Their keys are sorted.
  meter.step(entries.length * Math.log2(entries.length + 1));
  const parts = [...entries]
    .sort(([a], [b]) => compareText(a, b))
    .map(([key, item]) => `${key}:${inner(item)}`);
  return `map[${joined(parts, meter)}]`;
}

function formatBoxed(
  value: Boxed,
  meter: Meter,
  inner: (item: Value) => string,
): string {
  if (value instanceof Uint) return String(value.value);
  if (value instanceof Named) return value.text;
  if (value instanceof Time) {
    meter.step(TIME);
    return printTime(value);
  }
  if (value instanceof TypedMap) {
    return formatEntries([...value.entries], meter, inner);
  }
  if (value instanceof AnyMap) {
    const entries = [...value.entries.values()].map(
      ([key, item]) => [inner(key), item] as const,
    );
    return formatEntries(entries, meter, inner);
  }
  if (value instanceof HostObject) {
    if (value.type.toText) return value.type.toText(value);
    const fields = [...value.type.members.keys()].map(name =>
      inner(value.fields.get(name) ?? ''),
    );
    return `{${joined(fields, meter)}}`;
  }
  return String(value);
}
