import {
  ExpressionError,
  fail,
  isExpressionError,
  isHostSignal,
} from './errors';
import type { Frame } from './Frame';
import type { Meter, StepCounter } from './Meter';
import { findSignature, Signature, takes } from './functions/Builtin';
import { accepts } from './accepts';
import { HostFunction, typeName, Value } from './values';

/**
 * A function the host declares to the compiler: it is checked statically and takes precedence over built-ins.
 *
 * @public
 */
export interface FunctionDeclaration {
  readonly name: string;
  /** The ways to call it; the first that fits decides the type of the result. */
  readonly overloads: readonly Signature[];
  /**
   * Runs the function; may throw a HostSignal, any other throw becomes an error of stage `run`.
   *
   * @param steps - to be charged for work that grows with what is looked at, beyond reading
   * the texts among the arguments
   */
  call(args: readonly Value[], host: unknown, steps: StepCounter): Value;
}

/** What leaving the language costs by itself. */
const CALL = 8;
/** What a method of a value costs: that of a time prints it, or finds out its zone. */
const METHOD_CALL = 50;

/** Calls a declared function after looking at the kinds of its arguments. */
export function callDeclared(
  declaration: FunctionDeclaration,
  args: readonly Value[],
  { host, meter }: Frame,
): Value {
  chargeCall(args, meter);
  const { name, overloads } = declaration;
  if (!findSignature(overloads, args)) {
    if (!overloads.some(overload => takes(overload, args.length))) {
      return fail(
        'argument-count',
        `${name}() does not take ${args.length} arguments`,
      );
    }
    const kinds = args.map(typeName).join(', ');
    return fail('argument-type', `${name}() does not take (${kinds})`);
  }
  return guarded(name, () => declaration.call(args, host, meter));
}

/** Calls a value of the environment; only functions can be called. */
export function callValue(
  callee: Value,
  args: readonly Value[],
  { meter }: Frame,
): Value {
  chargeCall(args, meter, METHOD_CALL);
  if (!(callee instanceof HostFunction)) {
    return fail('not-callable', `${typeName(callee)} cannot be called`);
  }
  const { name, parameters } = callee;
  if (args.length !== parameters.length) {
    return fail(
      'argument-count',
      `${name}() takes ${parameters.length} arguments, not ${args.length}`,
    );
  }
  args.forEach((arg, i) => {
    if (!accepts(parameters[i], arg)) {
      fail('argument-type', `${name}() does not take ${typeName(arg)}`);
    }
  });
  return guarded(name, () => callee.invoke(args));
}

function chargeCall(args: readonly Value[], meter: Meter, call = CALL): void {
  meter.step(call);
  for (const arg of args) meter.readText(arg);
}

function guarded(name: string, call: () => Value): Value {
  try {
    return call() ?? null;
  } catch (error) {
    if (isHostSignal(error) || isExpressionError(error)) throw error;
    const reason = messageOf(error) ?? 'unknown failure';
    throw new ExpressionError(
      'run',
      'host-function',
      `${name}(): ${reason}`,
      undefined,
      undefined,
      { cause: error },
    );
  }
}

/** The message of an error, also of one made in another realm. */
function messageOf(error: unknown): string | undefined {
  const { message } = (error ?? {}) as { message?: unknown };
  return typeof message === 'string' ? message : undefined;
}
