import { JsonValue } from 'backstage-plugin-kargo-common';
import { patternSize } from 'backstage-plugin-kargo-expr';
import { RE2JS } from 're2js';
import { sha256Hex } from '../hash';
import { isObject } from '../isObject';
import { GoTemplateError } from './GoTemplateError';
import { formatText } from './formatText';
import { isTrue, LONGEST, printValue, typeOf } from './values';

/** A function of templates. */
interface TemplateFunction {
  /** Fewest and most arguments. */
  takes: [number, number];
  /** How much harder its work is than to read what it is given; 1 by default. */
  weight?(args: JsonValue[]): number;
  call(args: JsonValue[]): JsonValue;
}

/** Longest pattern, in characters. */
const LONGEST_PATTERN = 1_000;
/** Largest pattern, in instructions. */
const LARGEST_PATTERN = 10_000;
const MOST_REPEATED = 10_000;

function texts(
  count: number,
  call: (...args: string[]) => JsonValue,
): TemplateFunction {
  return {
    takes: [count, count],
    call: args => call(...args.map(textOf)),
  };
}

function any(
  takes: [number, number],
  call: (...args: JsonValue[]) => JsonValue,
): TemplateFunction {
  return { takes, call: args => call(...args) };
}

/** What Go's language has itself. */
const BUILTIN: Record<string, TemplateFunction> = {
  not: any([1, 1], value => !isTrue(value)),
  eq: any([2, 100], (value, ...others) =>
    others.some(other => isEqual(value, other)),
  ),
  ne: any([2, 2], (a, b) => !isEqual(a, b)),
  lt: any([2, 2], (a, b) => compare(a, b) < 0),
  le: any([2, 2], (a, b) => compare(a, b) <= 0),
  gt: any([2, 2], (a, b) => compare(a, b) > 0),
  ge: any([2, 2], (a, b) => compare(a, b) >= 0),
  index: any([1, 20], (value, ...keys) => keys.reduce(readIndex, value)),
  len: any([1, 1], lengthOf),
  print: any([0, 100], (...args) => args.map(printValue).join('')),
  println: any([0, 100], (...args) => `${args.map(printValue).join(' ')}\n`),
  printf: any([1, 100], (format, ...args) => formatText(textOf(format), args)),
  urlquery: any([0, 100], (...args) =>
    escapeQuery(args.map(printValue).join('')),
  ),
};

