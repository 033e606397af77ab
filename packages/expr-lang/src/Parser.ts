import type {
  Ast,
  BinaryNode,
  BuiltinNode,
  CallNode,
  ChainNode,
  ConditionalNode,
  LetNode,
  LiteralNode,
  ListNode,
  MapNode,
  MemberNode,
  NameNode,
  Node,
  PointerNode,
  PredicateNode,
  RangeTestNode,
  SequenceNode,
  SliceNode,
  UnaryNode,
} from './ast';
import { Token } from './token';
import {
  BINARY_OPERATORS,
  BinaryOperator,
  KEYWORDS,
  UNARY_OPERATORS,
} from './operators';
import { PREDICATE_BUILTINS, PredicateShape } from './predicates';
import { SourceLimits, TokenReader } from './TokenReader';

/** What the parser must know beside the source. */
export interface ParserOptions {
  readonly limits: SourceLimits;
  /** Whether a name is a built-in function. */
  isBuiltin(name: string): boolean;
  /** Whether a host function takes the place of a built-in. */
  isOverridden(name: string): boolean;
}

const CONSTANTS: ReadonlyMap<string, { value: boolean | null }> = new Map([
  ['true', { value: true }],
  ['false', { value: false }],
  ['nil', { value: null }],
]);

/**
 * Reads an expression by recursive descent with operator precedence.
 *
 * The descent is sequence → expression(level) → operand → primary → postfix.
 * `expression(level)` takes an operand and then every binary operator that
 * binds at least as tightly as `level`; what is weaker is left to the caller.
 * Only level 0 reads `let`, `if`, the ternary and the pipe.
 */
export class Parser {
  private readonly reader: TokenReader;
  private predicateDepth = 0;

  constructor(source: string, private readonly options: ParserOptions) {
    this.reader = new TokenReader(source, options.limits);
  }

  /** Reads the whole source. */
  parse(): Ast {
    const root = this.sequence();
    if (this.reader.current.kind !== 'eof') this.reader.unexpected();
    return { source: this.reader.source, root };
  }

  private sequence(): Node {
    const { reader } = this;
    const { at } = reader.current;
    const items = [this.expression(0)];
    while (reader.eat(';')) {
      if (reader.current.kind === 'eof') break;
      items.push(this.expression(0));
    }
    if (items.length === 1) return items[0];
    return reader.node<SequenceNode>({ kind: 'sequence', at, items }, items);
  }

  private expression(level: number): Node {
    return this.reader.nested(() => {
      if (level > 0) return this.operators(this.operand(), level);
      if (this.reader.is('let')) return this.let();
      if (this.reader.is('if')) return this.if();
      return this.ternary(this.operators(this.operand(), 0));
    });
  }

  private let(): Node {
    const { reader } = this;
    const { at } = reader.next();
    const name = reader.expectIdentifier().text;
    reader.expect('=');
    const value = this.expression(0);
    reader.expect(';');
    const body = this.sequence();
    return reader.node<LetNode>({ kind: 'let', at, name, value, body }, [
      value,
      body,
    ]);
  }

  private if(): Node {
    const { reader } = this;
    const { at } = reader.next();
    const condition = this.expression(0);
    const then = this.block();
    reader.expect('else');
    const otherwise = reader.is('if')
      ? reader.nested(() => this.if())
      : this.block();
    return this.conditional(at, condition, then, otherwise);
  }

  private block(): Node {
    this.reader.expect('{');
    const body = this.sequence();
    this.reader.expect('}');
    return body;
  }

  private ternary(first: Node): Node {
    const { reader } = this;
    let node = first;
    while (reader.is('?')) {
      const { at } = reader.next();
      const then = reader.is(':') ? node : this.expression(0);
      reader.expect(':');
      node = this.conditional(at, node, then, this.expression(0));
    }
    return node;
  }

