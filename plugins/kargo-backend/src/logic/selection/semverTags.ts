import { Slices } from '../slices';
import { findTagVersion } from './semver';
import { TagFilter } from './tagPatterns';
import {
  admittedOnly,
  findBestVersion,
  selectVersions,
  VersionReader,
} from './versionReader';

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
export function selectSemverTags(
  tags: readonly string[],
  options: SemverTagOptions,
): Slices<string[]> {
  return selectVersions(tags, compileTagReader(options));
}

/**
 * The one of the tags that {@link selectSemverTags} puts first.
 *
 * @throws `SemverError` if the constraint does not parse.
 */
export function findBestSemverTag(
  tags: readonly string[],
  options: SemverTagOptions,
): Slices<string | undefined> {
  return findBestVersion(tags, compileTagReader(options));
}

function compileTagReader({
  constraint,
  strict,
}: SemverTagOptions): VersionReader {
  return admittedOnly(tag => findTagVersion(tag, strict), constraint);
}
