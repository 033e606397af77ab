import type {
  BinaryNode,
  BuiltinNode,
  CallNode,
  ConditionalNode,
  ListNode,
  LiteralNode,
  MapNode,
  MemberNode,
  NameNode,
  Node,
  PointerNode,
  RangeTestNode,
  SliceNode,
  UnaryNode,
} from './ast';
import { fetch, slice } from './access';
import { compileOperators } from './compileOperators';
import { condition } from './condition';
import { compilePredicate } from './compilePredicates';
import { rewriteBuiltin, rewriteMember } from './rewrite';
import { fail } from './errors';
import type { Code, Frame } from './Frame';
import { BUILTINS } from './functions/builtins';
import { callDeclared, callValue } from './FunctionDeclaration';
import { add, negate, order, Ordering } from './operations';
import type { NodeCompiler } from './NodeCompiler';
import { asNumeric } from './numbers';
import { PREDICATE_BUILTINS } from './predicates';
import { FunctionTable, Scope } from './Scope';
import { Time } from './time/Time';
import {
  HostFunction,
  isNil,
  newMap,
  NIL_LIST,
  typeName,
  Value,
  ValueMap,
} from './values';

/** What a guarded link of a chain gives when its object is nil: the rest of the chain is skipped. */
const SKIPPED: readonly Value[] = Object.freeze([]);

/** Steps that a built-in function takes beside what it charges for itself. */
const BUILTIN_CALL = 2;
/** Steps that a map takes beside its entries. */
const NEW_MAP = 2;

/**
 * Turns a syntax tree into nested functions, each evaluating one node in a frame.
 *
 * Every function notes its place in the frame right before it does something
 * that may fail, after its operands have run, so that a failure needs no
 * handler of its own to be located.
 */
export class Compiler implements NodeCompiler {
  private slots = 0;
  private readonly pointers = new Set<number>();

  constructor(
    readonly functions: FunctionTable,
    /** Whether the visible effects of upstream's optimiser apply. */
    readonly optimises: boolean,
  ) {}

  /** How many slots a frame of the compiled code needs. */
  get slotCount(): number {
    return this.slots;
  }

  /** Whether code compiled so far reads the pointer in a slot. */
  reads(slot: number): boolean {
    return this.pointers.has(slot);
  }

  newSlot(): number {
    this.slots += 1;
    return this.slots - 1;
  }

  compile(node: Node, scope: Scope): Code {
    switch (node.kind) {
      case 'literal':
        return constant(node);
      case 'name':
        return name(node, scope);
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
      case 'let': {
        const slot = this.newSlot();
        const value = this.compile(node.value, scope);
        const body = this.compile(node.body, scope.withName(node.name, slot));
        return frame => {
          frame.slots[slot] = value(frame);
          return body(frame);
        };
      }
      case 'sequence':
        return this.sequence(this.all(node.items, scope));
      case 'member':
        return this.member(node, scope);
      case 'slice':
        return this.slice(node, scope);
      case 'chain': {
        const body = this.compile(node.body, scope);
        return frame => {
          const value = body(frame);
          // A list that is not there is nothing behind a guard, no empty list.
          return value === SKIPPED || value === NIL_LIST ? null : value;
        };
      }
      case 'call':
        return this.call(node, scope);
      case 'builtin':
        return this.builtin(node, scope);
      case 'list':
        return this.list(node, scope);
      case 'map':
        return this.map(node, scope);
      default:
        throw new Error('a predicate stands outside its built-in');
    }
  }

  private pointer(node: PointerNode, scope: Scope): Code {
    const slot = scope.pointer(node.name);
    const { at, name: label } = node;
    if (slot !== undefined) {
      this.pointers.add(slot);
      return frame => frame.slots[slot];
    }
    return frame => {
      frame.at = at;
      return fail('unknown-pointer', `there is no #${label} here`);
    };
  }

  private all(nodes: readonly Node[], scope: Scope): Code[] {
    return nodes.map(node => this.compile(node, scope));
  }

  private sequence(items: readonly Code[]): Code {
    return frame => {
      let value: Value = null;
      for (const item of items) value = item(frame);
      return value;
    };
  }