  private conditional(
    at: number,
    condition: Node,
    then: Node,
    otherwise: Node,
  ): Node {
    return this.reader.node<ConditionalNode>(
      { kind: 'conditional', at, condition, then, otherwise },
      [condition, then, otherwise],
    );
  }

  private operators(first: Node, level: number): Node {
    const { reader } = this;
    let left = first;
    let afterCoalesce = false;
    for (;;) {
      const negated = this.isNegation();
      const token = negated ? reader.following : reader.current;
      const operator = binaryOperator(token);
      if (!operator || operator.precedence < level) return left;
      if (negated) reader.next();
      reader.next();
      if (operator.operation === 'pipe') {
        left = this.pipe(left);
      } else {
        if (afterCoalesce && !operator.standsAlone) {
          reader.raise(
            'coalesce-mixed',
            `?? and ${token.text} cannot be mixed without parentheses`,
            token.at,
          );
        }
        left = this.binary(left, operator, token);
        if (negated) left = this.unary('not', left, token.at);
      }
      afterCoalesce = operator.standsAlone === true;
    }
  }

  /** Whether `not` stands before an operator it may negate; anything else after `not` is an error. */
  private isNegation(): boolean {
    const { reader } = this;
    if (!reader.is('not')) return false;
    if (binaryOperator(reader.following)?.negatable) return true;
    reader.next();
    return reader.unexpected();
  }

  private pipe(argument: Node): Node {
    const name = this.reader.expectIdentifier();
    return this.call(name, [argument], 'overridable');
  }

  private binary(left: Node, operator: BinaryOperator, token: Token): Node {
    if (operator.chains) return this.rangeTest(left, operator, token);
    const right = this.expression(
      operator.associativity === 'left'
        ? operator.precedence + 1
        : operator.precedence,
    );
    return this.binaryNode(left, operator, token, right);
  }

  private binaryNode(
    left: Node,
    operator: BinaryOperator,
    token: Token,
    right: Node,
  ): Node {
    const operation = operator.operation as BinaryNode['operation'];
    return this.reader.binary<BinaryNode>(
      { kind: 'binary', at: token.at, operation, left, right },
      left,
      right,
    );
  }

  private rangeTest(first: Node, operator: BinaryOperator, token: Token): Node {
    const { reader } = this;
    const operands = [first, this.expression(operator.precedence + 1)];
    const links = [{ operator, token }];
    for (;;) {
      const link = reader.current;
      const next = binaryOperator(link);
      if (!next?.chains) break;
      reader.next();
      operands.push(this.expression(next.precedence + 1));
      links.push({ operator: next, token: link });
    }
    if (links.length === 1) {
      return this.binaryNode(first, operator, token, operands[1]);
    }
    // Upstream builds one comparison per link and joins them with `and`.
    reader.count(2 * links.length - 2);
    return reader.node<RangeTestNode>(
      {
        kind: 'range-test',
        at: token.at,
        operands,
        operations: links.map(
          link => link.operator.operation as BinaryNode['operation'],
        ),
        places: links.map(link => link.token.at),
      },
      operands,
    );
  }

  private operand(): Node {
    const { reader } = this;
    const { at } = reader.current;
    const prefix = unaryOperator(reader.current);
    if (prefix) {
      reader.next();
      const operand = this.expression(prefix.precedence);
      return this.postfix(this.unary(prefix.operation, operand, at));
    }
    if (reader.eat('(')) {
      const inner = reader.nested(() => this.sequence());
      reader.expect(')');
      return this.postfix(inner);
    }
    if (this.predicateDepth > 0 && (reader.is('#') || reader.is('.'))) {
      return this.postfix(this.pointer());
    }
    if (reader.eat('::')) {
      const name = reader.expectIdentifier();
      return this.postfix(this.call(name, [], 'builtin-first'));
    }
    return this.primary();
  }

  private unary(
    operation: UnaryNode['operation'],
    operand: Node,
    at: number,
  ): Node {
    return this.reader.node<UnaryNode>(
      { kind: 'unary', at, operation, operand },
      [operand],
    );
  }

