import {
  findFirstInSlices,
  mapInSlices,
  Slices,
  sortInSlices,
} from '../slices';
import { SemverVersion, compareBestFirst, findTagVersion } from './semver';
import { compileConstraint } from './semverConstraint';
import { TagFilter } from './tagPatterns';

/** How a subscription reads tags as versions. */
export interface SemverTagOptions {
  /** Absent or empty means no constraint, which also admits prereleases. */
  constraint?: string;
  /** Only complete versions, with an optional `v`. */
  strict: boolean;
}

/**
 * Compiles what a SemVer strategy asks of one tag: that it is a version and satisfies the
 * constraint.
 *
 * @throws `SemverError` if the constraint does not parse.
 */
export function compileSemverTagFilter(options: SemverTagOptions): TagFilter {
  const find = compileTagReader(options);
  return tag => find(tag) !== undefined;
}

/**
 * Selects the tags that are versions within the constraint, best first.
 *
 * @throws `SemverError` if the constraint does not parse.
 */
export function* selectSemverTags(
  tags: readonly string[],
  options: SemverTagOptions,
): Slices<string[]> {
  const versions = yield* mapInSlices(tags, compileTagReader(options));
  const sorted = yield* sortInSlices(versions, compareBestFirst);
  return sorted.map(version => version.original);
}

/**
 * The one of the tags that {@link selectSemverTags} puts first.
 *
 * @throws `SemverError` if the constraint does not parse.
 */
export function* findBestSemverTag(
  tags: readonly string[],
  options: SemverTagOptions,
): Slices<string | undefined> {
  const versions = yield* mapInSlices(tags, compileTagReader(options));
  const best = yield* findFirstInSlices(versions, compareBestFirst);
  return best?.original;
}

function compileTagReader({
  constraint,
  strict,
}: SemverTagOptions): (tag: string) => SemverVersion | undefined {
  const admits = compileConstraint(constraint);
  return tag => {
    const version = findTagVersion(tag, strict);
    return version && admits(version) ? version : undefined;
  };
}
