/**
 * How Go writes and reads plain values. Update steps word values as Kargo does, and Kargo
 * leaves the choice between a bare and a quoted text to Go's parsers.
 */

const DECIMAL = /^[+-]?(?:\d[\d_]*(?:\.[\d_]*)?|\.\d[\d_]*)(?:e[+-]?[\d_]+)?$/i;
const HEXADECIMAL =
  /^[+-]?0x_?(?:[\da-f][\da-f_]*(?:\.[\da-f_]*)?|\.[\da-f][\da-f_]*)p[+-]?[\d_]+$/i;
const NOT_FINITE = /^(?:[+-]?inf(?:inity)?|nan)$/i;
const BOOLEANS = new Set(
  '1 t T TRUE true True 0 f F FALSE false False'.split(' '),
);

/** Whether Go reads the text as a number, a boolean or JSON. */
export function looksTyped(text: string): boolean {
  return isGoFloat(text) || BOOLEANS.has(text) || isJson(text);
}

/**
 * The default form of a value in a Go message: a text that looks like a number, boolean
 * or JSON is quoted, any other stands bare.
 */
export function formatGoValue(value: string | number | boolean): string {
  if (typeof value === 'string') {
    return looksTyped(value) ? JSON.stringify(value) : value;
  }
  return typeof value === 'number' ? formatGoNumber(value) : String(value);
}

/**
 * A number as Go prints it, except that large numbers stay plain decimals.
 *
 * @remarks
 * Differs: Kargo writes `1.234567e+06` for 1234567, which changes what a build number
 * looks like.
 */
export function formatGoNumber(value: number): string {
  if (Number.isInteger(value)) {
    return Object.is(value, -0) ? '-0' : BigInt(value).toString();
  }
  if (Math.abs(value) >= 1e-4) {
    return String(value);
  }
  const [mantissa, exponent] = value.toExponential().split('e');
  return `${mantissa}e${exponent[0]}${exponent.slice(1).padStart(2, '0')}`;
}

function isGoFloat(text: string): boolean {
  const wellSeparated = !/__|_(?![\da-f])|(?<![\da-fx])_/i.test(text);
  return (
    NOT_FINITE.test(text) ||
    (wellSeparated && (DECIMAL.test(text) || HEXADECIMAL.test(text)))
  );
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    // The answer, not a fault.
    return false;
  }
}
