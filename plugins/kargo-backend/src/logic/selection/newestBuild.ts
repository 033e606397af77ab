import { Slices, sortInSlices } from '../slices';
import { compareBytes } from './compareBytes';
import { Instant, compareInstants } from './instant';

/** A tag with the time its image was made. */
export interface Build {
  readonly tag: string;
  readonly createdAt: Instant;
}

/**
 * Sorts builds newest first: creation time descending, equal times by the tag's bytes
 * descending.
 */
export function sortNewestBuilds<T extends Build>(
  builds: readonly T[],
): Slices<T[]> {
  return sortInSlices(
    builds,
    (a, b) =>
      compareInstants(b.createdAt, a.createdAt) || compareBytes(b.tag, a.tag),
  );
}
