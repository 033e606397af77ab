/**
 * Operators and their binding strength, as data: the parser contains no operator names of its own.
 *
 * Higher numbers bind tighter. A prefix operator parses its operand at its own
 * level, so it takes in everything that binds tighter: `-2 ** 2` is −4 and
 * `not x in y` is `(not x) in y`.
 */
export interface BinaryOperator {
  readonly precedence: number;
  readonly associativity: 'left' | 'right';
  /** Name of the operation; several spellings share one. */
  readonly operation: BinaryOperation;
  /** Whether `not` may stand in front of it. */
  readonly negatable?: boolean;
  /** Whether it forms ranges such as `1 < x < 5`. */
  readonly chains?: boolean;
  /** Whether no other operator may follow on the same nesting level. */
  readonly standsAlone?: boolean;
}

/** The operations behind the binary operators. @public */
export type BinaryOperation =
  | 'pipe'
  | 'or'
  | 'and'
  | '=='
  | '!='
  | '<'
  | '<='
  | '>'
  | '>='
  | 'in'
  | 'matches'
  | 'contains'
  | 'startsWith'
  | 'endsWith'
  | '..'
  | '+'
  | '-'
  | '*'
  | '/'
  | '%'
  | '**'
  | '??';

/** The operations behind the prefix operators. @public */
export type UnaryOperation = 'not' | '-' | '+';

const left = (
  precedence: number,
  operation: BinaryOperation,
  extra?: Partial<BinaryOperator>,
): BinaryOperator => ({
  precedence,
  associativity: 'left',
  operation,
  ...extra,
});

const negatable = { negatable: true };
const chains = { chains: true };
const power: BinaryOperator = {
  precedence: 100,
  associativity: 'right',
  operation: '**',
};

/** Binary operators by spelling. */
export const BINARY_OPERATORS: ReadonlyMap<string, BinaryOperator> = new Map([
  ['|', left(0, 'pipe')],
  ['or', left(10, 'or')],
  ['||', left(10, 'or')],
  ['and', left(15, 'and')],
  ['&&', left(15, 'and')],
  ['==', left(20, '==')],
  ['!=', left(20, '!=')],
  ['<', left(20, '<', chains)],
  ['<=', left(20, '<=', chains)],
  ['>', left(20, '>', chains)],
  ['>=', left(20, '>=', chains)],
  ['in', left(20, 'in', negatable)],
  ['matches', left(20, 'matches', negatable)],
  ['contains', left(20, 'contains', negatable)],
  ['startsWith', left(20, 'startsWith', negatable)],
  ['endsWith', left(20, 'endsWith', negatable)],
  ['..', left(25, '..')],
  ['+', left(30, '+')],
  ['-', left(30, '-')],
  ['*', left(60, '*')],
  ['/', left(60, '/')],
  ['%', left(60, '%')],
  ['**', power],
  ['^', power],
  ['??', left(500, '??', { standsAlone: true })],
]);

/** Prefix operators by spelling. */
export const UNARY_OPERATORS: ReadonlyMap<
  string,
  { readonly precedence: number; readonly operation: UnaryOperation }
> = new Map([
  ['not', { precedence: 50, operation: 'not' as const }],
  ['!', { precedence: 50, operation: 'not' as const }],
  ['-', { precedence: 90, operation: '-' as const }],
  ['+', { precedence: 90, operation: '+' as const }],
]);

/** Words that the lexer reads as operators; they may still name members. */
export const KEYWORDS: ReadonlySet<string> = new Set([
  'in',
  'or',
  'and',
  'not',
  'matches',
  'contains',
  'startsWith',
  'endsWith',
  'let',
  'if',
  'else',
]);
