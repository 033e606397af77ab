import { compareBytes } from './compareBytes';
import { Instant, compareInstants } from './instant';

/** A tag with the time its image was made. */
export interface Build {
  readonly tag: string;
  readonly createdAt: Instant;
}

/**
 * Selects the newest builds: creation time descending, equal times by the tag's bytes
 * descending, at most `limit` of them.
 */
export function selectNewestBuilds<T extends Build>(
  builds: readonly T[],
  limit: number,
): T[] {
  return [...builds]
    .sort(
      (a, b) =>
        compareInstants(b.createdAt, a.createdAt) || compareBytes(b.tag, a.tag),
    )
    .slice(0, limit);
}