  private unary(node: UnaryNode, scope: Scope): Code {
    const operand = this.compile(node.operand, scope);
    const { at } = node;
    if (node.operation === '+') return operand;
    if (node.operation === '-') {
      return frame => {
        const value = operand(frame);
        frame.at = at;
        return typeof value === 'number' ? -value : negate(value);
      };
    }
    return frame => !condition(operand(frame), frame, at);
  }

  private binary(node: BinaryNode, scope: Scope): Code {
    return compileOperators(this, node, scope);
  }

  private rangeTest(node: RangeTestNode, scope: Scope): Code {
    const operands = this.all(node.operands, scope);
    const { places } = node;
    const operations = node.operations as readonly Ordering[];
    return frame => {
      let left = operands[0](frame);
      for (let i = 0; i < operations.length; i++) {
        const right = operands[i + 1](frame);
        frame.at = places[i];
        if (!order(operations[i], left, right, frame.meter)) return false;
        left = right;
      }
      return true;
    };
  }

  private conditional(node: ConditionalNode, scope: Scope): Code {
    const test = this.compile(node.condition, scope);
    const otherwise = this.compile(node.otherwise, scope);
    const { at } = node.condition;
    // `a ?: b` shares its node; running it twice would cost 2ⁿ when nested.
    if (node.then === node.condition) {
      return frame => condition(test(frame), frame, at) || otherwise(frame);
    }
    const then = this.compile(node.then, scope);
    return frame =>
      condition(test(frame), frame, at) ? then(frame) : otherwise(frame);
  }

  private member(node: MemberNode, scope: Scope): Code {
    const rewritten = this.optimises ? rewriteMember(node) : undefined;
    if (rewritten) return compilePredicate(this, rewritten, scope);
    const object = this.compile(node.object, scope);
    const { at, guarded, property } = node;
    if (isLocalMethod(property)) return localMethod(object, guarded, at);
    if (property.kind === 'literal' && typeof property.value === 'string') {
      return memberByName(object, property.value, guarded, at);
    }
    const key = this.compile(property, scope);
    return frame => {
      const base = object(frame);
      if (base === SKIPPED || (guarded && isNil(base))) return SKIPPED;
      const index = key(frame);
      frame.at = at;
      return fetch(base, index, frame.meter);
    };
  }

  private slice(node: SliceNode, scope: Scope): Code {
    const object = this.compile(node.object, scope);
    const from = node.from && this.compile(node.from, scope);
    const to = node.to && this.compile(node.to, scope);
    const { at } = node;
    return frame => {
      const base = object(frame);
      const start = from?.(frame);
      const end = to?.(frame);
      frame.at = at;
      return slice(base, start, end, frame.meter);
    };
  }

  private call(node: CallNode, scope: Scope): Code {
    const args = this.all(node.args, scope);
    const { at, callee } = node;
    const isName = callee.kind === 'name';
    const declared = isName ? this.functions.get(callee.name) : undefined;
    if (declared && isName && scope.slotOf(callee.name) === undefined) {
      return frame => {
        const values = run(args, frame);
        frame.at = at;
        return callDeclared(declared, values, frame);
      };
    }
    const target = this.compile(callee, scope);
    // Arguments run before the callee, as upstream's do.
    return frame => {
      const values = run(args, frame);
      const value = target(frame);
      if (value === SKIPPED) return SKIPPED;
      frame.at = at;
      return callValue(value, values, frame);
    };
  }

  private builtin(node: BuiltinNode, scope: Scope): Code {
    const { at } = node;
    const rewritten = this.optimises ? rewriteBuiltin(node) : undefined;
    if (rewritten?.kind === 'predicate-call') {
      return compilePredicate(this, rewritten, scope);
    }
    if (rewritten) return this.sum(rewritten.items, scope, at);
    if (PREDICATE_BUILTINS.has(node.name)) {
      return compilePredicate(
        this,
        { kind: 'predicate-call', name: node.name, args: node.args, at },
        scope,
      );
    }
    const builtin = BUILTINS.get(node.name);
    if (!builtin) throw new Error(`there is no built-in ${node.name}`);
    const args = this.all(node.args, scope);
    return frame => {
      const values = run(args, frame);
      frame.at = at;
      frame.meter.step(BUILTIN_CALL);
      for (const value of values) frame.meter.readText(value);
      return builtin.run(values, frame);
    };
  }

