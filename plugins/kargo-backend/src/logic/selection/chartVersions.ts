import { Slices } from '../slices';
import { findStrictVersion, findVersion, SemverVersion } from './semver';
import {
  admittedOnly,
  findBestVersion,
  selectVersions,
  VersionReader,
} from './versionReader';

/** Where chart versions come from: a classic repository's index, or the tags of an OCI repository. */
export type ChartSource = 'classic' | 'oci';

/** What restricts the versions of a chart. */
export interface ChartVersionOptions {
  source: ChartSource;
  /** Absent or empty means none, which also admits prereleases. */
  constraint?: string;
}

/**
 * Selects the versions of a chart, best first.
 *
 * @remarks
 * A classic index may hold incomplete versions and a leading `v`. OCI tags hold complete
 * versions only, and because a tag cannot contain `+`, Helm writes `_` for it.
 *
 * @throws `SemverError` if the constraint does not parse.
 */
export function* selectChartVersions(
  versions: readonly string[],
  options: ChartVersionOptions & { limit: number },
): Slices<string[]> {
  const found = yield* selectVersions(versions, compileChartReader(options));
  return found.slice(0, options.limit);
}

/**
 * The one of the versions that {@link selectChartVersions} puts first.
 *
 * @throws `SemverError` if the constraint does not parse.
 */
export function findBestChartVersion(
  versions: readonly string[],
  options: ChartVersionOptions,
): Slices<string | undefined> {
  return findBestVersion(versions, compileChartReader(options));
}

/**
 * Compiles the test whether one version or tag could be selected.
 *
 * @remarks
 * Differs: for webhooks upstream reads OCI tags as it reads a classic index, and so misses
 * `1.2.0_b1` and wakes up for `v1.2.0`. Here both places follow one rule.
 *
 * @throws `SemverError` if the constraint does not parse.
 */
export function compileChartVersionFilter(
  options: ChartVersionOptions,
): (version: string) => boolean {
  const find = compileChartReader(options);
  return version => find(version) !== undefined;
}

function compileChartReader({
  source,
  constraint,
}: ChartVersionOptions): VersionReader {
  const read = source === 'oci' ? findOciVersion : findVersion;
  return admittedOnly(read, constraint);
}

function findOciVersion(tag: string): SemverVersion | undefined {
  return findStrictVersion(tag.replace(/_/g, '+'));
}