  private pointer(): Node {
    const { reader } = this;
    const { at } = reader.current;
    const named = reader.eat('#') && reader.current.kind === 'identifier';
    const name = named ? reader.next().text : '';
    return reader.node<PointerNode>({ kind: 'pointer', at, name }, []);
  }

  private primary(): Node {
    const { reader } = this;
    const token = reader.current;
    if (token.kind === 'identifier') {
      reader.next();
      const constant = CONSTANTS.get(token.text);
      if (constant !== undefined) return this.literal(token.at, constant.value);
      return this.postfix(
        reader.is('(') ? this.call(token, [], 'overridable') : this.name(token),
      );
    }
    if (token.kind === 'literal' && token.value !== undefined) {
      reader.next();
      const node = this.literal(token.at, token.value);
      const isNumber =
        typeof token.value === 'number' || typeof token.value === 'bigint';
      return isNumber ? node : this.postfix(node);
    }
    if (reader.is('[')) return this.postfix(this.list());
    if (reader.is('{')) return this.postfix(this.map());
    return reader.unexpected();
  }

  private literal(at: number, value: LiteralNode['value']): LiteralNode {
    return this.reader.node<LiteralNode>({ kind: 'literal', at, value }, []);
  }

  private name(token: Token): NameNode {
    return this.reader.node<NameNode>(
      { kind: 'name', at: token.at, name: token.text },
      [],
    );
  }

  private list(): Node {
    const { at } = this.reader.next();
    const items = this.listed(']', () => this.expression(0));
    return this.reader.node<ListNode>({ kind: 'list', at, items }, items);
  }

  private map(): Node {
    const { reader } = this;
    const { at } = reader.next();
    const entries = this.listed('}', () => {
      const key = this.mapKey();
      reader.expect(':');
      reader.count(1);
      return { key, value: this.expression(0) };
    });
    return reader.node<MapNode>(
      { kind: 'map', at, entries },
      entries.flatMap(entry => [entry.key, entry.value]),
    );
  }

  private mapKey(): Node {
    const { reader } = this;
    const token = reader.current;
    if (reader.is('(')) return this.expression(0);
    const isName = token.kind === 'identifier';
    const isText =
      token.kind === 'literal' && !(token.value instanceof Uint8Array);
    if (!isName && !isText) {
      reader.raise('map-key', 'a map key is a name, a text, a number or (…)');
    }
    reader.next();
    return this.literal(
      token.at,
      typeof token.value === 'string' ? token.value : token.text,
    );
  }

  /** Reads items up to a closing bracket; one comma may trail. */
  private listed<T>(close: string, item: () => T): T[] {
    const { reader } = this;
    const items: T[] = [];
    while (!reader.is(close)) {
      items.push(item());
      if (!reader.eat(',')) break;
    }
    reader.expect(close);
    return items;
  }

  private arguments(): Node[] {
    this.reader.expect('(');
    return this.listed(')', () => this.expression(0));
  }

  private call(
    name: Token,
    piped: readonly Node[],
    lookup: 'overridable' | 'builtin-first',
  ): Node {
    const { reader, options } = this;
    const overridden =
      lookup === 'overridable' && options.isOverridden(name.text);
    const shape = PREDICATE_BUILTINS.get(name.text);
    if (shape && !overridden) return this.predicateCall(name, shape, piped);
    const args = [...piped, ...this.arguments()];
    if (options.isBuiltin(name.text) && !overridden) {
      return reader.node<BuiltinNode>(
        { kind: 'builtin', at: name.at, name: name.text, args },
        args,
      );
    }
    const callee = this.name(name);
    return reader.node<CallNode>(
      { kind: 'call', at: name.at, callee, args },
      args,
    );
  }

