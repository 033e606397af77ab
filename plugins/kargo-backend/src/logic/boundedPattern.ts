import { InputError } from '@backstage/errors';
import { patternSize, withoutGroupNames } from 'backstage-plugin-kargo-expr';
import { LRUCache } from 'lru-cache';
import { RE2JS } from 're2js';
import { compileGlob } from './selection/glob';

/** A compiled pattern whose cost grows linearly with the text it is asked about. */
export interface BoundedPattern {
  /** The text the pattern was compiled from, with its prefix if it had one. */
  readonly source: string;
  matches(text: string): boolean;
}

/** Longest accepted pattern in characters. */
export const MAX_PATTERN_LENGTH = 4096;

/** Largest accepted regular expression, by {@link patternSize}; memory and time grow with it. */
const MAX_REGEX_SIZE = 10_000;

/** Largest that is compiled: what was accepted when larger ones were is stored, and goes on. */
const MAX_STORED_REGEX_SIZE = 20_000;

/** How many compiled regular expressions are kept; the least recently used one goes first. */
export const MAX_CACHED_PATTERNS = 500;

// Compiling costs far more than matching, and the same few patterns are asked again in
// every discovery. A cache of pure results does not make the module impure.
const compiled = new LRUCache<string, RE2JS>({ max: MAX_CACHED_PATTERNS });

/**
 * Compiles a regular expression written by a user: the RE2 dialect, searched anywhere in
 * the text.
 *
 * @param field - Names the pattern in the error, for example `allowTagsRegexes`.
 * @throws `InputError` if it does not compile or is longer than {@link MAX_PATTERN_LENGTH}.
 */
export function compilePattern(source: string, field?: string): BoundedPattern {
  const regex = compileRegex(source, field);
  return { source, matches: text => regex.test(text) };
}

/**
 * Reads a pattern for names: `glob:…`, `regex:…` or `regexp:…`; anything else is the exact
 * name.
 *
 * @throws `InputError` if the part after the prefix is not valid.
 */
export function parseNamePattern(source: string): BoundedPattern {
  return (
    findPrefixedPattern(source) ?? { source, matches: name => name === source }
  );
}

/**
 * Reads a pattern with one of the prefixes `glob:`, `regex:` and `regexp:`, or returns
 * `undefined` if it has none of them; what a bare pattern means depends on the place.
 *
 * @throws `InputError` if the part after the prefix is not valid.
 */
export function findPrefixedPattern(
  source: string,
): BoundedPattern | undefined {
  const prefix = ['glob:', 'regex:', 'regexp:'].find(p => source.startsWith(p));
  if (!prefix) return undefined;
  const body = source.slice(prefix.length);
  if (prefix !== 'glob:') return { ...compilePattern(body), source };
  checkLength(body, undefined);
  const glob = compileGlob(body);
  return { source, matches: glob };
}

/** @throws `InputError` if a regular expression is too large to be accepted. */
export function assertAcceptedSize(regex: string): void {
  checkSize(regex, undefined, MAX_REGEX_SIZE);
}

/** As {@link assertAcceptedSize}, of a pattern that is a regular expression by its prefix. */
export function assertAcceptedPattern(source: string): void {
  const [, regex] = /^regexp?:([^]*)$/.exec(source) ?? [];
  if (regex !== undefined) assertAcceptedSize(regex);
}

/**
 * The prefix of a policy name that looks like a pattern of an unknown kind (`foo:bar`), or
 * `undefined`; admission refuses those, since no Stage name contains a colon.
 */
export function findUnknownPrefix(source: string): string | undefined {
  const known = /^(?:glob|regexp?):/.test(source);
  const colon = source.indexOf(':');
  return known || colon < 0 ? undefined : source.slice(0, colon + 1);
}

function compileRegex(source: string, field: string | undefined): RE2JS {
  const known = compiled.get(source);
  if (known) return known;
  checkLength(source, field);
  checkSize(source, field, MAX_STORED_REGEX_SIZE);
  const regex = tryCompile(source, field);
  compiled.set(source, regex);
  return regex;
}

function tryCompile(source: string, field: string | undefined): RE2JS {
  try {
    return RE2JS.compile(withoutGroupNames(source));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new InputError(
      `${describe(
        field,
      )} "${source}" is not a valid regular expression (RE2): ${reason}`,
    );
  }
}

function checkLength(source: string, field: string | undefined): void {
  if (source.length <= MAX_PATTERN_LENGTH) return;
  throw new InputError(
    `${describe(field)} of ${
      source.length
    } characters is too long; at most ${MAX_PATTERN_LENGTH} are allowed`,
  );
}

function checkSize(
  source: string,
  field: string | undefined,
  most: number,
): void {
  if (patternSize(source) <= most) return;
  throw new InputError(
    `${describe(field)} "${source}" repeats too much to be compiled`,
  );
}

function describe(field: string | undefined): string {
  return field ? `${field}: pattern` : 'pattern';
}
