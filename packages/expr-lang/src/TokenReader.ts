import { ExpressionError, ExpressionErrorCode } from './errors';
import type { Node } from './ast';
import { tokenize } from './lexer';
import { Token } from './token';

/** Bounds of a source text. @public */
export interface SourceLimits {
  /** Nodes of the syntax tree. */
  readonly nodes: number;
  /** Nesting of brackets, branches and member chains. */
  readonly nesting: number;
  /** Length in UTF-16 units. */
  readonly length: number;
}

/** The bounds used where a caller gives none; the node budget is that of upstream. @public */
export const DEFAULT_SOURCE_LIMITS: SourceLimits = {
  nodes: 10_000,
  nesting: 250,
  length: 500_000,
};

/** Tokens of a node at most: signs and brackets around it are no nodes of their own. */
const TOKENS_PER_NODE = 5;

type NewNode<T> = T extends Node ? Omit<T, 'depth'> : never;

/** The parser's position in the tokens, and its account of nodes and nesting. */
export class TokenReader {
  private readonly tokens: readonly Token[];
  private index = 0;
  private nesting = 0;
  private nodes = 0;

  constructor(readonly source: string, private readonly limits: SourceLimits) {
    if (source.length > limits.length) {
      throw new ExpressionError(
        'parse',
        'source-limit',
        'the expression is too long',
      );
    }
    this.tokens = tokenize(source, limits.nodes * TOKENS_PER_NODE);
  }

  get current(): Token {
    return this.tokens[this.index];
  }

  get following(): Token {
    return this.tokens[Math.min(this.index + 1, this.tokens.length - 1)];
  }

  get nodeCount(): number {
    return this.nodes;
  }

  next(): Token {
    const token = this.current;
    if (token.kind !== 'eof') this.index += 1;
    return token;
  }

  is(operator: string): boolean {
    return this.current.kind === 'operator' && this.current.text === operator;
  }

  /** Consumes the operator when it is next. */
  eat(operator: string): boolean {
    const found = this.is(operator);
    if (found) this.next();
    return found;
  }

  expect(operator: string): Token {
    if (!this.is(operator)) {
      this.raise('syntax', `expected ${operator}, found ${this.current.text}`);
    }
    return this.next();
  }

  expectIdentifier(): Token {
    if (this.current.kind !== 'identifier') {
      this.raise('syntax', `expected a name, found ${this.current.text}`);
    }
    return this.next();
  }

  raise(
    code: ExpressionErrorCode,
    reason: string,
    at: number = this.current.at,
  ): never {
    throw new ExpressionError('parse', code, reason, at, this.source);
  }

  unexpected(): never {
    return this.raise('syntax', `unexpected ${this.current.text}`);
  }

  /** Parses something one level deeper. */
  nested<T>(parse: () => T): T {
    this.nesting += 1;
    this.checkNesting(this.nesting);
    const result = parse();
    this.nesting -= 1;
    return result;
  }

  /** Counts nodes that exist upstream but have no node of their own here. */
  count(nodes: number): void {
    this.nodes += nodes;
    if (this.nodes > this.limits.nodes) {
      this.raise('node-limit', 'the expression has too many parts');
    }
  }

  /** Finishes a node over its children; the tree may not become too deep to walk. */
  node<T extends Node>(node: NewNode<T>, children: readonly Node[]): T {
    this.count(1);
    let depth = 0;
    for (const child of children) depth = Math.max(depth, child.depth);
    return this.finish(node, depth + 1);
  }

  /** Finishes a binary node; a run of operators is walked in a loop and so counts as one level. */
  binary<T extends Node>(node: NewNode<T>, left: Node, right: Node): T {
    this.count(1);
    const run = left.kind === 'binary' ? left.depth : left.depth + 1;
    return this.finish(node, Math.max(run, right.depth + 1));
  }

  private finish<T extends Node>(node: NewNode<T>, depth: number): T {
    this.checkNesting(depth);
    // Adding to the fresh object is several times cheaper than copying it.
    const finished = node as unknown as T & { depth: number };
    finished.depth = depth;
    return finished;
  }

  private checkNesting(depth: number): void {
    if (depth > this.limits.nesting) {
      this.raise('nesting-limit', 'the expression is nested too deeply');
    }
  }
}
