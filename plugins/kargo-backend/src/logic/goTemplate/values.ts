import { JsonValue } from 'backstage-plugin-kargo-common';
import { isObject } from '../isObject';

/** Longest text that a template or one of its functions makes, in characters. */
export const LONGEST = 64 * 1024;

/**
 * Characters of the texts in a value, and one for every value in it.
 *
 * @remarks A list may hold one list many times, so counting ends soon after `most`.
 */
export function sizeOf(value: JsonValue, most: number): number {
  if (typeof value === 'string') {
    return 1 + value.length;
  }
  let size = 1;
  for (const [key, member] of Object.entries(value ?? {})) {
    if (size > most) {
      break;
    }
    size +=
      (Array.isArray(value) ? 0 : key.length) +
      sizeOf(member ?? null, most - size);
  }
  return size;
}

/** Whether a value counts as true: everything but what is empty. */
export function isTrue(value: JsonValue): boolean {
  if (Array.isArray(value)) {
    return value.length > 0;
  }
  return isObject(value) ? Object.keys(value).length > 0 : Boolean(value);
}

/** What kind of value it is, for messages. */
export function typeOf(value: JsonValue): string {
  if (value === null) {
    return 'nothing';
  }
  if (Array.isArray(value)) {
    return 'a list';
  }
  return isObject(value) ? 'a map' : `a ${typeof value}`;
}

/**
 * A value as Go prints it: lists in brackets, maps by their keys in order.
 *
 * @remarks Differs: Go prints numbers from a million on with an exponent, which no address wants.
 */
export function printValue(value: JsonValue): string {
  if (value === null) {
    return '<nil>';
  }
  if (Array.isArray(value)) {
    return `[${value.map(printValue).join(' ')}]`;
  }
  if (isObject(value)) {
    return `map[${Object.keys(value)
      .sort()
      .map(key => `${key}:${printValue(value[key] ?? null)}`)
      .join(' ')}]`;
  }
  return typeof value === 'number' ? printNumber(value) : String(value);
}

/** Shortest digits; with an exponent below 1e-4 and from 1e21 on. */
function printNumber(value: number): string {
  const [mantissa, exponent] = value.toExponential().split('e');
  const power = Number(exponent);
  if (value === 0 || (power >= -4 && power < 21)) {
    return String(value);
  }
  const digits = String(Math.abs(power)).padStart(2, '0');
  return `${mantissa}e${power < 0 ? '-' : '+'}${digits}`;
}
