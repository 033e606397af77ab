import { fail } from '../errors';
import type { Frame } from '../Frame';
import { asInt, asNumeric, Numeric, wrap } from '../numbers';
import { order } from '../operations';
import { isNumber, isUnknown, Type, Types } from '../types';
import { isList, typeName, Value } from '../values';
import {
  Builtin,
  CallCheck,
  checkSignatures,
  declare,
  problem,
} from './Builtin';

const { int, uint, float } = Types;
const MAX_DEPTH = 1000;

/** The numbers among nested arguments, in order, each with its own kind. */
function collect(
  values: readonly Value[],
  frame: Frame,
  into: Value[],
  depth = 0,
): Value[] {
  if (depth > MAX_DEPTH) fail('nesting-limit', 'the list is nested too deeply');
  frame.meter.step(values.length);
  for (const value of values) {
    if (isList(value)) collect(value, frame, into, depth + 1);
    else if (asNumeric(value) === undefined) {
      fail('argument-type', `expected numbers, found ${typeName(value)}`);
    } else into.push(value);
  }
  return into;
}

/**
 * Rejects what can be no number. A list may hold anything, so nothing behind it is looked
 * at and the result is unknown; numbers alone give what the first of them is.
 */
function checkAggregate(name: string, args: readonly Type[]): CallCheck {
  if (args.length === 0) {
    return problem('argument-count', `${name}() needs an argument`);
  }
  for (const arg of args) {
    if (isUnknown(arg) || arg.kind === 'array') {
      return { result: Types.unknown };
    }
    if (!isNumber(arg)) {
      return problem(
        'argument-type',
        `${name}() takes numbers and lists of numbers`,
      );
    }
  }
  return { result: args[0] };
}

function extreme(name: string, operator: '<' | '>'): Builtin {
  return {
    name,
    check: args => checkAggregate(name, args),
    run(args, frame) {
      const [only] = args;
      // Upstream hands a single argument that is no list back as it is.
      if (args.length === 1 && !isList(only)) return only;
      let best: Value | undefined;
      for (const value of collect(args, frame, [])) {
        if (best === undefined || order(operator, value, best, frame.meter)) {
          best = value;
        }
      }
      return best ?? null;
    },
  };
}

function statistic(name: string, of: (values: number[]) => number): Builtin {
  return {
    name,
    check: args => checkAggregate(name, args),
    run: (args, frame) => of(numbersOf(collect(args, frame, []), frame)),
  };
}

/** As floats, which are then added up or sorted. */
function numbersOf(values: readonly Value[], { meter }: Frame): number[] {
  meter.step(values.length * 2);
  return values.map(value => Number(asNumeric(value)));
}

function mean(values: readonly number[]): number {
  if (values.length === 0) return 0;
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function median(values: readonly number[]): number {
  if (values.length === 0) return 0;
  const ordered = [...values].sort((a, b) => a - b);
  const middle = Math.floor(ordered.length / 2);
  return ordered.length % 2 === 1
    ? ordered[middle]
    : (ordered[middle - 1] + ordered[middle]) / 2;
}

function numeric(value: Value): Numeric {
  return (
    asNumeric(value) ??
    fail('argument-type', `expected a number, found ${typeName(value)}`)
  );
}

function rounding(name: string, round: (value: number) => number): Builtin {
  return declare(
    name,
    [
      { parameters: [float], result: float },
      { parameters: [int], result: float },
    ],
    args => round(Number(numeric(args[0]))),
  );
}

function roundHalfAway(value: number): number {
  const towardZero = Math.trunc(value);
  return Math.abs(value - towardZero) >= 0.5
    ? towardZero + Math.sign(value)
    : towardZero;
}

function checkAbs(args: readonly Type[]): CallCheck {
  const check = checkSignatures(
    'abs',
    [int, uint, float].map(type => ({ parameters: [type], result: type })),
    args,
  );
  return 'result' in check ? { result: args[0] } : check;
}

function abs(args: readonly Value[]): Value {
  const value = numeric(args[0]);
  if (typeof value === 'number') return Math.abs(value);
  return wrap(value < 0n ? -value : value);
}

function bits(
  name: string,
  operate: (a: bigint, b: bigint) => bigint,
): Builtin {
  return declare(name, [{ parameters: [int, int], result: int }], args =>
    wrap(operate(whole(args[0]), whole(args[1]))),
  );
}

function whole(value: Value): bigint {
  return (
    asInt(value) ??
    fail('argument-type', `expected an int, found ${typeName(value)}`)
  );
}

/** A shift by a count that may be too large to shift by. */
function shift(
  name: string,
  operate: (value: bigint, count: bigint) => bigint,
): Builtin {
  return bits(name, (value, count) => {
    if (count < 0n) fail('negative-shift', 'the shift count is negative');
    return operate(value, count > 64n ? 64n : count);
  });
}

/** The built-in functions on numbers. */
export const NUMBER_BUILTINS: readonly Builtin[] = [
  extreme('max', '>'),
  extreme('min', '<'),
  statistic('mean', mean),
  statistic('median', median),
  { name: 'abs', check: checkAbs, run: abs },
  rounding('ceil', Math.ceil),
  rounding('floor', Math.floor),
  rounding('round', roundHalfAway),
  bits('bitand', (a, b) => a & b),
  bits('bitor', (a, b) => a | b),
  bits('bitxor', (a, b) => a ^ b),
  bits('bitnand', (a, b) => a & ~b),
  shift('bitshl', (value, count) => value << count),
  shift('bitshr', (value, count) => value >> count),
  shift('bitushr', (value, count) => BigInt.asUintN(64, value) >> count),
  declare('bitnot', [{ parameters: [int], result: int }], args =>
    wrap(~whole(args[0])),
  ),
];
