import type { BinaryNode } from './ast';
import { isInteger, isNumber, isUnknown, sameType, Type, Types } from './types';

/** Type of `left operator right`, undefined when the operator does not take these types. */
export type OperatorRule = (left: Type, right: Type) => Type | undefined;

const is = (type: Type, ...kinds: readonly Type['kind'][]) =>
  kinds.includes(type.kind);

/** Whether one side is unknown and the other one of the accepted kinds or unknown too. */
function halfKnown(
  left: Type,
  right: Type,
  accepted: (type: Type) => boolean,
): boolean {
  if (isUnknown(left)) return isUnknown(right) || accepted(right);
  return isUnknown(right) && accepted(left);
}

function numeric(left: Type, right: Type): Type | undefined {
  if (!isNumber(left) || !isNumber(right)) return undefined;
  return isInteger(left) && isInteger(right) ? Types.int : Types.float;
}

const add: OperatorRule = (left, right) => {
  const number = numeric(left, right);
  if (number) return number;
  if (is(left, 'string') && is(right, 'string')) return Types.string;
  if (is(left, 'duration') && is(right, 'duration')) return Types.duration;
  if (is(left, 'time') && is(right, 'duration')) return Types.time;
  if (is(left, 'duration') && is(right, 'time')) return Types.time;
  const fits = halfKnown(
    left,
    right,
    type => isNumber(type) || is(type, 'string', 'time', 'duration'),
  );
  return fits ? Types.unknown : undefined;
};

const subtract: OperatorRule = (left, right) => {
  const number = numeric(left, right);
  if (number) return number;
  if (is(left, 'time') && is(right, 'time')) return Types.duration;
  if (is(left, 'time') && is(right, 'duration')) return Types.time;
  if (is(left, 'duration') && is(right, 'duration')) return Types.duration;
  const fits = halfKnown(
    left,
    right,
    type => isNumber(type) || is(type, 'time', 'duration'),
  );
  return fits ? Types.unknown : undefined;
};

const multiply: OperatorRule = (left, right) => {
  const number = numeric(left, right);
  if (number) return number;
  const factor = (type: Type) => isNumber(type) || is(type, 'duration');
  if (factor(left) && factor(right)) return Types.duration;
  return halfKnown(left, right, factor) ? Types.unknown : undefined;
};

const toFloat: OperatorRule = (left, right) =>
  numeric(left, right) || halfKnown(left, right, isNumber)
    ? Types.float
    : undefined;

const onInts =
  (result: Type): OperatorRule =>
  (left, right) =>
    (isInteger(left) && isInteger(right)) || halfKnown(left, right, isInteger)
      ? result
      : undefined;

/** Whether values of the types may be compared with `==`. */
function comparable(left: Type, right: Type): boolean {
  if (isUnknown(left) || isUnknown(right)) return true;
  if (is(left, 'nil') || is(right, 'nil')) return true;
  if (isNumber(left) && isNumber(right)) return true;
  if (is(left, 'array') && is(right, 'array')) return true;
  return sameType(left, right);
}

const equality: OperatorRule = (left, right) =>
  comparable(left, right) ? Types.bool : undefined;

const ordering: OperatorRule = (left, right) => {
  const orderable = (type: Type) =>
    isNumber(type) || is(type, 'string', 'time', 'duration');
  const same =
    (isNumber(left) && isNumber(right)) ||
    (orderable(left) && left.kind === right.kind);
  return same || halfKnown(left, right, orderable) ? Types.bool : undefined;
};

const logic: OperatorRule = (left, right) =>
  is(left, 'bool', 'unknown') && is(right, 'bool', 'unknown')
    ? Types.bool
    : undefined;

const onTexts: OperatorRule = (left, right) =>
  is(left, 'string', 'unknown') && is(right, 'string', 'unknown')
    ? Types.bool
    : undefined;

const matches: OperatorRule = (left, right) =>
  is(left, 'string', 'bytes', 'unknown') && is(right, 'string', 'unknown')
    ? Types.bool
    : undefined;

const coalesce: OperatorRule = (left, right) => {
  if (is(left, 'nil')) return right;
  if (is(right, 'nil')) return left;
  return sameType(left, right) ? left : Types.unknown;
};

const membership: OperatorRule = (left, right) => {
  const fits = (accepted: boolean) => (accepted ? Types.bool : undefined);
  switch (right.kind) {
    case 'unknown':
    case 'any-map':
      return Types.bool;
    case 'array':
      return fits(comparable(left, right.element));
    case 'map':
    case 'object':
      return fits(is(left, 'string', 'unknown', 'nil'));
    case 'string':
      // Fails when it runs, as it does upstream.
      return fits(isUnknown(left));
    default:
      return undefined;
  }
};

/** Types of the binary operators. */
export const OPERATOR_TYPES: Readonly<
  Record<BinaryNode['operation'], OperatorRule>
> = {
  '+': add,
  '-': subtract,
  '*': multiply,
  '/': toFloat,
  '**': toFloat,
  '%': onInts(Types.int),
  '..': onInts(Types.listOf(Types.int)),
  '==': equality,
  '!=': equality,
  '<': ordering,
  '<=': ordering,
  '>': ordering,
  '>=': ordering,
  and: logic,
  or: logic,
  in: membership,
  matches,
  contains: onTexts,
  startsWith: onTexts,
  endsWith: onTexts,
  '??': coalesce,
};
