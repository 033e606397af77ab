/** What a predicate built-in takes after the list it works on. */
export interface PredicateShape {
  /** Whether the predicate may be left out. */
  readonly optional?: boolean;
  /** Whether one more expression may follow. */
  readonly extra?: boolean;
  /** Pointers beside `#`. */
  readonly pointers?: readonly string[];
}

/** The built-ins that take a predicate; the parser needs their shape to read their arguments. */
export const PREDICATE_BUILTINS: ReadonlyMap<string, PredicateShape> = new Map<
  string,
  PredicateShape
>([
  ['all', {}],
  ['none', {}],
  ['any', {}],
  ['one', {}],
  ['filter', {}],
  ['map', { pointers: ['index'] }],
  ['count', { optional: true }],
  ['sum', { optional: true }],
  ['find', {}],
  ['findIndex', {}],
  ['findLast', {}],
  ['findLastIndex', {}],
  ['groupBy', {}],
  ['sortBy', { extra: true }],
  ['reduce', { extra: true, pointers: ['index', 'acc'] }],
]);
