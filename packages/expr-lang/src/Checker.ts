import type {
  BinaryNode,
  BuiltinNode,
  CallNode,
  ConditionalNode,
  LetNode,
  MemberNode,
  NameNode,
  Node,
  PointerNode,
  RangeTestNode,
  SliceNode,
  UnaryNode,
} from './ast';
import { checkPredicateCall } from './checkPredicates';
import {
  ExpressionError,
  ExpressionErrorCode,
  isExpressionError,
} from './errors';
import { BUILTINS } from './functions/builtins';
import { CallCheck, checkSignatures } from './functions/Builtin';
import { methodTypes } from './methods';
import { OPERATOR_TYPES } from './operatorTypes';
import { MAX_PATTERN_SIZE, Pattern } from './Pattern';
import { PREDICATE_BUILTINS } from './predicates';
import type { FunctionTable } from './Scope';
import type { TypeChecker, TypeScope } from './TypeChecker';
import {
  describeType,
  isInteger,
  isNumber,
  isUnknown,
  sameType,
  Type,
  Types,
} from './types';

const EMPTY: TypeScope = { lets: new Map(), pointers: new Map() };

/**
 * Rejects what cannot work whatever the environment holds.
 *
 * Names of the environment are unknown unless they are declared; literals, operators, built-ins and
 * host functions have types. A mistake is one even in a branch that never runs.
 */
export class Checker implements TypeChecker {
  /** Instructions that the regular expressions so far are compiled to. */
  patternSize = 0;

  constructor(
    private readonly source: string,
    private readonly functions: FunctionTable,
    private readonly variables?: ReadonlyMap<string, Type>,
  ) {}

  /** Type of the whole expression; throws an ExpressionError of stage `check`. */
  check(root: Node): Type {
    return this.type(root, EMPTY);
  }

  type(node: Node, scope: TypeScope): Type {
    switch (node.kind) {
      case 'literal':
        return literalType(node.value);
      case 'name':
        return this.name(node, scope);
      case 'pointer':
        return this.pointer(node, scope);
      case 'unary':
        return this.unary(node, scope);
      case 'binary':
        return this.binary(node, scope);
      case 'range-test':
        return this.rangeTest(node, scope);
      case 'conditional':
        return this.conditional(node, scope);
      case 'let':
        return this.let(node, scope);
      case 'sequence':
        return this.types(node.items, scope)[node.items.length - 1];
      case 'member':
        return this.member(node, scope);
      case 'slice':
        return this.slice(node, scope);
      case 'chain':
        return this.type(node.body, scope);
      case 'call':
        return this.call(node, scope);
      case 'builtin':
        return this.builtin(node, scope);
      case 'list':
        return this.list(node.items, scope);
      case 'map':
        node.entries.forEach(({ key, value }) => {
          this.type(key, scope);
          this.type(value, scope);
        });
        return Types.map;
      default:
        return this.type(node.body, scope);
    }
  }

  types(nodes: readonly Node[], scope: TypeScope): Type[] {
    return nodes.map(node => this.type(node, scope));
  }

  reject(node: Node, code: ExpressionErrorCode, reason: string): never {
    throw new ExpressionError('check', code, reason, node.at, this.source);
  }

  private name(node: NameNode, scope: TypeScope): Type {
    const { name } = node;
    const known = scope.lets.get(name) ?? this.variables?.get(name);
    if (known) return known;
    if (this.isFunction(name)) return Types.function;
    return this.variables && name !== '$env'
      ? this.reject(node, 'unknown-name', `unknown name ${name}`)
      : Types.unknown;
  }

  private isFunction(name: string): boolean {
    return (
      this.functions.has(name) ||
      BUILTINS.has(name) ||
      PREDICATE_BUILTINS.has(name)
    );
  }

  private pointer(node: PointerNode, scope: TypeScope): Type {
    return (
      scope.pointers.get(node.name) ??
      this.reject(node, 'unknown-pointer', `there is no #${node.name} here`)
    );
  }

