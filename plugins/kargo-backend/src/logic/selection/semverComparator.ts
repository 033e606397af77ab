import { SemverPrecedence, compareVersions } from './semver';

/** How a comparator relates a version to its own numbers; spellings such as `=>` are folded. */
export type SemverOperator = '=' | '!=' | '>' | '<' | '>=' | '<=' | '~' | '^';

/**
 * One comparator of a constraint. Missing and wild numbers are 0.
 *
 * @remarks
 * `precision` names the last number that was written: `any` for `*`, `major` for `1` and
 * `1.x`, `minor` for `1.2` and `1.2.x`, `patch` for a complete version.
 */
export interface SemverComparator extends SemverPrecedence {
  readonly operator: SemverOperator;
  readonly precision: 'any' | 'major' | 'minor' | 'patch';
}

function isPartial(c: SemverComparator): boolean {
  return c.precision !== 'patch';
}

function differs(v: SemverPrecedence, c: SemverComparator): boolean {
  switch (c.precision) {
    case 'major':
      return v.major !== c.major;
    case 'minor':
      if (v.major !== c.major || v.minor !== c.minor) return true;
      return !samePrerelease(v, c);
    default:
      return compareVersions(v, c) !== 0;
  }
}

function isAbove(v: SemverPrecedence, c: SemverComparator): boolean {
  if (v.major !== c.major && isPartial(c)) return v.major > c.major;
  switch (c.precision) {
    case 'major':
      return false;
    case 'minor':
      return v.minor > c.minor;
    default:
      return compareVersions(v, c) > 0;
  }
}

function isAtMost(v: SemverPrecedence, c: SemverComparator): boolean {
  if (!isPartial(c)) return compareVersions(v, c) <= 0;
  if (v.major !== c.major) return v.major < c.major;
  return c.precision === 'major' || v.minor <= c.minor;
}

function matchesTilde(v: SemverPrecedence, c: SemverComparator): boolean {
  if (compareVersions(v, c) < 0) return false;
  if (matchesEverything(c)) return true;
  if (v.major !== c.major) return false;
  return c.precision === 'major' || v.minor === c.minor;
}

// "~0.0.0" and "~*" cannot be told apart by the numbers, and Kargo does not try.
function matchesEverything(c: SemverComparator): boolean {
  const isZero = c.major === 0n && c.minor === 0n && c.patch === 0n;
  return isZero && (c.precision === 'any' || c.precision === 'patch');
}

function matchesCaret(v: SemverPrecedence, c: SemverComparator): boolean {
  if (compareVersions(v, c) < 0 || v.major !== c.major) return false;
  if (c.major > 0n || c.precision === 'major') return true;
  if (v.minor !== c.minor) return false;
  return c.minor > 0n || c.precision === 'minor' || v.patch === c.patch;
}

function samePrerelease(v: SemverPrecedence, c: SemverComparator): boolean {
  return v.prerelease.join('.') === c.prerelease.join('.');
}

type Rule = (
  version: SemverPrecedence,
  comparator: SemverComparator,
) => boolean;

const RULES: Record<SemverOperator, Rule> = {
  '=': (v, c) =>
    isPartial(c) ? matchesTilde(v, c) : compareVersions(v, c) === 0,
  '!=': differs,
  '>': isAbove,
  '<': (v, c) => compareVersions(v, c) < 0,
  '>=': (v, c) => compareVersions(v, c) >= 0,
  '<=': isAtMost,
  '~': matchesTilde,
  '^': matchesCaret,
};

/**
 * Whether a version stands in the comparator's relation.
 *
 * @remarks
 * The rules of Kargo's manifests, two oddities included: `^*` matches only 0.0.0, and
 * `~0.0.0` matches everything. The gate for prereleases is not decided here, because it
 * depends on the neighbouring comparators.
 */
export function matchesComparator(
  version: SemverPrecedence,
  comparator: SemverComparator,
): boolean {
  return RULES[comparator.operator](version, comparator);
}
