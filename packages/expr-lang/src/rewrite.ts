import type {
  BinaryNode,
  BuiltinNode,
  MemberNode,
  Node,
  PredicateNode,
} from './ast';
import { printTree } from './printTree';

/**
 * Rewrites whose effect an expression can see, because they decide which
 * elements a predicate is run on. They follow upstream's optimiser and apply
 * only where that runs.
 */
export interface PredicateCall {
  readonly kind: 'predicate-call';
  readonly name: string;
  readonly args: readonly Node[];
  readonly at: number;
  /** Stop counting at this many hits. */
  readonly threshold?: number;
  /** Fail when nothing is found. */
  readonly mustFind?: boolean;
}

/** `sum` of a list literal, calculated with `+` from the right and without starting from zero. */
export interface SumCall {
  readonly kind: 'sum-call';
  readonly items: readonly Node[];
}

const ON_FILTER: ReadonlyMap<string, string> = new Map([
  ['first', 'find'],
  ['last', 'findLast'],
  ['len', 'count'],
]);

/** `first(filter(…))`, `last(filter(…))`, `len(filter(…))` and `sum([…])`. */
export function rewriteBuiltin(
  node: BuiltinNode,
): PredicateCall | SumCall | undefined {
  const [argument] = node.args;
  const replacement = ON_FILTER.get(node.name);
  if (replacement && node.args.length === 1 && isFilter(argument)) {
    return {
      kind: 'predicate-call',
      name: replacement,
      args: argument.args,
      at: argument.at,
    };
  }
  return node.name === 'sum' && node.args.length === 1
    ? rewriteSum(node)
    : undefined;
}

/** `filter(…)[0]` and `filter(…)[-1]` stop at the first hit and fail when there is none. */
export function rewriteMember(node: MemberNode): PredicateCall | undefined {
  if (!isFilter(node.object) || node.guarded) return undefined;
  const index = literalInt(node.property);
  if (index !== 0n && index !== -1n) return undefined;
  return {
    kind: 'predicate-call',
    name: index === 0n ? 'find' : 'findLast',
    args: node.object.args,
    at: node.at,
    mustFind: true,
  };
}

/** `count(…) > 2` and its like stop counting as soon as the answer is known. */
export function rewriteCount(node: BinaryNode): PredicateCall | undefined {
  const { left, right, operation } = node;
  if (left.kind !== 'builtin' || left.name !== 'count') return undefined;
  const limit = literalInt(right);
  if (left.args.length < 2 || limit === undefined) return undefined;
  const thresholds: Partial<Record<typeof operation, bigint>> = {
    '>': limit + 1n,
    '<=': limit + 1n,
    '>=': limit,
    '<': limit,
  };
  const threshold = thresholds[operation];
  if (threshold === undefined || threshold < 1n) return undefined;
  return {
    kind: 'predicate-call',
    name: 'count',
    args: left.args,
    at: left.at,
    threshold: Number(threshold),
  };
}

const MERGED: ReadonlyMap<string, 'and' | 'or'> = new Map([
  ['and all', 'and'],
  ['or any', 'or'],
  ['and none', 'or'],
]);

/** `all(x, p) and all(x, q)` and its like become one pass over the list. */
export function rewriteMerged(node: BinaryNode): PredicateCall | undefined {
  const { left, right, operation, at } = node;
  if (left.kind !== 'builtin' || right.kind !== 'builtin') return undefined;
  const joint = MERGED.get(`${operation} ${left.name}`);
  if (!joint || left.name !== right.name) return undefined;
  const [list, first] = left.args;
  const [otherList, second] = right.args;
  if (first.kind !== 'predicate' || second.kind !== 'predicate')
    return undefined;
  if (printTree(list) !== printTree(otherList)) return undefined;
  const body: BinaryNode = {
    kind: 'binary',
    operation: joint,
    left: first.body,
    right: second.body,
    at,
    depth: node.depth,
  };
  const merged: PredicateNode = {
    ...first,
    body,
    weight: first.weight + second.weight + 1,
  };
  return {
    kind: 'predicate-call',
    name: left.name,
    args: [list, merged],
    at: left.at,
  };
}

function rewriteSum(node: BuiltinNode): SumCall | undefined {
  const [list] = node.args;
  if (list.kind !== 'list' || list.items.length < 2) return undefined;
  return list.items.every(item => item.kind === 'literal')
    ? undefined
    : { kind: 'sum-call', items: list.items };
}

function isFilter(node: Node | undefined): node is BuiltinNode {
  return node?.kind === 'builtin' && node.name === 'filter';
}

function literalInt(node: Node): bigint | undefined {
  if (node.kind === 'unary' && node.operation === '-') {
    const inner = literalInt(node.operand);
    return inner === undefined ? undefined : -inner;
  }
  return node.kind === 'literal' && typeof node.value === 'bigint'
    ? node.value
    : undefined;
}