  private list(node: ListNode, scope: Scope): Code {
    const items = this.all(node.items, scope);
    const { at } = node;
    const isFree = this.optimises && node.items.every(isConstant);
    return frame => {
      const values = run(items, frame);
      if (!isFree) {
        frame.at = at;
        frame.meter.grow(values.length);
      }
      return values;
    };
  }

  /** `sum([a, b, c])` as `a + (b + c)`. */
  private sum(nodes: readonly Node[], scope: Scope, at: number): Code {
    const items = this.all(nodes, scope);
    return frame => {
      const values = run(items, frame);
      frame.at = at;
      let sum = values[values.length - 1];
      for (let i = values.length - 2; i >= 0; i--) {
        sum = add(values[i], sum, frame.meter);
      }
      return sum;
    };
  }

  private map(node: MapNode, scope: Scope): Code {
    const entries = node.entries.map(({ key, value }) => ({
      key: this.compile(key, scope),
      value: this.compile(value, scope),
      at: key.at,
    }));
    const { at } = node;
    return frame => {
      const map = newMap();
      for (const entry of entries) {
        const key = entry.key(frame);
        const value = entry.value(frame);
        frame.at = entry.at;
        if (typeof key !== 'string') {
          fail(
            'not-a-string',
            `a map key must be a string, not ${typeName(key)}`,
          );
        }
        // The first of two equal keys wins.
        if (!(key in map)) map[key] = value;
      }
      frame.at = at;
      frame.meter.grow(entries.length, entries.length + NEW_MAP);
      return map;
    };
  }
}

/** Whether a node is a literal, signs included; such lists cost no memory. */
function isConstant(node: Node): boolean {
  if (node.kind === 'unary' && node.operation !== 'not') {
    return node.operand.kind === 'literal' && isNumberLiteral(node.operand);
  }
  return node.kind === 'literal';
}

function isNumberLiteral(node: LiteralNode): boolean {
  return asNumeric(node.value) !== undefined;
}

function run(codes: readonly Code[], frame: Frame): Value[] {
  const values: Value[] = new Array(codes.length);
  for (let i = 0; i < codes.length; i++) values[i] = codes[i](frame);
  return values;
}

function constant(node: LiteralNode): Code {
  const { value } = node;
  return () => value;
}

function name(node: NameNode, scope: Scope): Code {
  const { name: key, at } = node;
  const slot = scope.slotOf(key);
  if (slot !== undefined) return frame => frame.slots[slot];
  if (key === '$env') return frame => frame.env ?? null;
  return frame => {
    const { variables } = frame;
    if (variables !== undefined) {
      return Object.hasOwn(variables, key) ? variables[key] ?? null : null;
    }
    frame.at = at;
    return fetch(frame.env ?? null, key, frame.meter);
  };
}

function memberByName(
  object: Code,
  key: string,
  guarded: boolean,
  at: number,
): Code {
  return frame => {
    const base = object(frame);
    if (base === SKIPPED || (guarded && isNil(base))) return SKIPPED;
    frame.at = at;
    if (typeof base === 'object' && base !== null) {
      const prototype: unknown = Object.getPrototypeOf(base);
      // Nearly every object is a map of this realm; the general way decides about the rest.
      if (prototype === Object.prototype || prototype === null) {
        const map = base as ValueMap;
        return Object.hasOwn(map, key) ? map[key] ?? null : null;
      }
    }
    return fetch(base, key, frame.meter);
  };
}

/** `Local` depends on the run and is therefore not among the methods of the value alone. */
function isLocalMethod(property: Node): boolean {
  return property.kind === 'literal' && property.value === 'Local';
}

function localMethod(object: Code, guarded: boolean, at: number): Code {
  return frame => {
    const base = object(frame);
    if (base === SKIPPED || (guarded && isNil(base))) return SKIPPED;
    if (base instanceof Time) {
      return new HostFunction('Local', [], () => base.in(frame.location));
    }
    frame.at = at;
    return fetch(base, 'Local', frame.meter);
  };
}
