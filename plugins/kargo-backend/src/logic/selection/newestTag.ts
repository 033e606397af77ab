import { mapInSlices, Slices, sortInSlices } from '../slices';
import { compareBytes } from './compareBytes';
import { compareInstants, findInstant, ZERO_INSTANT } from './instant';

/** A git tag with the date it is ordered by. */
export interface DatedTag {
  readonly tag: string;
  /** Tagger date of an annotated tag, committer date of a lightweight one; RFC 3339. */
  readonly creatorDate: string;
}

/**
 * Sorts git tags for the NewestTag strategy: creator date descending, equal dates by name
 * **ascending**, which is how git itself breaks the tie.
 */
export function* sortNewestTags<T extends DatedTag>(
  tags: readonly T[],
): Slices<T[]> {
  const dated = yield* mapInSlices(tags, tag => ({
    tag,
    date: findInstant(tag.creatorDate) ?? ZERO_INSTANT,
  }));
  const sorted = yield* sortInSlices(
    dated,
    (a, b) =>
      compareInstants(b.date, a.date) || compareBytes(a.tag.tag, b.tag.tag),
  );
  return sorted.map(({ tag }) => tag);
}
