/**
 * A text from outside that cannot be read or is too much. The message says what is wrong
 * and where, and never repeats the text.
 */
export class ForeignInputError extends Error {
  name = 'ForeignInputError' as const;
}
