import { fail } from './errors';
import type { Frame } from './Frame';
import { typeName, Value } from './values';

/** The value as a condition; there is no truthiness. */
export function condition(value: Value, frame: Frame, at: number): boolean {
  if (typeof value === 'boolean') return value;
  frame.at = at;
  return fail('not-a-boolean', `expected a boolean, found ${typeName(value)}`);
}