  private unary(node: UnaryNode, scope: TypeScope): Type {
    const type = this.type(node.operand, scope);
    const isLogic = node.operation === 'not';
    const fits = isLogic ? type.kind === 'bool' : isNumber(type);
    if (fits || isUnknown(type)) return isLogic ? Types.bool : type;
    return this.reject(
      node,
      'operand-types',
      `${node.operation} does not work on ${describeType(type)}`,
    );
  }

  /** Runs of operators lean left without limit, so they are walked in a loop. */
  private binary(root: BinaryNode, scope: TypeScope): Type {
    const run: BinaryNode[] = [];
    let first: Node = root;
    while (first.kind === 'binary') {
      run.push(first);
      first = first.left;
    }
    let type = this.type(first, scope);
    for (const node of run.reverse()) {
      const right = this.type(node.right, scope);
      type = this.operator(node, node.operation, type, right);
      this.checkLiterals(node);
    }
    return type;
  }

  private operator(
    node: Node,
    operation: BinaryNode['operation'],
    left: Type,
    right: Type,
  ): Type {
    return (
      OPERATOR_TYPES[operation](left, right) ??
      this.reject(
        node,
        'operand-types',
        `${operation} does not work on ${describeType(left)} and ` +
          `${describeType(right)}`,
      )
    );
  }

  /** Literal operands that fail whatever the other operand is. */
  private checkLiterals(node: BinaryNode): void {
    const { operation, right } = node;
    if (right.kind !== 'literal') return;
    if (operation === '%' && right.value === 0n) {
      this.reject(node, 'modulo-zero', 'the divisor of % is zero');
    }
    if (operation === 'matches' && typeof right.value === 'string') {
      this.checkPattern(right, right.value);
    }
  }

  private checkPattern(node: Node, pattern: string): void {
    this.patternSize += Pattern.sizeOf(pattern);
    if (this.patternSize > MAX_PATTERN_SIZE) {
      this.reject(
        node,
        'regular-expression',
        `the regular expressions are too large together: more than ${MAX_PATTERN_SIZE} instructions`,
      );
    }
    try {
      Pattern.compile(pattern);
    } catch (error) {
      if (!isExpressionError(error)) throw error;
      this.reject(node, error.code, error.reason);
    }
  }

  private rangeTest(node: RangeTestNode, scope: TypeScope): Type {
    const types = this.types(node.operands, scope);
    node.operations.forEach((operation, i) =>
      this.operator(node, operation, types[i], types[i + 1]),
    );
    return Types.bool;
  }

  private conditional(node: ConditionalNode, scope: TypeScope): Type {
    const condition = this.type(node.condition, scope);
    if (condition.kind !== 'bool' && !isUnknown(condition)) {
      this.reject(
        node.condition,
        'condition-type',
        `a condition must be a boolean, not ${describeType(condition)}`,
      );
    }
    const then =
      node.then === node.condition ? condition : this.type(node.then, scope);
    const otherwise = this.type(node.otherwise, scope);
    if (then.kind === 'nil') return otherwise;
    if (otherwise.kind === 'nil') return then;
    return sameType(then, otherwise) ? then : Types.unknown;
  }

  private let(node: LetNode, scope: TypeScope): Type {
    const { name } = node;
    const value = this.type(node.value, scope);
    if (this.isFunction(name) || scope.lets.has(name)) {
      this.reject(node, 'redeclared-name', `${name} is already a name`);
    }
    const lets = new Map(scope.lets).set(name, value);
    return this.type(node.body, { ...scope, lets });
  }

  private member(node: MemberNode, scope: TypeScope): Type {
    const object = this.type(node.object, scope);
    return this.memberOf(node, object, scope);
  }

  private memberOf(node: MemberNode, object: Type, scope: TypeScope): Type {
    const key = this.type(node.property, scope);
    switch (object.kind) {
      case 'unknown':
        return Types.unknown;
      case 'any-map':
        return object.value;
      case 'array':
        if (isInteger(key) || isUnknown(key)) return object.element;
        return this.reject(node, 'index-type', 'a list index must be an int');
      case 'map':
        if (key.kind === 'string' || isUnknown(key) || key.kind === 'nil') {
          return object.value;
        }
        return this.reject(node, 'index-type', 'a map key must be a string');
      default:
        return this.fixedMember(node, object);
    }
  }

