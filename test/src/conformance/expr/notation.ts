import {
  AnyMap,
  Boxed,
  Duration,
  encodeJson,
  evaluate,
  HostFunction,
  HostObject,
  isNil,
  Location,
  Named,
  NIL_LIST,
  printRfc3339,
  Time,
  TypedMap,
  typedList,
  Types,
  Uint,
  Value,
} from 'backstage-plugin-kargo-expr';
import { namedFunction } from './environmentFunctions';

/**
 * The notation of the corpus: JSON texts, booleans, null and lists stand for
 * themselves, everything else is an object with one telling key.
 */
export type Notation =
  | null
  | boolean
  | number
  | string
  | Notation[]
  | { [key: string]: Notation };

const SPECIAL_FLOATS: Record<string, number> = {
  NaN: NaN,
  '+Inf': Infinity,
  '-Inf': -Infinity,
  '-0': -0,
};

type Tagged = Record<string, Notation>;

const byKey = ([a]: [string, unknown], [b]: [string, unknown]) =>
  a < b ? -1 : 1;
const firstOf = (value: Value | undefined): Value => value ?? '';
const listOf = (value: Value | undefined): Value =>
  value === undefined ? NIL_LIST : typedList('string', [value]);

const text = (notation: Notation) => String(notation);
const list = (notation: Notation) => notation as Notation[];
const entries = (notation: Notation): [string, Value][] =>
  Object.entries(notation as Tagged).map(([key, value]) => [key, text(value)]);

const READERS: ReadonlyMap<string, (notation: Notation) => Value> = new Map<
  string,
  (notation: Notation) => Value
>([
  ['i', notation => BigInt(text(notation))],
  ['u', notation => new Uint(BigInt(text(notation)))],
  ['t', notation => evaluate(`date(${JSON.stringify(notation)})`)],
  ['d', notation => Duration.parse(text(notation)) ?? null],
  ['strs', notation => typedList('string', list(notation).map(text))],
  [
    'ints',
    notation =>
      typedList(
        'int',
        list(notation).map(n => BigInt(text(n))),
      ),
  ],
  ['strmap', notation => new TypedMap(new Map(entries(notation)), '')],
  ['hget', notation => headerFunction('header', entries(notation), firstOf)],
  ['hvals', notation => headerFunction('headers', entries(notation), listOf)],
  ['header', headerMap],
  ['fn', notation => namedFunction(text(notation))],
]);

/** A function that finds a header by its name in any case. */
function headerFunction(
  name: string,
  headers: readonly [string, Value][],
  result: (value: Value | undefined) => Value,
): HostFunction {
  const byName = new Map(headers.map(([k, v]) => [k.toLowerCase(), v]));
  return new HostFunction(name, [Types.string], ([header]) =>
    result(byName.get(String(header).toLowerCase())),
  );
}

function headerMap(notation: Notation): Value {
  const headers = entries(notation);
  return new TypedMap(
    new Map(headers.map(([key, value]) => [key, listOf(value)])),
    NIL_LIST,
    new Map([
      ['Get', headerFunction('Get', headers, firstOf)],
      ['Values', headerFunction('Values', headers, listOf)],
    ]),
  );
}

/** Reads an environment: bare numbers are floats and bare objects generic maps. */
export function readEnvironment(notation: Notation): Value {
  if (Array.isArray(notation)) return notation.map(readEnvironment);
  if (typeof notation !== 'object' || notation === null) return notation;
  const keys = Object.keys(notation);
  const reader = keys.length === 1 ? READERS.get(keys[0]) : undefined;
  if (reader) return reader(notation[keys[0]]);
  const map: Record<string, Value> = Object.create(null);
  for (const key of keys) map[key] = readEnvironment(notation[key]);
  return map;
}

/** Writes a value in the notation, one way for each value, so that texts can be compared. */
export function writeValue(value: Value): Notation {
  if (value === NIL_LIST) return { nilarray: 1 };
  if (isNil(value)) return null;
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value;
    case 'bigint':
      return { i: String(value) };
    case 'number':
      return { f: floatText(value) };
    default:
  }
  if (Array.isArray(value)) return value.map(writeValue);
  if (value instanceof Uint8Array) return { y: Array.from(value, floatText) };
  if (value instanceof Boxed) return writeBoxed(value);
  return { m: sortedMap(Object.entries(value)) };
}

function writeBoxed(value: Boxed): Notation {
  if (value instanceof Uint) return { u: String(value.value) };
  if (value instanceof Time) return { t: printRfc3339(value) };
  if (value instanceof Duration) return { d: value.toString() };
  if (value instanceof Location) return { loc: value.name };
  if (value instanceof Named) return { n: value.typeName, v: value.text };
  if (value instanceof TypedMap) return { m: sortedMap([...value.entries]) };
  if (value instanceof AnyMap) {
    return sortedPairs(
      [...value.entries.values()].map(pair => pair.map(writeValue)),
    );
  }
  if (value instanceof HostObject) {
    return { o: value.type.name, json: JSON.parse(encodeJson(value)) };
  }
  return { fn: 1 };
}

/** Brings an expected result into the form in which {@link writeValue} writes it. */
export function normalise(expected: Notation): Notation {
  if (Array.isArray(expected)) return expected.map(normalise);
  if (typeof expected !== 'object' || expected === null) return expected;
  if ('i' in expected) return { i: text(expected.i) };
  if ('u' in expected) return { u: text(expected.u) };
  if ('f' in expected) return { f: floatText(readFloat(expected.f)) };
  if ('y' in expected) return { y: list(expected.y).map(text) };
  if ('m' in expected) {
    const map = Object.entries(expected.m as Tagged);
    return {
      m: Object.fromEntries(
        map.sort(byKey).map(([key, value]) => [key, normalise(value)]),
      ),
    };
  }
  return 'M' in expected
    ? sortedPairs(list(expected.M).map(pair => list(pair).map(normalise)))
    : expected;
}

function readFloat(notation: Notation): number {
  return typeof notation === 'string'
    ? SPECIAL_FLOATS[notation]
    : Number(notation);
}

function floatText(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}

function sortedMap(map: [string, Value][]): Tagged {
  return Object.fromEntries(
    map.sort(byKey).map(([key, value]) => [key, writeValue(value)]),
  );
}

function sortedPairs(pairs: Notation[][]): Notation {
  const keyed = pairs.map((pair): [string, Notation] => [
    JSON.stringify(pair[0]),
    pair,
  ]);
  return { M: keyed.sort(byKey).map(([, pair]) => pair) };
}
