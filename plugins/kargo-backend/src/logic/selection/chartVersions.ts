import {
  findFirstInSlices,
  mapInSlices,
  Slices,
  sortInSlices,
} from '../slices';
import {
  compareBestFirst,
  findStrictVersion,
  findVersion,
  SemverVersion,
} from './semver';
import { compileConstraint } from './semverConstraint';

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
  const found = yield* mapInSlices(versions, compileChartReader(options));
  const sorted = yield* sortInSlices(found, compareBestFirst);
  return sorted.slice(0, options.limit).map(version => version.original);
}

/**
 * The one of the versions that {@link selectChartVersions} puts first.
 *
 * @throws `SemverError` if the constraint does not parse.
 */
export function* findBestChartVersion(
  versions: readonly string[],
  options: ChartVersionOptions,
): Slices<string | undefined> {
  const found = yield* mapInSlices(versions, compileChartReader(options));
  const best = yield* findFirstInSlices(found, compareBestFirst);
  return best?.original;
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
}: ChartVersionOptions): (text: string) => SemverVersion | undefined {
  const admits = compileConstraint(constraint);
  const read = source === 'oci' ? findOciVersion : findVersion;
  return text => {
    const version = read(text);
    return version && admits(version) ? version : undefined;
  };
}

function findOciVersion(tag: string): SemverVersion | undefined {
  return findStrictVersion(tag.replace(/_/g, '+'));
}