  private predicateCall(
    name: Token,
    shape: PredicateShape,
    piped: readonly Node[],
  ): Node {
    const { reader } = this;
    reader.expect('(');
    const args = piped.length > 0 ? [...piped] : [this.expression(0)];
    if (piped.length === 0) this.separator(shape.optional);
    if (!(shape.optional && reader.is(')'))) args.push(this.predicate());
    if (shape.extra && reader.is(',') && reader.following.text !== ')') {
      reader.next();
      args.push(this.expression(0));
    }
    reader.eat(',');
    reader.expect(')');
    return reader.node<BuiltinNode>(
      { kind: 'builtin', at: name.at, name: name.text, args },
      args,
    );
  }

  private separator(optional: boolean | undefined): void {
    if (optional && this.reader.is(')')) return;
    this.reader.expect(',');
  }

  private predicate(): Node {
    const { reader } = this;
    const { at } = reader.current;
    const before = reader.nodeCount;
    const braced = reader.eat('{');
    this.predicateDepth += 1;
    const body = braced ? this.sequence() : this.expression(0);
    this.predicateDepth -= 1;
    if (braced) reader.expect('}');
    else if (reader.is(';')) {
      reader.raise('braces-required', 'wrap the predicate in { and }');
    }
    const weight = reader.nodeCount - before;
    return reader.node<PredicateNode>({ kind: 'predicate', at, body, weight }, [
      body,
    ]);
  }

  private postfix(start: Node): Node {
    const { reader } = this;
    let node = start;
    for (;;) {
      if (reader.is('[')) {
        node = this.subscript(node, false);
      } else if (reader.is('?.') && this.reader.following.text === '[') {
        reader.next();
        node = this.subscript(node, true);
      } else if (reader.is('.') || reader.is('?.')) {
        node = this.member(node, reader.next().text === '?.');
      } else {
        return node;
      }
    }
  }

  private member(base: Node, guarded: boolean): Node {
    const { reader } = this;
    const { current } = reader;
    const isWord = current.kind === 'operator' && KEYWORDS.has(current.text);
    if (current.kind !== 'identifier' && !isWord) {
      reader.raise(
        'member-name',
        `expected a member name, found ${current.text}`,
      );
    }
    reader.next();
    // A dotted link after a chain belongs to the chain, parentheses or not.
    const inChain = base.kind === 'chain';
    const object = inChain ? base.body : base;
    const property = this.literal(current.at, current.text);
    const link = this.link(object, property, guarded, current.at);
    const node = reader.is('(') ? this.methodCall(link) : link;
    return inChain || guarded ? this.chain(node) : node;
  }

  private link(
    object: Node,
    property: Node,
    guarded: boolean,
    at: number,
  ): MemberNode {
    return this.reader.node<MemberNode>(
      { kind: 'member', at, object, property, guarded },
      [object, property],
    );
  }

  private methodCall(callee: MemberNode): Node {
    const args = this.arguments();
    return this.reader.node<CallNode>(
      { kind: 'call', at: callee.at, callee, args },
      [callee, ...args],
    );
  }

  private chain(body: Node): Node {
    return this.reader.node<ChainNode>({ kind: 'chain', at: body.at, body }, [
      body,
    ]);
  }

  private subscript(object: Node, guarded: boolean): Node {
    const { reader } = this;
    const { at } = reader.expect('[');
    const from = reader.is(':') ? undefined : this.expression(0);
    if (reader.eat(':')) {
      const to = reader.is(']') ? undefined : this.expression(0);
      reader.expect(']');
      const children = [object, from, to].filter(child => child !== undefined);
      return reader.node<SliceNode>(
        { kind: 'slice', at, object, from, to },
        children,
      );
    }
    reader.expect(']');
    if (from === undefined) return reader.unexpected();
    const link = this.link(object, from, guarded, at);
    return guarded ? this.chain(link) : link;
  }
}

function binaryOperator(token: Token): BinaryOperator | undefined {
  return token.kind === 'operator'
    ? BINARY_OPERATORS.get(token.text)
    : undefined;
}

function unaryOperator(token: Token) {
  return token.kind === 'operator'
    ? UNARY_OPERATORS.get(token.text)
    : undefined;
}