  private fixedMember(node: MemberNode, object: Type): Type {
    const { property } = node;
    const name = property.kind === 'literal' ? property.value : undefined;
    if (typeof name === 'string') {
      const field =
        object.kind === 'object' ? object.type.members.get(name) : undefined;
      if (field) return field.type;
      if (methodTypes(object)?.has(name)) return Types.function;
      const meant = memberInOtherCase(object, name);
      this.reject(
        node,
        'unknown-member',
        `${describeType(object)} has no member ${name}${
          meant ? `; did you mean ${meant}?` : ''
        }`,
      );
    }
    return this.reject(
      node,
      'index-type',
      `${describeType(object)} has no elements`,
    );
  }

  private slice(node: SliceNode, scope: TypeScope): Type {
    const object = this.type(node.object, scope);
    for (const bound of [node.from, node.to]) {
      const type = bound ? this.type(bound, scope) : Types.int;
      // Upstream leaves the bounds to the run where the object is unknown.
      if (!isUnknown(object) && !isInteger(type) && !isUnknown(type)) {
        this.reject(node, 'index-type', 'the bounds of a slice must be ints');
      }
    }
    const { kind } = object;
    if (kind === 'array' || kind === 'string' || isUnknown(object)) {
      return object;
    }
    return this.reject(
      node,
      'index-type',
      `${describeType(object)} cannot be sliced`,
    );
  }

  private call(node: CallNode, scope: TypeScope): Type {
    const { callee } = node;
    if (callee.kind === 'member') return this.methodCall(node, callee, scope);
    const { name } = callee;
    if (name === '$env') {
      this.reject(node, 'not-callable', 'the environment cannot be called');
    }
    const declared = scope.lets.has(name)
      ? undefined
      : this.functions.get(name);
    if (!declared) {
      // Arguments of an unknown function are not checked, as upstream's are not.
      return Types.unknown;
    }
    const args = this.types(node.args, scope);
    return this.settle(node, checkSignatures(name, declared.overloads, args));
  }

  private methodCall(
    node: CallNode,
    callee: MemberNode,
    scope: TypeScope,
  ): Type {
    const self = this.type(callee.object, scope);
    const member = this.memberOf(callee, self, scope);
    if (member.kind !== 'function') return Types.unknown;
    const { property } = callee;
    const name = property.kind === 'literal' ? String(property.value) : '';
    const method = methodTypes(self)?.get(name);
    if (!method) return Types.unknown;
    const args = this.types(node.args, scope);
    return this.settle(node, checkSignatures(name, [method], args));
  }

  private builtin(node: BuiltinNode, scope: TypeScope): Type {
    const builtin = BUILTINS.get(node.name);
    if (!builtin) return checkPredicateCall(this, node, scope);
    return this.settle(node, builtin.check(this.types(node.args, scope)));
  }

  /** The result of a checked call, or the error it came to. */
  settle(node: Node, check: CallCheck): Type {
    if ('result' in check) return check.result;
    return this.reject(node, check.problem.code, check.problem.reason);
  }

  private list(items: readonly Node[], scope: TypeScope): Type {
    const types = this.types(items, scope);
    const [first] = types;
    const uniform =
      first !== undefined && types.every(type => sameType(type, first));
    return Types.listOf(uniform ? first : Types.unknown);
  }
}

function literalType(value: unknown): Type {
  switch (typeof value) {
    case 'boolean':
      return Types.bool;
    case 'bigint':
      return Types.int;
    case 'number':
      return Types.float;
    case 'string':
      return Types.string;
    default:
      return value === null ? Types.nil : Types.bytes;
  }
}

/** The member that is spelled the same but for the case of its letters. */
function memberInOtherCase(object: Type, name: string): string | undefined {
  const fields = object.kind === 'object' ? object.type.members.keys() : [];
  const methods = methodTypes(object)?.keys() ?? [];
  const wanted = name.toLowerCase();
  return [...fields, ...methods].find(
    member => member.toLowerCase() === wanted,
  );
}
