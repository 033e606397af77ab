/** How the parser hands on what plain JavaScript values cannot tell apart. */

/** A null. As a key it becomes its text, which no other key has. */
export const NULL: unique symbol = Symbol('\u0000null');

export const NULL_KEY = String(NULL);

let merges = 0;

/** A `<<`: several of them in one mapping are several keys, and as a value it is a text. */
export function createMerge(): symbol {
  merges += 1;
  return Symbol(`\u0000<<${merges}`);
}

/** Start of the keys that stand for `<<`. */
export const MERGE_KEY = 'Symbol(\u0000<<';
