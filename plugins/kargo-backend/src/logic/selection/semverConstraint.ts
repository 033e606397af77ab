import { InputError } from '@backstage/errors';
import { SemverVersion, parseNumber, parsePrerelease } from './semver';
import {
  SemverComparator,
  SemverOperator,
  matchesComparator,
} from './semverComparator';

/** Thrown for text that is no version constraint. */
export class SemverError extends InputError {}

/** A parsed version constraint: alternatives, each of them comparators that all must hold. */
export interface SemverConstraint {
  readonly original: string;
  readonly alternatives: readonly (readonly SemverComparator[])[];
}

/** Longest accepted constraint in characters; keeps the cost of reading one small. */
export const MAX_CONSTRAINT_LENGTH = 2048;

const OPERATORS: Record<string, SemverOperator> = {
  '': '=',
  '=': '=',
  '!=': '!=',
  '>': '>',
  '<': '<',
  '>=': '>=',
  '=>': '>=',
  '<=': '<=',
  '=<': '<=',
  '~': '~',
  '~>': '~',
  '^': '^',
};

// Whitespace is ASCII, without the vertical tab that JavaScript's \s includes.
const SPACE = '[\\t\\n\\f\\r ]';
// The lexical form of a number. Kargo's takes more than numbers and wildcards: what
// follows a wildcard is never looked at, elsewhere `readNumber` refuses it.
const NUMBER = '[0-9xX*|]+';
const IDENTIFIERS = '[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*';
const PARTIAL = `v?(${NUMBER})(?:\\.(${NUMBER}))?(?:\\.(${NUMBER}))?(?:-(${IDENTIFIERS}))?(?:\\+(${IDENTIFIERS}))?`;

const COMPARATOR = new RegExp(`([=!<>~^]*)${SPACE}*(${PARTIAL})`, 'y');
const SPACES = new RegExp(`${SPACE}*`, 'y');
const HYPHEN_RANGE = new RegExp(
  `${SPACE}*(${PARTIAL})${SPACE}+-${SPACE}+(${PARTIAL})${SPACE}*`,
  'g',
);
/** Capture groups of one partial version, itself included. */
const PARTIAL_GROUPS = 6;

/**
 * Reads a version constraint in the grammar of Kargo's manifests: comparators joined by
 * spaces or commas, alternatives joined by `||`, hyphen ranges, wildcards.
 *
 * @remarks
 * An empty constraint is an error here. "No constraint" is the absence of one, and it is
 * not the same as `*`: it lets prereleases through.
 *
 * @throws {@link SemverError} if it is none.
 */
export function parseConstraint(text: string): SemverConstraint {
  if (text.length > MAX_CONSTRAINT_LENGTH) {
    throw new SemverError(
      `a version constraint may have at most ${MAX_CONSTRAINT_LENGTH} characters, this one has ${text.length}`,
    );
  }
  const alternatives = expandHyphenRanges(text)
    .split('||')
    .map(alternative => parseAlternative(alternative, text));
  return { original: text, alternatives };
}

/**
 * Whether a version satisfies a constraint.
 *
 * @remarks
 * A prerelease can only satisfy an alternative in which at least one comparator carries a
 * prerelease itself; `-0` is the customary way to ask for that (`^1.2-0`).
 */
export function satisfies(
  version: SemverVersion,
  constraint: SemverConstraint,
): boolean {
  return constraint.alternatives.some(comparators => {
    const admitsPrereleases = comparators.some(c => c.prerelease.length > 0);
    if (version.prerelease.length > 0 && !admitsPrereleases) return false;
    return comparators.every(c => matchesComparator(version, c));
  });
}

/**
 * Compiles the constraint of a subscription into a test for versions. Absent or empty it
 * admits every version, prereleases included.
 *
 * @throws {@link SemverError} if it is none.
 */
export function compileConstraint(
  text: string | undefined,
): (version: SemverVersion) => boolean {
  if (!text) return () => true;
  const constraint = parseConstraint(text);
  return version => satisfies(version, constraint);
}

// Runs over the whole text before it is split into alternatives, as in Kargo: `1||2 - 3`
// therefore means "at least 1, or 2 and at most 3".
function expandHyphenRanges(text: string): string {
  return text.replace(HYPHEN_RANGE, (_range, ...groups) => {
    const from = groups[0];
    const to = groups[PARTIAL_GROUPS];
    return `>= ${from}, <= ${to} `;
  });
}

function parseAlternative(text: string, whole: string): SemverComparator[] {
  const comparators: SemverComparator[] = [];
  let at = skipSpaces(text, 0);
  for (;;) {
    COMPARATOR.lastIndex = at;
    const match = COMPARATOR.exec(text);
    if (!match) throw notAConstraint(whole);
    comparators.push(readComparator(match, whole));
    const end = COMPARATOR.lastIndex;
    at = skipSpaces(text, end);
    if (at === text.length) return comparators;
    if (text[at] === ',') at = skipSpaces(text, at + 1);
    else if (at === end) throw notAConstraint(whole);
  }
}

function readComparator(
  match: RegExpExecArray,
  whole: string,
): SemverComparator {
  const operator = OPERATORS[match[1]];
  const [major, minor, patch] = [match[3], match[4], match[5]];
  const prerelease = parsePrerelease(match[6]);
  if (!operator || !prerelease) throw notAConstraint(whole);
  if (isWildcard(major)) {
    const zero = { major: 0n, minor: 0n, patch: 0n };
    return { operator, ...zero, prerelease, precision: 'any' };
  }
  const numbers = { major: readNumber(major, whole), minor: 0n, patch: 0n };
  if (minor === undefined || isWildcard(minor)) {
    return { operator, ...numbers, prerelease, precision: 'major' };
  }
  numbers.minor = readNumber(minor, whole);
  if (patch === undefined || isWildcard(patch)) {
    return { operator, ...numbers, prerelease, precision: 'minor' };
  }
  numbers.patch = readNumber(patch, whole);
  return { operator, ...numbers, prerelease, precision: 'patch' };
}

function isWildcard(number: string): boolean {
  return number === '*' || number === 'x' || number === 'X';
}

function readNumber(digits: string, whole: string): bigint {
  const value = /^\d+$/.test(digits) ? parseNumber(digits) : undefined;
  if (value === undefined) throw notAConstraint(whole);
  return value;
}

function skipSpaces(text: string, from: number): number {
  SPACES.lastIndex = from;
  SPACES.exec(text);
  return SPACES.lastIndex;
}

function notAConstraint(text: string): SemverError {
  return new SemverError(
    `"${text}" is not a version constraint; expected comparators such as ">=1.2.0 <2", "^1.2" or "1.x"`,
  );
}