/** Those of the library sprig that links use; what is told about comes last, as there. */
const SPRIG: Record<string, TemplateFunction> = {
  default: any([2, 2], (fallback, value) => (isTrue(value) ? value : fallback)),
  coalesce: any([0, 100], (...args) => args.find(isTrue) ?? null),
  empty: any([1, 1], value => !isTrue(value)),
  ternary: any([3, 3], (yes, no, test) => (isTrue(test) ? yes : no)),
  lower: texts(1, text => text.toLowerCase()),
  upper: texts(1, text => text.toUpperCase()),
  title: texts(1, text =>
    text.replace(
      /(^|\s)(\S)/g,
      (_, blank, first) => blank + first.toUpperCase(),
    ),
  ),
  trim: texts(1, text => text.trim()),
  trimAll: texts(2, (signs, text) => trimSigns(text, signs)),
  trimPrefix: texts(2, (prefix, text) =>
    text.startsWith(prefix) ? text.slice(prefix.length) : text,
  ),
  trimSuffix: texts(2, (suffix, text) =>
    suffix && text.endsWith(suffix) ? text.slice(0, -suffix.length) : text,
  ),
  replace: texts(3, (from, to, text) => {
    const parts = text.split(from);
    demandFits(text.length + parts.length * to.length);
    return parts.join(to);
  }),
  contains: texts(2, (part, text) => text.includes(part)),
  hasPrefix: texts(2, (part, text) => text.startsWith(part)),
  hasSuffix: texts(2, (part, text) => text.endsWith(part)),
  nospace: texts(1, text => text.replace(/\s/g, '')),
  quote: any([0, 100], (...args) =>
    args.map(value => JSON.stringify(printValue(value))).join(' '),
  ),
  squote: any([0, 100], (...args) =>
    args.map(value => `'${printValue(value)}'`).join(' '),
  ),
  cat: any([0, 100], (...args) => args.map(printValue).join(' ')),
  repeat: any([2, 2], (count, text) => {
    const times = wholeOf(count);
    const known = textOf(text);
    if (times < 0 || times * known.length > MOST_REPEATED) {
      throw new GoTemplateError(
        `repeat makes ${MOST_REPEATED} characters at most`,
      );
    }
    return known.repeat(times);
  }),
  trunc: any([2, 2], (count, text) => {
    const whole = wholeOf(count);
    const signs = [...textOf(text)];
    return (whole < 0 ? signs.slice(whole) : signs.slice(0, whole)).join('');
  }),
  substr: any([3, 3], (start, end, text) => {
    const [from, to] = [wholeOf(start), wholeOf(end)];
    const known = textOf(text);
    return known.slice(Math.max(from, 0), to < 0 ? undefined : to);
  }),
  split: texts(2, (separator, text) =>
    Object.fromEntries(
      text.split(separator).map((part, index) => [`_${index}`, part]),
    ),
  ),
  splitList: texts(2, (separator, text) => text.split(separator)),
  join: any([2, 2], (separator, list) => {
    const parts = listOf(list).map(printValue);
    const between = textOf(separator);
    demandFits(parts.length * between.length);
    return parts.join(between);
  }),
  first: any([1, 1], list => listOf(list)[0] ?? null),
  last: any([1, 1], list => listOf(list).at(-1) ?? null),
  rest: any([1, 1], list => listOf(list).slice(1)),
  initial: any([1, 1], list => listOf(list).slice(0, -1)),
  has: any([2, 2], (value, list) =>
    listOf(list).some(element => isSame(element, value)),
  ),
  list: any([0, 100], (...args) => args),
  dict: any([0, 100], (...args) =>
    Object.fromEntries(
      args.flatMap((key, index) =>
        index % 2 === 0 ? [[textOf(key), args[index + 1] ?? '']] : [],
      ),
    ),
  ),
  get: any([2, 2], (map, key) => readIndex(map, key) ?? ''),
  hasKey: any(
    [2, 2],
    (map, key) => isObject(map) && Object.hasOwn(map, textOf(key)),
  ),
  keys: any([1, 100], (...maps) =>
    maps.flatMap(map => (isObject(map) ? Object.keys(map) : [])),
  ),
  toString: any([1, 1], printValue),
  toJson: any([1, 1], value => JSON.stringify(value)),
  b64enc: texts(1, text => Buffer.from(text).toString('base64')),
  sha256sum: texts(1, text => sha256Hex(text)),
  regexMatch: {
    ...texts(2, (pattern, text) => compile(pattern).matcher(text).find()),
    weight: weightOfPattern,
  },
  regexReplaceAll: {
    ...texts(3, (pattern, text, to) => {
      const matcher = compile(pattern).matcher(text);
      let length = text.length;
      while (matcher.find()) {
        // A group that it repeats is no longer than the text.
        length += to.length * (to.includes('$') ? 1 + text.length : 1);
        demandFits(length);
      }
      return matcher.replaceAll(to);
    }),
    weight: weightOfPattern,
  },
  int: any([1, 1], value => Math.trunc(Number(value)) || 0),
  add: any([0, 100], (...args) =>
    args.map(numberOf).reduce((a, b) => a + b, 0),
  ),
  sub: any([2, 2], (a, b) => numberOf(a) - numberOf(b)),
};

/**
 * The functions of templates by name. None of them reaches the environment, the network,
 * files, the clock or chance.
 */
