import { compareBytes } from './compareBytes';

/** A prerelease identifier: a number if it is all digits and fits 64 bits, text otherwise. */
export type SemverIdentifier = bigint | string;

/** What decides about the order of versions. Numbers are unsigned 64-bit, as in Kargo. */
export interface SemverPrecedence {
  readonly major: bigint;
  readonly minor: bigint;
  readonly patch: bigint;
  /** Empty for a release. */
  readonly prerelease: readonly SemverIdentifier[];
}

/** A parsed version. */
export interface SemverVersion extends SemverPrecedence {
  /** The text as found; this is what selection reports. */
  readonly original: string;
  /** Build metadata without its `+`; empty if there is none. It never takes part in comparisons. */
  readonly metadata: string;
}

const MAX_NUMBER = 2n ** 64n - 1n;
const MAX_NUMBER_DIGITS = 20;

const IDENTIFIERS = '[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*';
const VERSION = new RegExp(
  `^v?(\\d+)(?:\\.(\\d+))?(?:\\.(\\d+))?(?:-(${IDENTIFIERS}))?(?:\\+(${IDENTIFIERS}))?$`,
);
const STRICT_NUMBERS =
  /^(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)(?:[-+]|$)/;

/**
 * Reads a version leniently, or returns `undefined`: an optional `v`, one to three
 * numbers (missing ones are 0, leading zeros are fine), a prerelease and metadata.
 *
 * @remarks
 * No trimming, no digging a version out of longer text.
 */
export function findVersion(text: string): SemverVersion | undefined {
  const match = VERSION.exec(text);
  if (!match) return undefined;
  const major = parseNumber(match[1]);
  const minor = parseNumber(match[2] ?? '0');
  const patch = parseNumber(match[3] ?? '0');
  const prerelease = parsePrerelease(match[4]);
  if (
    major === undefined ||
    minor === undefined ||
    patch === undefined ||
    prerelease === undefined
  ) {
    return undefined;
  }
  const metadata = match[5] ?? '';
  return { original: text, major, minor, patch, prerelease, metadata };
}

/** Reads a complete version: three numbers without leading zeros and no `v`; else `undefined`. */
export function findStrictVersion(text: string): SemverVersion | undefined {
  return STRICT_NUMBERS.test(text) ? findVersion(text) : undefined;
}

/**
 * Reads a tag as a version, or returns `undefined`. Strict tags are complete versions
 * with at most one leading `v`.
 */
export function findTagVersion(
  tag: string,
  strict: boolean,
): SemverVersion | undefined {
  if (!strict) return findVersion(tag);
  const bare = tag.startsWith('v') ? tag.slice(1) : tag;
  return STRICT_NUMBERS.test(bare) ? findVersion(tag) : undefined;
}

/** Orders versions by precedence, the smaller first; metadata and spelling are ignored. */
export function compareVersions(
  a: SemverPrecedence,
  b: SemverPrecedence,
): number {
  return (
    compareNumbers(a.major, b.major) ||
    compareNumbers(a.minor, b.minor) ||
    compareNumbers(a.patch, b.patch) ||
    comparePrereleases(a.prerelease, b.prerelease)
  );
}

/**
 * Orders versions best first: by precedence descending, equal ones by their original
 * text descending, so that every list has exactly one order.
 */
export function compareBestFirst(a: SemverVersion, b: SemverVersion): number {
  return compareVersions(b, a) || compareBytes(b.original, a.original);
}

/** Reads an unsigned 64-bit number, or returns `undefined` if the digits do not fit. */
export function parseNumber(digits: string): bigint | undefined {
  const significant = digits.replace(/^0+(?=\d)/, '');
  if (significant.length > MAX_NUMBER_DIGITS) return undefined;
  const value = BigInt(significant);
  return value <= MAX_NUMBER ? value : undefined;
}

/** Reads dotted prerelease identifiers; `undefined` if a numeric one has a leading zero. */
export function parsePrerelease(
  text: string | undefined,
): SemverIdentifier[] | undefined {
  if (text === undefined) return [];
  const identifiers: SemverIdentifier[] = [];
  for (const part of text.split('.')) {
    const isNumeric = /^\d+$/.test(part);
    if (isNumeric && part.length > 1 && part.startsWith('0')) return undefined;
    // Numbers beyond 64 bits compare as text, as they do in Kargo.
    identifiers.push((isNumeric ? parseNumber(part) : undefined) ?? part);
  }
  return identifiers;
}

function compareNumbers(a: bigint, b: bigint): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function comparePrereleases(
  a: readonly SemverIdentifier[],
  b: readonly SemverIdentifier[],
): number {
  // A release is greater than any of its prereleases.
  if (a.length === 0 || b.length === 0) return compareReleases(a, b);
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) {
    const order = compareIdentifiers(a[i], b[i]);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

function compareReleases(
  a: readonly SemverIdentifier[],
  b: readonly SemverIdentifier[],
): number {
  return Number(a.length === 0) - Number(b.length === 0);
}

function compareIdentifiers(a: SemverIdentifier, b: SemverIdentifier): number {
  if (typeof a === 'bigint') {
    return typeof b === 'bigint' ? compareNumbers(a, b) : -1;
  }
  return typeof b === 'bigint' ? 1 : compareBytes(a, b);
}
