import {
  FunctionDeclaration,
  Signature,
  StepCounter,
  Type,
  Value,
} from 'backstage-plugin-kargo-expr';
import { HostScope } from '../HostScope';

/** One way to call a host function. */
export function overload(result: Type, ...parameters: Type[]): Signature {
  return { parameters, result };
}

/** A host function over the scope of the evaluation. */
export function declare(
  name: string,
  overloads: Signature[],
  call: (args: readonly Value[], scope: HostScope, steps: StepCounter) => Value,
): FunctionDeclaration {
  return {
    name,
    overloads,
    call: (args, host, steps) => call(args, host as HostScope, steps),
  };
}

/** @throws Error when a name that must be given is empty. */
export function requireText(value: Value, what: string): string {
  if (value === '') {
    throw new Error(`${what} must not be empty`);
  }
  return value as string;
}
