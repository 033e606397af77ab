import { fail } from './errors';
import type { Meter } from './Meter';
import { asInt, asNumeric, Numeric, truncate, wrap } from './numbers';
import { compareText } from './text/utf8';
import { Duration } from './time/Duration';
import { Time } from './time/Time';
import { typeName, typedList, Value } from './values';

function refuse(operator: string, left: Value, right: Value): never {
  return fail(
    'operand-types',
    `${operator} does not work on ${typeName(left)} and ${typeName(right)}`,
  );
}

/** `+`: numbers, texts, times and durations. */
export function add(left: Value, right: Value, meter: Meter): Value {
  if (typeof left === 'string' && typeof right === 'string') {
    meter.fits(left.length + right.length);
    return left + right;
  }
  if (typeof left === 'number' && typeof right === 'number')
    return left + right;
  if (typeof left === 'bigint' && typeof right === 'bigint') {
    return wrap(left + right);
  }
  if (left instanceof Duration && right instanceof Duration) {
    return new Duration(left.nanoseconds + right.nanoseconds);
  }
  if (left instanceof Time && right instanceof Duration) return left.add(right);
  if (left instanceof Duration && right instanceof Time) return right.add(left);
  return arithmetic('+', left, right);
}

/** `-`: numbers, times and durations. */
export function subtract(left: Value, right: Value): Value {
  if (typeof left === 'number' && typeof right === 'number')
    return left - right;
  if (left instanceof Time && right instanceof Time) return left.since(right);
  if (left instanceof Time && right instanceof Duration) {
    return left.add(new Duration(-right.nanoseconds));
  }
  if (left instanceof Duration && right instanceof Duration) {
    return new Duration(left.nanoseconds - right.nanoseconds);
  }
  return arithmetic('-', left, right);
}

/** `*`: numbers, and durations with numbers or durations. */
export function multiply(left: Value, right: Value): Value {
  if (typeof left === 'number' && typeof right === 'number')
    return left * right;
  if (left instanceof Duration || right instanceof Duration) {
    return multiplyDuration(left, right);
  }
  return arithmetic('*', left, right);
}

function multiplyDuration(left: Value, right: Value): Value {
  const count = (value: Value) =>
    value instanceof Duration ? value.nanoseconds : asNumeric(value);
  const a = count(left);
  const b = count(right);
  if (a === undefined || b === undefined) return refuse('*', left, right);
  if (typeof a === 'bigint' && typeof b === 'bigint')
    return new Duration(a * b);
  return Number(a) * Number(b);
}

function arithmetic(
  operator: '+' | '-' | '*',
  left: Value,
  right: Value,
): Value {
  const a = asNumeric(left);
  const b = asNumeric(right);
  if (a === undefined || b === undefined) return refuse(operator, left, right);
  if (typeof a === 'bigint' && typeof b === 'bigint') {
    if (operator === '+') return wrap(a + b);
    return wrap(operator === '-' ? a - b : a * b);
  }
  const x = Number(a);
  const y = Number(b);
  if (operator === '+') return x + y;
  return operator === '-' ? x - y : x * y;
}

/** `/`: always a float; division by zero gives an infinity or NaN. */
export function divide(left: Value, right: Value): Value {
  const a = asNumeric(left);
  const b = asNumeric(right);
  if (a === undefined || b === undefined) return refuse('/', left, right);
  return Number(a) / Number(b);
}

/** `%`: ints only, with the sign of the dividend. */
export function modulo(left: Value, right: Value): Value {
  const a = asInt(left);
  const b = asInt(right);
  if (a === undefined || b === undefined) return refuse('%', left, right);
  if (b === 0n) return fail('modulo-zero', 'the divisor of % is zero');
  return wrap(a % b);
}

/** `**`: always a float. */
export function power(left: Value, right: Value): Value {
  const a = asNumeric(left);
  const b = asNumeric(right);
  if (a === undefined || b === undefined) return refuse('**', left, right);
  const x = Number(a);
  const y = Number(b);
  // JavaScript says NaN where IEEE 754 says one.
  return x === 1 || (x === -1 && Math.abs(y) === Infinity) ? 1 : x ** y;
}

/** Unary minus on numbers. */
export function negate(value: Value): Value {
  const number = asNumeric(value);
  if (number === undefined) {
    return fail('operand-types', `- does not work on ${typeName(value)}`);
  }
  return typeof number === 'bigint' ? wrap(-number) : -number;
}

/** Elements of a range that are made in one step. */
const ELEMENTS_PER_STEP = 4;

/** `a..b`: the ints from `a` to `b`, both included. */
export function range(left: Value, right: Value, meter: Meter): Value {
  const from = bound(left);
  const to = bound(right);
  const length = to < from ? 0n : to - from + 1n;
  meter.grow(Number(length), Number(length) / ELEMENTS_PER_STEP);
  const list: Value[] = new Array(Number(length));
  let next = from;
  for (let i = 0; i < list.length; i++) {
    list[i] = next;
    next += 1n;
  }
  return typedList('int', list);
}

function bound(value: Value): bigint {
  const number = asNumeric(value);
  if (number === undefined) {
    return fail('conversion', 'the bounds of .. must be numbers');
  }
  return typeof number === 'bigint' ? number : truncate(number);
}

/** The ordering operators. */
export type Ordering = '<' | '<=' | '>' | '>=';

/** Orders two numbers, texts, times or durations; NaN is neither before nor after anything. */
export function order(
  operator: Ordering,
  left: Value,
  right: Value,
  meter: Meter,
): boolean {
  if (typeof left === 'string' && typeof right === 'string') {
    // They differ early as a rule, but a text that was put together is made whole first.
    meter.step((left.length + right.length) / 64);
    return orderedBy(operator, compareText(left, right), 0);
  }
  if (left instanceof Time && right instanceof Time) {
    return orderedBy(operator, left.compare(right), 0);
  }
  if (left instanceof Duration && right instanceof Duration) {
    return orderedBy(operator, left.nanoseconds, right.nanoseconds);
  }
  const a = asNumeric(left);
  const b = asNumeric(right);
  if (a === undefined || b === undefined) return refuse(operator, left, right);
  // An int meets a float as a float.
  if (typeof a === typeof b) return orderedBy(operator, a, b);
  return orderedBy(operator, Number(a), Number(b));
}

function orderedBy(operator: Ordering, a: Numeric, b: Numeric): boolean {
  switch (operator) {
    case '<':
      return a < b;
    case '<=':
      return a <= b;
    case '>':
      return a > b;
    default:
      return a >= b;
  }
}
