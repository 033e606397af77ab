import type { BinaryNode, Node } from './ast';
import { compilePredicate } from './compilePredicates';
import { condition } from './condition';
import type { NodeCompiler } from './NodeCompiler';
import { equal } from './equality';
import { fail } from './errors';
import type { Code, Frame } from './Frame';
import { isMember } from './membership';
import {
  add,
  divide,
  modulo,
  multiply,
  order,
  power,
  range,
  subtract,
} from './operations';
import { compileSearch, search } from './search';
import { rewriteCount, rewriteMerged } from './rewrite';
import type { Scope } from './Scope';
import { isNil, typeName, Value } from './values';

/** The second half of a binary operation, given the value of the left operand. */
type Step = (left: Value, frame: Frame) => Value;

/**
 * Compiles a run of binary operators.
 *
 * Such a run leans left without limit (`1 + 1 + …` five thousand times), so it
 * is unrolled into a loop over its right operands instead of nested calls.
 */
export function compileOperators(
  compiler: NodeCompiler,
  root: BinaryNode,
  scope: Scope,
): Code {
  const run: BinaryNode[] = [];
  let first: Node = root;
  let start: Code | undefined;
  while (first.kind === 'binary' && !start) {
    start = compiler.optimises ? rewritten(compiler, first, scope) : undefined;
    if (start) break;
    run.push(first);
    first = first.left;
  }
  let code = start ?? compiler.compile(first, scope);
  let literal = start ? undefined : booleanLiteral(first);
  let steps: Step[] = [];
  for (const node of run.reverse()) {
    const folded = compiler.optimises ? fold(node, literal) : undefined;
    if (folded === 'left') continue;
    literal = folded === 'right' ? booleanLiteral(node.right) : undefined;
    if (folded === 'right') {
      code = compiler.compile(node.right, scope);
      steps = [];
    } else {
      steps.push(step(compiler, node, scope));
    }
  }
  return joined(code, steps);
}

function joined(first: Code, steps: readonly Step[]): Code {
  if (steps.length === 0) return first;
  if (steps.length === 1) {
    const [only] = steps;
    return frame => only(first(frame), frame);
  }
  return frame => {
    let value = first(frame);
    for (const next of steps) value = next(value, frame);
    return value;
  };
}

function rewritten(
  compiler: NodeCompiler,
  node: BinaryNode,
  scope: Scope,
): Code | undefined {
  const merged = rewriteMerged(node);
  if (merged) return compilePredicate(compiler, merged, scope);
  const counted = rewriteCount(node);
  if (!counted) return undefined;
  const left = compilePredicate(compiler, counted, scope);
  const second = step(compiler, node, scope);
  return frame => second(left(frame), frame);
}

/** Which operand a logical operator with a literal operand becomes, unchecked; the other never runs. */
function fold(
  node: BinaryNode,
  left: boolean | undefined,
): 'left' | 'right' | undefined {
  if (node.operation !== 'and' && node.operation !== 'or') return undefined;
  const neutral = node.operation === 'and';
  if (left !== undefined) return left === neutral ? 'right' : 'left';
  const right = booleanLiteral(node.right);
  if (right === undefined) return undefined;
  return right === neutral ? 'left' : 'right';
}

function booleanLiteral(node: Node): boolean | undefined {
  if (node.kind === 'unary' && node.operation === 'not') {
    const inner = booleanLiteral(node.operand);
    return inner === undefined ? undefined : !inner;
  }
  return node.kind === 'literal' && typeof node.value === 'boolean'
    ? node.value
    : undefined;
}

type Operation = Exclude<
  BinaryNode['operation'],
  'and' | 'or' | '??' | 'matches'
>;

const OPERATIONS: Readonly<
  Record<Operation, (left: Value, right: Value, frame: Frame) => Value>
> = {
  '+': (left, right, frame) => add(left, right, frame.meter),
  '-': subtract,
  '*': multiply,
  '/': divide,
  '%': modulo,
  '**': power,
  '..': (left, right, frame) => range(left, right, frame.meter),
  '==': (left, right, frame) => equal(left, right, frame.meter),
  '!=': (left, right, frame) => !equal(left, right, frame.meter),
  '<': (left, right, frame) => order('<', left, right, frame.meter),
  '<=': (left, right, frame) => order('<=', left, right, frame.meter),
  '>': (left, right, frame) => order('>', left, right, frame.meter),
  '>=': (left, right, frame) => order('>=', left, right, frame.meter),
  in: (left, right, frame) => isMember(left, right, frame.meter),
  contains: (left, right, frame) =>
    search(left, right, frame, (text, part) => {
      frame.meter.search(text, part);
      return text.includes(part);
    }),
  startsWith: (left, right, frame) =>
    search(left, right, frame, (text, part) => text.startsWith(part)),
  endsWith: (left, right, frame) =>
    search(left, right, frame, (text, part) => text.endsWith(part)),
};

function step(compiler: NodeCompiler, node: BinaryNode, scope: Scope): Step {
  const { at, operation } = node;
  if (operation === 'in' && compiler.optimises) {
    const set = textSet(node.right);
    if (set) return inTextSet(set, at);
  }
  if (operation === 'matches') return compileSearch(compiler, node, scope);
  const right = compiler.compile(node.right, scope);
  switch (operation) {
    case 'and':
      return (left, frame) =>
        condition(left, frame, at) ? right(frame) : false;
    case 'or':
      return (left, frame) =>
        condition(left, frame, at) ? true : right(frame);
    case '??':
      return (left, frame) => (isNil(left) ? right(frame) : left);
    default: {
      const operate = OPERATIONS[operation];
      return (left, frame) => {
        const value = right(frame);
        frame.at = at;
        return operate(left, value, frame);
      };
    }
  }
}

function textSet(node: Node): ReadonlySet<string> | undefined {
  if (node.kind !== 'list' || node.items.length === 0) return undefined;
  const texts = new Set<string>();
  for (const item of node.items) {
    if (item.kind !== 'literal' || typeof item.value !== 'string') {
      return undefined;
    }
    texts.add(item.value);
  }
  return texts;
}

function inTextSet(set: ReadonlySet<string>, at: number): Step {
  return (left, frame) => {
    if (typeof left === 'string') {
      frame.meter.readText(left);
      return set.has(left);
    }
    if (isNil(left)) return set.has('');
    frame.at = at;
    return fail(
      'map-key-type',
      `a list of texts cannot contain ${typeName(left)}`,
    );
  };
}
