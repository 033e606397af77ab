import { encodeJson } from '../encodeJson';
import { fail, isExpressionError } from '../errors';
import type { Frame } from '../Frame';
import { asNumeric, parseNumber, truncate } from '../numbers';
import { formatText } from '../text/formatText';
import { Duration } from '../time/Duration';
import { isNumber, isUnknown, Type, Types } from '../types';
import { Named, typeName, Value } from '../values';
import { Builtin, declare, problem } from './Builtin';
import { text } from './texts';

const { float, int, string, unknown } = Types;

const [COLON, BRACKET, BRACE] = [0x3a, 0x5b, 0x7b];
const BOUND = 2n ** 63n;
const INT_TEXT = /^[+-]?[0-9]{1,40}$/;

function toInt(value: Value): Value {
  const number = asNumeric(value);
  if (typeof number === 'number') return truncate(number);
  if (number !== undefined) return number;
  if (typeof value === 'string') return parseInt64(value);
  if (value instanceof Duration) return value.nanoseconds;
  if (value instanceof Named && typeof value.value === 'bigint') {
    return value.value;
  }
  return fail('conversion', `${typeName(value)} cannot become an int`);
}

function parseInt64(value: string): bigint {
  const number = INT_TEXT.test(value)
    ? BigInt(value.replace(/^\+/, ''))
    : undefined;
  if (number === undefined || number >= BOUND || number < -BOUND) {
    return fail('conversion', 'the text is not a decimal integer of 64 bits');
  }
  return number;
}

function toFloat(value: Value): Value {
  const number = asNumeric(value);
  if (number !== undefined) return Number(number);
  const parsed = typeof value === 'string' ? parseNumber(value) : undefined;
  return (
    parsed ?? fail('conversion', `${typeName(value)} is not readable as float`)
  );
}

function toJson(value: Value, frame: Frame): Value {
  try {
    return encodeJson(value, { indent: 2, steps: frame.meter });
  } catch (error) {
    // Inside an expression the failure belongs to the run.
    if (isExpressionError(error) && error.stage === 'encode')
      return fail(error.code, error.reason);
    throw error;
  }
}

// Only such texts can hold a number beyond the range of floats.
const MAY_OVERFLOW = /[eE]\+?[0-9]{3}|[0-9]{309}/;

function fromJson(value: Value, frame: Frame): Value {
  const source = text(value);
  frame.meter.step(stepsToParse(source));
  const parsed = parseJson(source);
  if (
    parsed === undefined ||
    (MAY_OVERFLOW.test(source) && !isFinite(parsed))
  ) {
    return fail('json-text', 'the text is not JSON');
  }
  return parsed;
}

/** What it takes is told by what it holds: long texts take the least. */
function stepsToParse(source: string): number {
  let steps = source.length / 8;
  for (let i = 0; i < source.length; i++) {
    switch (source.charCodeAt(i)) {
      case COLON:
        steps += 4;
        break;
      case BRACKET:
      case BRACE:
        steps += 1.5;
        break;
      default:
    }
  }
  return steps;
}

function parseJson(source: string): Value | undefined {
  try {
    return JSON.parse(source);
  } catch {
    // The parser's message repeats the text, which may be a secret.
    return undefined;
  }
}

/** Whether every number in parsed JSON is finite. */
function isFinite(value: Value): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object' || value === null) return true;
  return Object.values(value as object).every(isFinite);
}

function convertible(
  name: string,
  result: Type,
  fits: (type: Type) => boolean,
  run: (value: Value) => Value,
): Builtin {
  return {
    name,
    check(args) {
      if (args.length !== 1) {
        return problem('argument-count', `${name}() takes one argument`);
      }
      const [arg] = args;
      return isUnknown(arg) ||
        isNumber(arg) ||
        arg.kind === 'string' ||
        fits(arg)
        ? { result }
        : problem('argument-type', `${name}() does not take such a value`);
    },
    run: args => run(args[0]),
  };
}

const isCountable = (type: Type) =>
  type.kind === 'duration' || (type.kind === 'named' && type.base === 'int');

/** The built-in functions that convert and describe values. */
export const CONVERSION_BUILTINS: readonly Builtin[] = [
  convertible('int', int, isCountable, toInt),
  convertible('float', float, () => false, toFloat),
  declare(
    'string',
    [{ parameters: [unknown], result: string }],
    (args, frame) => formatText(args[0], frame.meter),
  ),
  declare('type', [{ parameters: [unknown], result: string }], args =>
    typeName(args[0]),
  ),
  declare(
    'toJSON',
    [{ parameters: [unknown], result: string }],
    (args, frame) => toJson(args[0], frame),
  ),
  declare(
    'fromJSON',
    [{ parameters: [string], result: unknown }],
    (args, frame) => fromJson(args[0], frame),
  ),
];
