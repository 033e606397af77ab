import { BoundedPattern, findPrefixedPattern } from '../boundedPattern';
import { someInSlices, Slices } from '../slices';
import { cleanPath } from './cleanPath';

/** The paths by which a git subscription takes and leaves commits. */
export interface PathFilterOptions {
  includePaths?: readonly string[];
  excludePaths?: readonly string[];
}

/** Decides by the paths that a commit touches. */
export interface PathFilter {
  /** Nothing is configured: every commit passes and its paths need not be read. */
  readonly isEmpty: boolean;
  /** Whether a commit that touches these paths passes. */
  accepts(paths: readonly string[]): boolean;
  /** As {@link accepts} says, in slices: a commit may touch very many. */
  judge(paths: readonly string[]): Slices<boolean>;
}

/**
 * Compiles the path selectors of a git subscription.
 *
 * @remarks
 * A commit passes if one of its paths is included (or nothing restricts inclusion) and
 * not excluded. Exclusion wins for a path, yet one surviving path is enough. A commit
 * without paths never passes a configured filter.
 *
 * @throws `InputError` if a selector is not valid.
 */
export function compilePathFilter(options: PathFilterOptions): PathFilter {
  const include = (options.includePaths ?? []).map(parsePathSelector);
  const exclude = (options.excludePaths ?? []).map(parsePathSelector);
  const isEmpty = include.length === 0 && exclude.length === 0;
  const passes = (path: string) =>
    (include.length === 0 || include.some(s => s.matches(path))) &&
    !exclude.some(s => s.matches(path));
  return {
    isEmpty,
    accepts: paths => isEmpty || paths.some(passes),
    *judge(paths) {
      return isEmpty || (yield* someInSlices(paths, passes));
    },
  };
}

/**
 * Reads one path selector: `glob:…` for the whole path, `regex:…` or `regexp:…` searched
 * anywhere in it, anything else a base directory or an exact file.
 *
 * @throws `InputError` if the glob or regular expression is not valid.
 */
export function parsePathSelector(source: string): BoundedPattern {
  const base = cleanPath(source);
  return (
    findPrefixedPattern(source) ?? {
      source,
      matches: path => isWithin(base, path),
    }
  );
}

// Kargo takes the path relative to the base and refuses whatever contains two dots in a
// row, so a file `foo..bar` is outside of every directory. Manifests rely on the rest of
// the rule; that part is merely kept.
function isWithin(base: string, path: string): boolean {
  const to = cleanPath(path);
  if (base === to) return true;
  if (base.startsWith('/') !== to.startsWith('/')) return false;
  return withoutBase(base, to)?.includes('..') === false;
}

function withoutBase(base: string, path: string): string | undefined {
  if (base === '.') return path;
  const prefix = base === '/' ? base : `${base}/`;
  return path.startsWith(prefix) ? path.slice(prefix.length) : undefined;
}