export const FUNCTIONS: ReadonlyMap<string, TemplateFunction> = new Map(
  Object.entries({ ...BUILTIN, ...SPRIG }),
);

function textOf(value: JsonValue): string {
  if (typeof value !== 'string') {
    throw new GoTemplateError(`expected a text, got ${typeOf(value)}`);
  }
  return value;
}

function numberOf(value: JsonValue): number {
  if (typeof value !== 'number') {
    throw new GoTemplateError(`expected a number, got ${typeOf(value)}`);
  }
  return value;
}

function wholeOf(value: JsonValue): number {
  const number = numberOf(value);
  if (!Number.isInteger(number)) {
    throw new GoTemplateError(`expected a whole number, got ${number}`);
  }
  return number;
}

function listOf(value: JsonValue): JsonValue[] {
  if (!Array.isArray(value)) {
    throw new GoTemplateError(`expected a list, got ${typeOf(value)}`);
  }
  return value;
}

function lengthOf(value: JsonValue): number {
  if (typeof value === 'string') {
    return Buffer.byteLength(value);
  }
  if (isObject(value)) {
    return Object.keys(value).length;
  }
  return listOf(value).length;
}

/** Of a map what it lacks is nothing; a list must have what is asked for. */
function readIndex(value: JsonValue, key: JsonValue): JsonValue {
  if (isObject(value)) {
    const name = textOf(key);
    return Object.hasOwn(value, name) ? value[name] ?? null : null;
  }
  const list = listOf(value);
  const index = wholeOf(key);
  if (index < 0 || index >= list.length) {
    throw new GoTemplateError(`index out of range: ${index}`);
  }
  return list[index];
}

function isSame(a: JsonValue, b: JsonValue): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function isEqual(a: JsonValue, b: JsonValue): boolean {
  const isNothing = a === null || b === null;
  if (!isNothing && typeof a !== typeof b) {
    throw new GoTemplateError(
      `incompatible types for comparison: ${typeOf(a)} and ${typeOf(b)}`,
    );
  }
  return isSame(a, b);
}

function compare(a: JsonValue, b: JsonValue): number {
  if (typeof a === 'number') {
    return a - numberOf(b);
  }
  const [left, right] = [textOf(a), textOf(b)];
  if (left === right) {
    return 0;
  }
  return left < right ? -1 : 1;
}

function trimSigns(text: string, signs: string): string {
  const kept = [...text];
  const known = new Set(signs);
  const start = kept.findIndex(sign => !known.has(sign));
  const end = kept.findLastIndex(sign => !known.has(sign));
  return start < 0 ? '' : kept.slice(start, end + 1).join('');
}

/** Before a text is made: making it could take all the memory there is. */
function demandFits(length: number): void {
  if (length > LONGEST) {
    throw new GoTemplateError(`the text is longer than ${LONGEST} characters`);
  }
}

/** A program of a pattern may look at every sign as often as it is long. */
function weightOfPattern([pattern]: JsonValue[]): number {
  return 1 + compile(textOf(pattern)).programSize() / 10;
}

/** As a value of a query: blanks are `+`. Half a character is replaced, as everywhere in UTF-8. */
function escapeQuery(text: string): string {
  return encodeURIComponent(text.replace(/\p{Surrogate}/gu, '\ufffd'))
    .replace(
      /[!'()*]/g,
      sign => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
    )
    .replaceAll('%20', '+');
}

function compile(pattern: string): RE2JS {
  if (pattern.length > LONGEST_PATTERN) {
    throw new GoTemplateError(
      `a pattern may have ${LONGEST_PATTERN} characters`,
    );
  }
  if (patternSize(pattern) > LARGEST_PATTERN) {
    throw new GoTemplateError(
      `a pattern may have ${LARGEST_PATTERN} instructions`,
    );
  }
  try {
    return RE2JS.compile(pattern);
  } catch {
    throw new GoTemplateError(`malformed pattern ${JSON.stringify(pattern)}`);
  }
}
