import { encodeJson } from './encodeJson';
import { ExpressionError } from './errors';
import { Time } from './time/Time';
import { Boxed, newMap, Value } from './values';

const MAX_DEPTH = 1000;

/**
 * Takes a JavaScript value into the language: numbers become floats, bigints ints, dates times in UTC.
 *
 * @remarks
 * JSON data needs no conversion, it already is a value. `undefined` becomes
 * nil, a `Map` with text keys a generic map. Throws an ExpressionError of stage
 * `run` for instances of other classes, functions, symbols and cycles.
 *
 * @public
 */
export function fromJs(value: unknown): Value {
  return convert(value, 0);
}

function convert(value: unknown, depth: number): Value {
  if (depth > MAX_DEPTH) return unsupported('a value nested too deeply');
  switch (typeof value) {
    case 'undefined':
      return null;
    case 'boolean':
    case 'number':
    case 'string':
      return value;
    case 'bigint':
      return BigInt.asIntN(64, value);
    case 'object':
      return value === null ? null : convertObject(value, depth);
    default:
      return unsupported(`a ${typeof value}`);
  }
}

function convertObject(value: object, depth: number): Value {
  if (value instanceof Boxed || value instanceof Uint8Array) return value;
  if (value instanceof Date) return Time.fromDate(value);
  if (Array.isArray(value)) return value.map(item => convert(item, depth + 1));
  const entries = value instanceof Map ? [...value] : plainEntries(value);
  const map = newMap();
  for (const [key, item] of entries) {
    if (typeof key !== 'string') return unsupported('a key that is no text');
    map[key] = convert(item, depth + 1);
  }
  return map;
}

function plainEntries(value: object): [string, unknown][] {
  const prototype: unknown = Object.getPrototypeOf(value);
  const isPlain =
    prototype === null || Object.getPrototypeOf(prototype) === null;
  return isPlain ? Object.entries(value) : unsupported('an object of a class');
}

function unsupported(what: string): never {
  throw new ExpressionError(
    'run',
    'unsupported-value',
    `${what} cannot enter an expression`,
  );
}

/** Data as JSON has it. @public */
export type JsonData =
  | null
  | boolean
  | number
  | string
  | JsonData[]
  | { [key: string]: JsonData };

/**
 * Gives a value to JavaScript as JSON data: ints become numbers, times and bytes texts, durations nanoseconds.
 *
 * @remarks
 * The same rules as {@link encodeJson}, also for what has no JSON form.
 *
 * @public
 */
export function toJs(value: Value): JsonData {
  const isPlain =
    value === null || typeof value === 'string' || typeof value === 'boolean';
  return isPlain ? value : JSON.parse(encodeJson(value));
}
