import { lexError } from './token';

const SIMPLE_ESCAPES: ReadonlyMap<string, number> = new Map([
  ['a', 7],
  ['b', 8],
  ['f', 12],
  ['n', 10],
  ['r', 13],
  ['t', 9],
  ['v', 11],
  ['\\', 92],
]);
const HEX_LENGTHS: ReadonlyMap<string, number> = new Map([
  ['x', 2],
  ['u', 4],
  ['U', 8],
]);
const REPLACEMENT = 0xfffd;

interface Escape {
  readonly codePoint: number;
  readonly end: number;
  /** Whether the escape denotes one byte in a bytes literal. */
  readonly isByte: boolean;
}

/** Reads a quoted literal whose opening quote stands at `at`. */
export function readQuoted(
  source: string,
  at: number,
  form: 'text',
): [string, number];
export function readQuoted(
  source: string,
  at: number,
  form: 'bytes',
): [Uint8Array, number];
export function readQuoted(
  source: string,
  at: number,
  form: 'text' | 'bytes',
): [string | Uint8Array, number] {
  const quote = source[at];
  const parts: (string | number)[] = [];
  let i = at + 1;
  let plainFrom = i;
  for (;;) {
    const character = source[i];
    if (character === undefined || character === '\n') {
      lexError(source, 'unterminated-literal', 'the text is not closed', at);
    }
    if (character !== quote && character !== '\\') {
      i += 1;
      continue;
    }
    parts.push(source.slice(plainFrom, i).replaceAll('\r', '\n'));
    if (character === quote) break;
    const escape = readEscape(source, i, quote, form);
    parts.push(
      form === 'bytes' && escape.isByte
        ? escape.codePoint
        : String.fromCodePoint(escape.codePoint),
    );
    i = escape.end;
    plainFrom = i;
  }
  return [form === 'text' ? parts.join('') : joinBytes(parts), i + 1];
}

/** Reads a raw literal whose opening backtick stands at `at`. */
export function readRaw(source: string, at: number): [string, number] {
  const parts: string[] = [];
  let from = at + 1;
  for (;;) {
    const end = source.indexOf('`', from);
    if (end < 0) {
      lexError(source, 'unterminated-literal', 'the text is not closed', at);
    }
    parts.push(source.slice(from, end));
    if (source[end + 1] !== '`') return [parts.join('`'), end + 1];
    from = end + 2;
  }
}

function readEscape(
  source: string,
  at: number,
  quote: string,
  form: 'text' | 'bytes',
): Escape {
  const letter = source[at + 1] ?? '';
  const simple =
    letter === quote ? letter.charCodeAt(0) : SIMPLE_ESCAPES.get(letter);
  if (simple !== undefined) {
    return { codePoint: simple, end: at + 2, isByte: true };
  }
  if (form === 'text' && letter === 'u' && source[at + 2] === '{') {
    return readBracedEscape(source, at);
  }
  const octal = /^[0-3][0-7]{2}$/.test(source.slice(at + 1, at + 4));
  const length = HEX_LENGTHS.get(letter) ?? 0;
  const from = octal ? at + 1 : at + 2;
  const end = octal ? at + 4 : from + length;
  const digits = source.slice(from, end);
  const allowed = form === 'text' || letter === 'x' || octal;
  const wellFormed = length > 0 && isHex(digits) && digits.length === length;
  if (!allowed || !(octal || wellFormed)) return badEscape(source, at);
  const codePoint = parseInt(digits, octal ? 8 : 16);
  return {
    codePoint: checkedCodePoint(source, at, codePoint),
    end,
    isByte: true,
  };
}

function readBracedEscape(source: string, at: number): Escape {
  const close = source.indexOf('}', at);
  const digits = source.slice(at + 3, close);
  if (close < 0 || digits.length > 6 || !isHex(digits)) {
    return badEscape(source, at);
  }
  const codePoint = checkedCodePoint(source, at, parseInt(digits, 16));
  return { codePoint, end: close + 1, isByte: false };
}

function checkedCodePoint(source: string, at: number, value: number): number {
  if (value > 0x10ffff) return badEscape(source, at);
  // Halves of surrogate pairs are not combined.
  return value >= 0xd800 && value <= 0xdfff ? REPLACEMENT : value;
}

function badEscape(source: string, at: number): never {
  return lexError(source, 'escape', 'unknown or malformed escape', at);
}

function isHex(digits: string): boolean {
  return /^[0-9a-fA-F]+$/.test(digits);
}

function joinBytes(parts: readonly (string | number)[]): Uint8Array {
  const encoder = new TextEncoder();
  const bytes: number[] = [];
  for (const part of parts) {
    if (typeof part === 'number') bytes.push(part);
    else for (const byte of encoder.encode(part)) bytes.push(byte);
  }
  return Uint8Array.from(bytes);
}
