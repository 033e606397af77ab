import { InputError } from '@backstage/errors';
import { GlobVariant, expandAlternatives } from './globAlternatives';
import { findClassEnd, isWellFormedGlob } from './globSyntax';

/**
 * Compiles a glob and returns the test for a whole path.
 *
 * @remarks
 * The dialect of Kargo's `glob:` patterns: `*` and `?` stay within one path component,
 * `**` as a whole component spans any number of them (`a/**` matches `a` itself), leading
 * dots are ordinary, classes are `[ab]`, `[a-z]`, `[!a]` and `[^a]`, alternatives `{a,b}`
 * nest, a backslash takes the next character literally. Nothing else is special.
 *
 * A match costs at most the product of the lengths of pattern and path.
 *
 * @throws `InputError` if a class or an alternative does not close, a class is empty, or
 * the alternatives multiply beyond a fixed size.
 */
export function compileGlob(pattern: string): (path: string) => boolean {
  if (!isWellFormedGlob(pattern)) {
    throw new InputError(
      `"${pattern}" is not a valid glob; a class or an alternative is not closed, or a class is empty`,
    );
  }
  const variants = expandAlternatives(pattern).flatMap(variant => {
    const tokens = tokenize(variant);
    return tokens ? [{ ...variant, tokens }] : [];
  });
  return path => {
    const name = Array.from(path, codePoint);
    return variants.some(variant => matchesVariant(variant, name));
  };
}

type Token =
  | { kind: 'star' | 'any' | 'tail' | 'components'; at: number }
  | { kind: 'character'; at: number; code: number }
  | { kind: 'class'; at: number; negated: boolean; ranges: [number, number][] };

interface Variant extends GlobVariant {
  readonly tokens: readonly Token[];
}

const SLASH = 0x2f;

// What may be left of a pattern when the path has ended. `/**` is here because the path
// itself may be the directory that is meant.
const MATCHES_NOTHING = new Set(['', '*', '**', '/**', '**/', '/**/']);

function codePoint(character: string): number {
  return character.codePointAt(0)!;
}

/** Tokens of a pattern without alternatives, or `undefined` if cutting those out broke a class. */
function tokenize(variant: GlobVariant): Token[] | undefined {
  const { text } = variant;
  const tokens: Token[] = [];
  for (let at = 0; at < text.length; ) {
    const token = readToken(variant, at);
    if (!token) return undefined;
    tokens.push(token.value);
    at = token.end;
  }
  return tokens;
}

function readToken(
  variant: GlobVariant,
  at: number,
): { value: Token; end: number } | undefined {
  const { text } = variant;
  switch (text[at]) {
    case '*':
      return readStars(variant, at);
    case '?':
      return { value: { kind: 'any', at }, end: at + 1 };
    case '[':
      return readClass(text, at);
    case '\\':
      if (at + 1 === text.length) return undefined;
      return readCharacter(text, at, at + 1);
    default:
      return readCharacter(text, at, at);
  }
}

function readCharacter(text: string, at: number, from: number) {
  const code = text.codePointAt(from)!;
  const end = from + String.fromCodePoint(code).length;
  return { value: { kind: 'character' as const, at, code }, end };
}

// Two stars are one token wherever they stand, unless a choice lies between them; they span
// components only as a component, and stars right before a choice (`**{/,}`) are none,
// whatever is chosen.
function readStars(
  { text, choices }: GlobVariant,
  at: number,
): { value: Token; end: number } {
  if (text[at + 1] !== '*' || choices.includes(at + 1)) {
    return { value: { kind: 'star', at }, end: at + 1 };
  }
  const end = at + 2;
  const startsComponent = at === 0 || text[at - 1] === '/';
  if (startsComponent && !choices.includes(end)) {
    if (end === text.length) return { value: { kind: 'tail', at }, end };
    if (text[end] === '/') {
      return { value: { kind: 'components', at }, end: end + 1 };
    }
  }
  return { value: { kind: 'star', at }, end };
}

function readClass(text: string, at: number) {
  const end = findClassEnd(text, at);
  if (end === undefined) return undefined;
  const negated = text[at + 1] === '!' || text[at + 1] === '^';
  const members = text.slice(at + (negated ? 2 : 1), end - 1);
  const value: Token = {
    kind: 'class',
    at,
    negated,
    ranges: readRanges(members),
  };
  return { value, end };
}

function readRanges(members: string): [number, number][] {
  const ranges: [number, number][] = [];
  const characters = Array.from(members);
  let low: number | undefined;
  for (let at = 0; at < characters.length; at++) {
    const isRange =
      low !== undefined && characters[at] === '-' && at + 1 < characters.length;
    if (isRange) at++;
    if (characters[at] === '\\') at++;
    const code = codePoint(characters[at]);
    ranges.push(isRange ? [low!, code] : [code, code]);
    low = isRange ? undefined : code;
  }
  return ranges;
}

// Greedy, with two places to come back to: the last star, which may take one more
// character of its component, and the last `**/`, which may take one more component.
// Whatever stood before either of them has matched in the only way that matters.
function matchesVariant(
  { text, choices, tokens }: Variant,
  name: readonly number[],
): boolean {
  let t = 0;
  let n = 0;
  let star: { token: number; name: number } | undefined;
  let components: { token: number; name: number } | undefined;
  while (n < name.length) {
    const token: Token | undefined = tokens[t];
    if (token?.kind === 'tail') return true;
    if (token?.kind === 'components') {
      components = { token: ++t, name: n };
      star = undefined;
    } else if (token?.kind === 'star') {
      star = { token: ++t, name: n };
    } else if (token && accepts(token, name[n])) {
      t++;
      n++;
    } else if (star && name[star.name] !== SLASH) {
      star.name++;
      t = star.token;
      n = star.name;
    } else {
      const slash = components ? name.indexOf(SLASH, components.name) : -1;
      if (!components || slash < 0) return false;
      star = undefined;
      components.name = slash + 1;
      t = components.token;
      n = components.name;
    }
  }
  const rest = tokens[t]?.at ?? text.length;
  const isDecided = choices.every(choice => choice <= rest);
  return isDecided && MATCHES_NOTHING.has(text.slice(rest));
}

function accepts(token: Token, code: number): boolean {
  switch (token.kind) {
    case 'any':
      return code !== SLASH;
    case 'character':
      return token.code === code;
    case 'class': {
      const listed = token.ranges.some(
        ([from, to]) => from <= code && code <= to,
      );
      return listed !== token.negated;
    }
    default:
      return false;
  }
}
