import { findFirstInSlices, Slices, sortInSlices } from '../slices';
import { compareBytes } from './compareBytes';

/** Sorts tags by their bytes descending, as the Lexical strategies do. */
export function sortLexical(tags: readonly string[]): Slices<string[]> {
  return sortInSlices(tags, compareLexical);
}

/** The one of the tags that {@link sortLexical} puts first. */
export function findBestLexical(
  tags: readonly string[],
): Slices<string | undefined> {
  return findFirstInSlices(tags, compareLexical);
}

function compareLexical(a: string, b: string): number {
  return compareBytes(b, a);
}
