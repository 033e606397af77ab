import { lexError, matchAt, Token } from './token';

const PREFIXED = /0(?:[xX][0-9a-fA-F_]*|[oO][0-7_]*|[bB][01_]*)/y;
// A dot followed by a dot belongs to the range operator.
const DECIMAL =
  /(?:[0-9][0-9_]*(?:\.(?!\.)[0-9_]*)?|\.[0-9_]+)(?:[eE][+-]?[0-9_]*)?/y;
const WORD_CHARACTER = /[\p{L}\p{Nd}_$]/uy;
const FLOAT = /^(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$/;

const MAX_INT = 2n ** 63n - 1n;
// More digits than any 64-bit number has in base 2; longer texts are refused unread.
const MAX_DIGITS = 66;

/** Reads the number literal at a place, giving the token and the offset behind it. */
export function readNumber(source: string, at: number): [Token, number] {
  const prefixed = matchAt(PREFIXED, source, at);
  const text = prefixed ?? matchAt(DECIMAL, source, at) ?? '';
  const end = at + text.length;
  if (matchAt(WORD_CHARACTER, source, end) !== undefined) {
    lexError(source, 'number-literal', 'malformed number', at);
  }
  const digits = text.replaceAll('_', '');
  const isFloat = prefixed === undefined && /[.eE]/.test(digits);
  const value = isFloat ? parseFloatLiteral(digits) : parseIntLiteral(digits);
  if (value === undefined) {
    lexError(source, 'number-literal', 'malformed number or out of range', at);
  }
  return [{ kind: 'literal', text, at, value }, end];
}

function parseFloatLiteral(text: string): number | undefined {
  const value = FLOAT.test(text) ? Number(text) : NaN;
  return Number.isFinite(value) ? value : undefined;
}

function parseIntLiteral(text: string): bigint | undefined {
  const trimmed = text.replace(/^0+(?=[0-9])/, '');
  if (trimmed.length > MAX_DIGITS || /^0[a-zA-Z]$/.test(trimmed)) {
    return undefined;
  }
  const value = BigInt(trimmed);
  return value <= MAX_INT ? value : undefined;
}
