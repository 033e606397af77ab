import type { Frame } from '../Frame';
import { accepts } from '../accepts';
import { ExpressionErrorCode } from '../errors';
import { describeType, isUnknown, Type } from '../types';
import type { Value } from '../values';

/** One way to call a function. @public */
export interface Signature {
  readonly parameters: readonly Type[];
  /** How many of the parameters must be given; all when left out. */
  readonly required?: number;
  /** Type of any further arguments. */
  readonly variadic?: Type;
  readonly result: Type;
}

/** Why a call is rejected before it runs. */
export interface CallProblem {
  readonly code: ExpressionErrorCode;
  readonly reason: string;
}

/** Outcome of checking the argument types of a call. */
export type CallCheck =
  | { readonly result: Type }
  | { readonly problem: CallProblem };

/** A built-in function: its types for the checker and what it does. */
export interface Builtin {
  readonly name: string;
  check(args: readonly Type[]): CallCheck;
  run(args: readonly Value[], frame: Frame): Value;
}

/** Rejects a call. */
export function problem(code: ExpressionErrorCode, reason: string): CallCheck {
  return { problem: { code, reason } };
}

/** Checks a call against the ways a function can be called; the first that fits gives the result. */
export function checkSignatures(
  name: string,
  signatures: readonly Signature[],
  args: readonly Type[],
): CallCheck {
  const counted = signatures.filter(signature => takes(signature, args.length));
  if (counted.length === 0) {
    return problem(
      'argument-count',
      `${name}() does not take ${args.length} arguments`,
    );
  }
  const fitting = counted.find(signature =>
    args.every((arg, i) => assignable(arg, parameterAt(signature, i))),
  );
  if (fitting) return { result: fitting.result };
  const kinds = args.map(describeType).join(', ');
  return problem('argument-type', `${name}() does not take (${kinds})`);
}

/** Declares a built-in by its signatures. */
export function declare(
  name: string,
  signatures: readonly Signature[],
  run: Builtin['run'],
): Builtin {
  return {
    name,
    check: args => checkSignatures(name, signatures, args),
    run,
  };
}

/** The way of calling that fits the values, undefined when none does. */
export function findSignature(
  signatures: readonly Signature[],
  args: readonly Value[],
): Signature | undefined {
  return signatures.find(
    signature =>
      takes(signature, args.length) &&
      args.every((arg, i) => accepts(parameterAt(signature, i), arg)),
  );
}

/** Whether a way of calling takes so many arguments. */
export function takes(signature: Signature, count: number): boolean {
  const { parameters, required = parameters.length, variadic } = signature;
  return count >= required && (count <= parameters.length || !!variadic);
}

function parameterAt(signature: Signature, index: number): Type {
  const { parameters, variadic } = signature;
  return parameters[index] ?? variadic ?? { kind: 'unknown' };
}

/** Whether an argument of a static type may be given for a parameter. */
function assignable(argument: Type, parameter: Type): boolean {
  if (isUnknown(parameter) || isUnknown(argument)) return true;
  if (argument.kind === 'array' && parameter.kind === 'array') {
    return (
      isUnknown(parameter.element) ||
      assignable(argument.element, parameter.element)
    );
  }
  if (parameter.kind === 'map') return argument.kind === 'map';
  if (argument.kind === 'named' && parameter.kind === 'named') {
    return argument.name === parameter.name;
  }
  if (argument.kind === 'object' && parameter.kind === 'object') {
    return argument.type === parameter.type;
  }
  return argument.kind === parameter.kind;
}
