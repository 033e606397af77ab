import type { BinaryNode } from './ast';
import type { NodeCompiler } from './NodeCompiler';
import { ExpressionError, fail } from './errors';
import type { Frame } from './Frame';
import { Pattern } from './Pattern';
import type { Scope } from './Scope';
import { isNil, typeName, Value } from './values';

/** The text operators: nil is never found and contains nothing, everything else must be a text. */
export function search(
  left: Value,
  right: Value,
  frame: Frame,
  test: (text: string, part: string) => boolean,
): boolean {
  if (isNil(left) || isNil(right)) return false;
  if (typeof left !== 'string' || typeof right !== 'string') {
    return fail(
      'not-a-string',
      `expected strings, found ${typeName(left)} and ${typeName(right)}`,
    );
  }
  frame.meter.step(1 + (left.length + right.length) / 40);
  return test(left, right);
}

/** Compiles `matches`; a literal pattern is compiled once, with the expression. */
export function compileSearch(
  compiler: NodeCompiler,
  node: BinaryNode,
  scope: Scope,
): (left: Value, frame: Frame) => Value {
  const { at } = node;
  const literal = literalPattern(node);
  if (literal) {
    return (left, frame) => {
      frame.at = at;
      return matches(left, literal, frame);
    };
  }
  const right = compiler.compile(node.right, scope);
  return (left, frame) => {
    const pattern = right(frame);
    frame.at = at;
    if (isNil(left) || isNil(pattern)) return false;
    if (typeof pattern !== 'string') {
      return fail('not-a-string', `a pattern must be a string`);
    }
    return matches(left, Pattern.compile(pattern, frame.meter), frame);
  };
}

function literalPattern(node: BinaryNode): Pattern | undefined {
  const { right } = node;
  if (right.kind !== 'literal' || typeof right.value !== 'string') {
    return undefined;
  }
  try {
    return Pattern.compile(right.value);
  } catch (error) {
    // An unchecked expression reports a bad pattern when it runs into it.
    if (error instanceof ExpressionError) return undefined;
    throw error;
  }
}

function matches(left: Value, pattern: Pattern, frame: Frame): boolean {
  if (isNil(left)) return false;
  if (typeof left !== 'string' && !(left instanceof Uint8Array)) {
    return fail('not-a-string', `matches does not work on ${typeName(left)}`);
  }
  return pattern.test(left, frame.meter);
}
