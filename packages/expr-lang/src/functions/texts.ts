import type { Frame } from '../Frame';
import type { Meter } from '../Meter';
import { fail } from '../errors';
import { toIndex } from '../numbers';
import { Type, Types } from '../types';
import { byteLength, byteOffset, isAscii, toBytes } from '../text/utf8';
import {
  isList,
  listKind,
  NIL_LIST,
  typedList,
  typeName,
  Value,
} from '../values';
import { decodeBase64, encodeBase64 } from '../text/base64';
import { Builtin, declare, Signature } from './Builtin';

const { string, int, bool } = Types;

function texts(count: number, result: Type, required = count): Signature {
  return { parameters: new Array(count).fill(string), required, result };
}

/** Insists on a text. */
export function text(value: Value): string {
  if (typeof value === 'string') return value;
  return fail('not-a-string', `expected a string, found ${typeName(value)}`);
}

function limitOf(value: Value | undefined): number {
  return value === undefined ? -1 : toIndex(value);
}

// The Unicode White_Space property; `\s` would add the byte-order mark.
const BLANK =
  '[\\t-\\r \\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]';
const LEADING_BLANKS = new RegExp(`^${BLANK}+`);
const ONE_BLANK = new RegExp(BLANK);

function trim(
  value: string,
  characters: string | undefined,
  meter: Meter,
): string {
  if (characters === undefined) {
    const start = value.replace(LEADING_BLANKS, '');
    let end = start.length;
    while (end > 0 && ONE_BLANK.test(start[end - 1])) end -= 1;
    return start.slice(0, end);
  }
  meter.step(characters.length + value.length);
  const set = new Set(characters);
  const all = Array.from(value);
  let from = 0;
  let to = all.length;
  while (from < to && set.has(all[from])) from += 1;
  while (to > from && set.has(all[to - 1])) to -= 1;
  return all.slice(from, to).join('');
}

/** Maps each character on its own; mappings to more than one character do not count. */
function mapCase(
  value: string,
  change: (character: string) => string,
  meter: Meter,
): string {
  if (isAscii(value)) return change(value);
  meter.step(value.length * 2);
  return Array.from(value, character => {
    const changed = change(character);
    return Array.from(changed).length === 1 ? changed : character;
  }).join('');
}

function split(
  args: readonly Value[],
  keep: 'separator' | 'nothing',
  frame: Frame,
): Value {
  const value = text(args[0]);
  const separator = text(args[1]);
  const limit = limitOf(args[2]);
  if (limit === 0) return NIL_LIST;
  const parts = splitText(value, separator, limit, frame.meter);
  if (keep === 'separator') {
    for (let i = 0; i < parts.length - 1; i++) parts[i] += separator;
  }
  return typedList('string', parts);
}

/** Largest limit that splitting takes as it is: it goes by 32 bits, of which infinity has none. */
const MOST_PARTS = 2 ** 32 - 1;

/** Charges for the parts, and makes no more of them than may be paid for. */
function splitText(
  value: string,
  separator: string,
  limit: number,
  meter: Meter,
): string[] {
  if (separator === '') {
    meter.step(value.length);
    const all = Array.from(value);
    if (limit < 0 || all.length <= limit) return all;
    return [...all.slice(0, limit - 1), all.slice(limit - 1).join('')];
  }
  meter.search(value, separator);
  if (limit < 0) {
    const most = Math.min(Math.floor(meter.left) + 1, MOST_PARTS);
    const parts = value.split(separator, most);
    meter.step(parts.length);
    return parts;
  }
  const parts: string[] = [];
  let from = 0;
  while (parts.length < limit - 1) {
    const at = value.indexOf(separator, from);
    if (at < 0) break;
    meter.step(1);
    parts.push(value.slice(from, at));
    from = at + separator.length;
  }
  parts.push(value.slice(from));
  return parts;
}

function replace(args: readonly Value[], frame: Frame): Value {
  const value = text(args[0]);
  const old = text(args[1]);
  const replacement = text(args[2]);
  const limit = limitOf(args[3]);
  if (limit === 0 || old === replacement) return value;
  if (old === '') return interleave(value, replacement, limit, frame);
  const most = limit < 0 ? -1 : limit + 1;
  const parts = splitText(value, old, most, frame.meter);
  const growth = (replacement.length - old.length) * (parts.length - 1);
  frame.meter.fits(value.length + growth);
  frame.meter.read(value.length + growth);
  return parts.join(replacement);
}

