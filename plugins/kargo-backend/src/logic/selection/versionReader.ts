import {
  findFirstInSlices,
  mapInSlices,
  Slices,
  sortInSlices,
} from '../slices';
import { compareBestFirst, SemverVersion } from './semver';
import { compileConstraint } from './semverConstraint';

/** Reads a text as a version; `undefined` for what is none, or is not wanted. */
export type VersionReader = (text: string) => SemverVersion | undefined;

/**
 * A reader of only what a constraint admits.
 *
 * @throws `SemverError` if the constraint does not parse.
 */
export function admittedOnly(
  read: VersionReader,
  constraint: string | undefined,
): VersionReader {
  const admits = compileConstraint(constraint);
  return text => {
    const version = read(text);
    return version && admits(version) ? version : undefined;
  };
}

/** The texts that are versions, best first. */
export function* selectVersions(
  texts: readonly string[],
  read: VersionReader,
): Slices<string[]> {
  const found = yield* mapInSlices(texts, read);
  const sorted = yield* sortInSlices(found, compareBestFirst);
  return sorted.map(version => version.original);
}

/** The one of the texts that {@link selectVersions} puts first. */
export function* findBestVersion(
  texts: readonly string[],
  read: VersionReader,
): Slices<string | undefined> {
  const found = yield* mapInSlices(texts, read);
  const best = yield* findFirstInSlices(found, compareBestFirst);
  return best?.original;
}
