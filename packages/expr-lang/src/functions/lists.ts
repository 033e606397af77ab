import { find } from '../access';
import { equal } from '../equality';
import { fail } from '../errors';
import type { Frame } from '../Frame';
import type { Meter } from '../Meter';
import { asInt, asNumeric } from '../numbers';
import { characterCount } from '../text/utf8';
import { isInteger, isUnknown, Type, Types } from '../types';
import {
  AnyMap,
  isList,
  isPlainMap,
  listKind,
  NIL_LIST,
  TypedMap,
  typedList,
  typeName,
  Value,
} from '../values';
import {
  Builtin,
  CallCheck,
  checkSignatures,
  declare,
  problem,
} from './Builtin';
import { chargeEntry } from './grouping';
import { sortDirection, sortedBy } from './sorting';

const { int, list, string, unknown } = Types;
const MAX_DEPTH = 1000;

/** Insists on a list. */
export function elements(value: Value): readonly Value[] {
  if (isList(value)) return value;
  return fail('argument-type', `expected a list, found ${typeName(value)}`);
}

function sort(args: readonly Value[], frame: Frame): Value {
  if (args[0] === null) return NIL_LIST;
  const values = elements(args[0]);
  const direction = sortDirection(args[1]);
  frame.meter.grow(values.length);
  return sortedBy(values, values, direction, frame.meter);
}

function reverse(args: readonly Value[], frame: Frame): Value {
  const values = elements(args[0]);
  frame.meter.grow(values.length);
  return [...values].reverse();
}

/** Values that can only equal values of the same bucket; the rest shares one. */
function bucketOf(value: Value): unknown {
  const number = asNumeric(value);
  if (number !== undefined) return Number(number);
  if (typeof value === 'string') return `s${value}`;
  return typeof value === 'boolean' ? value : undefined;
}

function uniq(args: readonly Value[], frame: Frame): Value {
  const { meter } = frame;
  const buckets = new Map<unknown, Value[]>();
  return elements(args[0]).filter(value => {
    const key = bucketOf(value);
    const bucket = buckets.get(key) ?? [];
    chargeEntry(value, meter);
    meter.step(bucket.length);
    if (bucket.some(known => equal(known, value, meter))) return false;
    bucket.push(value);
    buckets.set(key, bucket);
    return true;
  });
}

function concat(args: readonly Value[], frame: Frame): Value {
  const joined: Value[] = [];
  for (const arg of args) {
    const values = elements(arg);
    frame.meter.grow(values.length);
    for (const value of values) joined.push(value);
  }
  return joined.length > 0 ? joined : NIL_LIST;
}

function flatten(args: readonly Value[], frame: Frame): Value {
  const flat: Value[] = [];
  flattenInto(flat, elements(args[0]), frame, 0);
  frame.meter.grow(flat.length);
  return flat;
}

function flattenInto(
  flat: Value[],
  values: readonly Value[],
  frame: Frame,
  depth: number,
): void {
  if (depth > MAX_DEPTH) fail('nesting-limit', 'the list is nested too deeply');
  frame.meter.step(values.length + 1);
  for (const value of values) {
    if (isList(value)) flattenInto(flat, value, frame, depth + 1);
    else flat.push(value);
  }
}

/** The element at a position of anything that has positions, otherwise nil. */
function end(value: Value, position: 0n | -1n): Value {
  const indexed =
    isList(value) || typeof value === 'string' || value instanceof Uint8Array;
  return (indexed ? find(value, position) : undefined) ?? null;
}

function take(args: readonly Value[], frame: Frame): Value {
  const values = elements(args[0]);
  const count = asInt(args[1]);
  if (count === undefined) {
    return fail('argument-type', 'the count must be an int');
  }
  if (count < 0n) return fail('index-range', 'the count is negative');
  const most = BigInt(values.length);
  const part = values.slice(0, Number(count < most ? count : most));
  frame.meter.copy(part.length);
  const kind = listKind(values);
  return kind ? typedList(kind, part) : part;
}

/** Of what is not known to be a list, the part is not known to be one either. */
function checkTake(args: readonly Type[]): CallCheck {
  const check = checkSignatures(
    'take',
    [{ parameters: [list, int], result: list }],
    args,
  );
  return 'result' in check && isUnknown(args[0]) ? { result: unknown } : check;
}

function length(value: Value, meter: Meter): number {
  if (typeof value === 'string') return characterCount(value);
  if (isList(value) || value instanceof Uint8Array) return value.length;
  if (value instanceof TypedMap || value instanceof AnyMap) {
    return value.entries.size;
  }
  if (isPlainMap(value)) {
    const { length: count } = Object.keys(value);
    meter.step(count * 3);
    return count;
  }
  return fail('argument-type', `${typeName(value)} has no length`);
}

const MEASURABLE = new Set<Type['kind']>([
  ...(['unknown', 'array', 'map', 'any-map', 'string', 'bytes'] as const),
]);

function checkLength(args: readonly Type[]): CallCheck {
  if (args.length !== 1) {
    return problem('argument-count', 'len() takes one argument');
  }
  return MEASURABLE.has(args[0].kind)
    ? { result: int }
    : problem('argument-type', 'len() takes a list, a map or a text');
}

function checkGet(args: readonly Type[]): CallCheck {
  if (args.length !== 2) {
    return problem('argument-count', 'get() takes two arguments');
  }
  const [object, key] = args;
  const keyIs = (fits: boolean, result: Type) =>
    fits || isUnknown(key)
      ? { result }
      : problem('index-type', 'get() does not take such a key here');
  switch (object.kind) {
    case 'unknown':
      return { result: unknown };
    case 'any-map':
      return { result: object.value };
    case 'array':
      return keyIs(isInteger(key), object.element);
    case 'map':
      return keyIs(key.kind === 'string', object.value);
    case 'object':
      return keyIs(key.kind === 'string', unknown);
    default:
      return problem('index-type', 'get() takes a list or a map');
  }
}

const onList = (name: string, run: Builtin['run']): Builtin => ({
  name,
  check(args) {
    if (args.length !== 1) {
      return problem('argument-count', `${name}() takes one argument`);
    }
    return isUnknown(args[0]) || args[0].kind === 'array'
      ? { result: list }
      : problem('argument-type', `${name}() takes a list`);
  },
  run,
});

/** The built-in functions on lists that take no predicate. */
export const LIST_BUILTINS: readonly Builtin[] = [
  declare(
    'sort',
    [{ parameters: [list, string], required: 1, result: list }],
    sort,
  ),
  onList('reverse', reverse),
  onList('uniq', uniq),
  declare(
    'concat',
    [{ parameters: [list], variadic: list, result: list }],
    concat,
  ),
  declare('flatten', [{ parameters: [list], result: list }], flatten),
  declare('first', [{ parameters: [list], result: unknown }], args =>
    end(args[0], 0n),
  ),
  declare('last', [{ parameters: [list], result: unknown }], args =>
    end(args[0], -1n),
  ),
  { name: 'take', check: checkTake, run: take },
  {
    name: 'len',
    check: checkLength,
    run: (args, frame) => BigInt(length(args[0], frame.meter)),
  },
  {
    name: 'get',
    check: checkGet,
    run: args => find(args[0], args[1]) ?? null,
  },
];