function interleave(
  value: string,
  filler: string,
  limit: number,
  frame: Frame,
): string {
  frame.meter.step(value.length * 2);
  const characters = Array.from(value);
  const gaps = characters.length + 1;
  const count = limit < 0 ? gaps : Math.min(limit, gaps);
  frame.meter.fits(value.length + count * filler.length);
  frame.meter.read(value.length + count * filler.length);
  const parts: string[] = [];
  for (let i = 0; i < gaps; i++) {
    if (i < count) parts.push(filler);
    parts.push(characters[i] ?? '');
  }
  return parts.join('');
}

const MAX_REPEAT = 1_000_000;
/** Bytes that are repeated in one step. */
const UNITS_PER_STEP = 16;

function repeat(args: readonly Value[], frame: Frame): Value {
  const value = text(args[0]);
  const count = toIndex(args[1]);
  if (count < 0) return fail('argument-type', 'the count must not be negative');
  if (count > MAX_REPEAT) {
    return fail('memory-budget', 'the count is too large');
  }
  const size = byteLength(value) * count;
  frame.meter.grow(size, size / UNITS_PER_STEP);
  return value.repeat(count);
}

function join(args: readonly Value[], frame: Frame): Value {
  const [list] = args;
  const separator = args.length > 1 ? text(args[1]) : '';
  if (!isList(list) || listKind(list) === 'int') {
    return fail('argument-type', 'join() takes a list of strings');
  }
  let length = separator.length * list.length;
  for (const item of list) length += text(item).length;
  frame.meter.fits(length);
  frame.meter.step(list.length);
  frame.meter.read(length);
  return list.join(separator);
}

function offsetOf(value: string, index: number): bigint {
  return BigInt(index < 0 ? -1 : byteOffset(value, index));
}

const affix = (
  name: string,
  remove: (value: string, part: string) => string,
): Builtin =>
  declare(name, [texts(2, string, 1)], args =>
    remove(text(args[0]), args.length > 1 ? text(args[1]) : ' '),
  );

function fromBase64(value: string): string {
  return decodeBase64(value) ?? fail('base64-text', 'malformed base64 text');
}

const listOfText = Types.listOf(string);
const splitSignature: Signature = {
  parameters: [string, string, int],
  required: 2,
  result: listOfText,
};

/** The built-in functions on texts. */
export const TEXT_BUILTINS: readonly Builtin[] = [
  declare('trim', [texts(2, string, 1)], (args, { meter }) =>
    trim(text(args[0]), args.length > 1 ? text(args[1]) : undefined, meter),
  ),
  affix('trimPrefix', (value, part) =>
    value.startsWith(part) ? value.slice(part.length) : value,
  ),
  affix('trimSuffix', (value, part) =>
    value.endsWith(part) ? value.slice(0, value.length - part.length) : value,
  ),
  declare('upper', [texts(1, string)], (args, { meter }) =>
    mapCase(text(args[0]), character => character.toUpperCase(), meter),
  ),
  declare('lower', [texts(1, string)], (args, { meter }) =>
    mapCase(text(args[0]), character => character.toLowerCase(), meter),
  ),
  declare('split', [splitSignature], (args, frame) =>
    split(args, 'nothing', frame),
  ),
  declare('splitAfter', [splitSignature], (args, frame) =>
    split(args, 'separator', frame),
  ),
  declare(
    'replace',
    [
      {
        parameters: [string, string, string, int],
        required: 3,
        result: string,
      },
    ],
    replace,
  ),
  declare('repeat', [{ parameters: [string, int], result: string }], repeat),
  declare(
    'join',
    [{ parameters: [Types.list, string], required: 1, result: string }],
    join,
  ),
  declare('indexOf', [texts(2, int)], (args, { meter }) => {
    const [value, part] = args.map(text);
    meter.search(value, part);
    return offsetOf(value, value.indexOf(part));
  }),
  declare('lastIndexOf', [texts(2, int)], (args, { meter }) => {
    const [value, part] = args.map(text);
    meter.search(value, part);
    return offsetOf(value, value.lastIndexOf(part));
  }),
  declare('hasPrefix', [texts(2, bool)], args =>
    text(args[0]).startsWith(text(args[1])),
  ),
  declare('hasSuffix', [texts(2, bool)], args =>
    text(args[0]).endsWith(text(args[1])),
  ),
  declare('fromBase64', [texts(1, string)], (args, { meter }) => {
    const value = text(args[0]);
    meter.step(value.length / 4);
    return fromBase64(value);
  }),
  declare('toBase64', [texts(1, string)], (args, { meter }) => {
    const value = text(args[0]);
    meter.step(value.length / 4);
    return encodeBase64(toBytes(value));
  }),
];
