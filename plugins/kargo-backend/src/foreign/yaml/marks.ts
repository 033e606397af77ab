/** How the parser hands on what plain JavaScript values cannot tell apart. */

/** A null. As a key it becomes its text, which no other key has. */
export const NULL: unique symbol = Symbol('\u0000null');

export const NULL_KEY = String(NULL);

/** Start of the keys that stand for `<<`. */
export const MERGE_KEY = '\u0000<<';
