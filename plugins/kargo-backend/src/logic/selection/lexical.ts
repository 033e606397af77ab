import { compareBytes } from './compareBytes';

/** Sorts tags by their bytes descending, as the Lexical strategies do. */
export function sortLexical(tags: readonly string[]): string[] {
  return [...tags].sort((a, b) => compareBytes(b, a));
}
