import { fail } from './errors';
import { Uint, Value } from './values';

/** A number of the language: a float or an int. */
export type Numeric = number | bigint;

/** The value as a number, undefined when it is none; named ints are none. */
export function asNumeric(value: Value): Numeric | undefined {
  if (typeof value === 'number' || typeof value === 'bigint') return value;
  return value instanceof Uint ? value.value : undefined;
}

/** The value as an int, undefined when it is none, floats included. */
export function asInt(value: Value): bigint | undefined {
  if (typeof value === 'bigint') return value;
  return value instanceof Uint ? value.value : undefined;
}

/** Wraps to 64 bits in two's complement. */
export function wrap(value: bigint): bigint {
  return BigInt.asIntN(64, value);
}

const MIN_INT = -(2n ** 63n);

/**
 * Drops the fraction of a float.
 *
 * @remarks
 * Upstream: a float out of range gives the smallest int on the usual processors.
 */
export function truncate(value: number): bigint {
  if (!Number.isFinite(value) || Math.abs(value) >= 2 ** 63) return MIN_INT;
  return BigInt(Math.trunc(value));
}

/** An index or count given as int or float; anything else is a conversion error. */
export function toIndex(value: Value): number {
  const number = asNumeric(value);
  if (number === undefined) {
    return fail('conversion', 'an index must be a number');
  }
  return typeof number === 'bigint' ? Number(number) : Number(truncate(number));
}

const NUMBER_TEXT =
  /^[+-]?(?:(?:[0-9](?:_?[0-9])*(?:\.(?:[0-9](?:_?[0-9])*)?)?|\.[0-9](?:_?[0-9])*)(?:[eE][+-]?[0-9](?:_?[0-9])*)?)$/;
const HEX_TEXT =
  /^([+-]?)0[xX](_?[0-9a-fA-F](?:_?[0-9a-fA-F])*)?(?:\.([0-9a-fA-F](?:_?[0-9a-fA-F])*)?)?[pP]([+-]?[0-9](?:_?[0-9])*)$/;
const SPECIAL: ReadonlyMap<string, number> = new Map([
  ['inf', Infinity],
  ['infinity', Infinity],
  ['nan', NaN],
]);

/**
 * Reads a text as a float by the typing rule of templates; undefined when it is no number or overflows.
 *
 * @remarks
 * Decimal with optional fraction and exponent, hexadecimal only with a binary
 * exponent, underscores between digits, `inf`, `infinity` and `nan`. No blanks.
 *
 * @public
 */
export function parseNumber(text: string): number | undefined {
  const unsigned = text.replace(/^[+-]/, '').toLowerCase();
  const special = SPECIAL.get(unsigned);
  if (special !== undefined) {
    if (Number.isNaN(special))
      return unsigned === text.toLowerCase() ? special : undefined;
    return text.startsWith('-') ? -special : special;
  }
  const value = NUMBER_TEXT.test(text)
    ? Number(text.replaceAll('_', ''))
    : parseHex(text);
  return value !== undefined && Number.isFinite(value) ? value : undefined;
}

// More digits cannot change a float and would cost time.
const MAX_HEX_DIGITS = 400;

function parseHex(text: string): number | undefined {
  const match = HEX_TEXT.exec(text);
  if (!match || (!match[2] && !match[3])) return undefined;
  const clean = (part: string | undefined) => (part ?? '').replaceAll('_', '');
  const fraction = clean(match[3]);
  const digits = clean(match[2]) + fraction;
  if (digits.length > MAX_HEX_DIGITS) return undefined;
  const exponent = Number(clean(match[4])) - 4 * fraction.length;
  const value = scaleByPowerOfTwo(BigInt(`0x${digits}`), exponent);
  return match[1] === '-' ? -value : value;
}

/** `mantissa × 2^exponent`, rounded once. */
function scaleByPowerOfTwo(mantissa: bigint, exponent: number): number {
  if (mantissa === 0n) return 0;
  const bits = mantissa.toString(2).length;
  const top = bits + exponent;
  if (top > 1100) return Infinity;
  if (top < -1100) return 0;
  // Exact where the bits fit; otherwise the whole part is rounded by the conversion itself.
  if (exponent >= 0) return Number(mantissa << BigInt(exponent));
  const lowest = Math.max(top - 53, -1074);
  const drop = lowest - exponent;
  if (drop <= 0) return Number(mantissa) * 2 ** exponent;
  const divisor = 1n << BigInt(drop);
  const whole = mantissa / divisor;
  const rest = (mantissa % divisor) * 2n;
  const up = rest > divisor || (rest === divisor && whole % 2n === 1n);
  const rounded = Number(up ? whole + 1n : whole);
  // Two steps keep the powers within the range of normal floats.
  const half = Math.trunc(lowest / 2);
  return rounded * 2 ** half * 2 ** (lowest - half);
}
