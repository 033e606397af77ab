import type { BinaryOperation, UnaryOperation } from './operators';

interface Place {
  /** Offset of the construct in the source, in UTF-16 units. */
  readonly at: number;
  /** Height of the tree below, a run of binary operators counting once. */
  readonly depth: number;
}

/** A literal. @public */
export interface LiteralNode extends Place {
  readonly kind: 'literal';
  readonly value: null | boolean | number | bigint | string | Uint8Array;
}

/** A name of the environment, a `let` or a function; `$env` is the environment itself. @public */
export interface NameNode extends Place {
  readonly kind: 'name';
  readonly name: string;
}

/** `#`, `#index` or `#acc` inside a predicate. @public */
export interface PointerNode extends Place {
  readonly kind: 'pointer';
  readonly name: string;
}

/** A prefix operator. @public */
export interface UnaryNode extends Place {
  readonly kind: 'unary';
  readonly operation: UnaryOperation;
  readonly operand: Node;
}

/** A binary operator other than a pipe, which the parser turns into a call. @public */
export interface BinaryNode extends Place {
  readonly kind: 'binary';
  readonly operation: Exclude<BinaryOperation, 'pipe'>;
  readonly left: Node;
  readonly right: Node;
}

/** Ordering operators in a row: `a < b <= c`. @public */
export interface RangeTestNode extends Place {
  readonly kind: 'range-test';
  readonly operands: readonly Node[];
  readonly operations: readonly Exclude<BinaryOperation, 'pipe'>[];
  readonly places: readonly number[];
}

/** `?:` and `if`. @public */
export interface ConditionalNode extends Place {
  readonly kind: 'conditional';
  readonly condition: Node;
  readonly then: Node;
  readonly otherwise: Node;
}

/** `let name = value; body`. @public */
export interface LetNode extends Place {
  readonly kind: 'let';
  readonly name: string;
  readonly value: Node;
  readonly body: Node;
}

/** `a; b; c`. @public */
export interface SequenceNode extends Place {
  readonly kind: 'sequence';
  readonly items: readonly Node[];
}

/** Member or element access; `guarded` is `?.`. @public */
export interface MemberNode extends Place {
  readonly kind: 'member';
  readonly object: Node;
  readonly property: Node;
  readonly guarded: boolean;
}

/** `value[from:to]`. @public */
export interface SliceNode extends Place {
  readonly kind: 'slice';
  readonly object: Node;
  readonly from?: Node;
  readonly to?: Node;
}

/** The extent of a `?.`: nil at a guarded link makes the whole chain nil. @public */
export interface ChainNode extends Place {
  readonly kind: 'chain';
  readonly body: Node;
}

/** Call of a name or of a dotted member. @public */
export interface CallNode extends Place {
  readonly kind: 'call';
  readonly callee: NameNode | MemberNode;
  readonly args: readonly Node[];
}

/** Call of a built-in function; arguments that are predicates are {@link PredicateNode}s. @public */
export interface BuiltinNode extends Place {
  readonly kind: 'builtin';
  readonly name: string;
  readonly args: readonly Node[];
}

/** The expression that a predicate built-in runs for each element. @public */
export interface PredicateNode extends Place {
  readonly kind: 'predicate';
  readonly body: Node;
  /** Number of nodes of the body, the price of one pass. */
  readonly weight: number;
}

/** A list literal. @public */
export interface ListNode extends Place {
  readonly kind: 'list';
  readonly items: readonly Node[];
}

/** A map literal. @public */
export interface MapNode extends Place {
  readonly kind: 'map';
  readonly entries: readonly { readonly key: Node; readonly value: Node }[];
}

/** A node of the syntax tree. @public */
export type Node =
  | LiteralNode
  | NameNode
  | PointerNode
  | UnaryNode
  | BinaryNode
  | RangeTestNode
  | ConditionalNode
  | LetNode
  | SequenceNode
  | MemberNode
  | SliceNode
  | ChainNode
  | CallNode
  | BuiltinNode
  | PredicateNode
  | ListNode
  | MapNode;

/** A parsed expression. @public */
export interface Ast {
  readonly source: string;
  readonly root: Node;
}
