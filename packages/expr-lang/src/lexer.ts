import { KEYWORDS } from './operators';
import { readNumber } from './lexNumber';
import { readQuoted, readRaw } from './lexString';
import { lexError, matchAt, Token } from './token';

// The Unicode White_Space property; unlike `\s` it leaves out the byte-order mark.
const BLANKS =
  /[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/y;
const IDENTIFIER = /[\p{L}_$][\p{L}\p{Nd}_$]*/uy;
/** What stands right behind `#` is a name, also where it begins with a digit. */
const POINTER_NAME = /[\p{L}\p{Nd}_$]+/uy;

const OPERATORS = [
  ...['::', '..', '?.', '??', '||', '&&', '**', '!=', '==', '<=', '>='],
  ...['(', ')', '[', ']', '{', '}', ',', ':', ';', '.', '?', '|', '&'],
  ...['+', '-', '*', '/', '%', '^', '!', '=', '<', '>', '#'],
];
const OPERATORS_BY_START = new Map<string, string[]>();
for (const operator of OPERATORS) {
  const known = OPERATORS_BY_START.get(operator[0]) ?? [];
  OPERATORS_BY_START.set(operator[0], [...known, operator]);
}

/**
 * Splits a source into tokens, ending with one of kind `eof`; throws an error of stage `parse`,
 * also when there are more than so many.
 */
export function tokenize(source: string, most = Infinity): Token[] {
  const tokens: Token[] = [];
  let at = skipBlanks(source, 0);
  while (at < source.length) {
    if (tokens.length >= most) {
      lexError(source, 'source-limit', 'the expression has too many parts', at);
    }
    const [token, end] = readToken(source, at);
    tokens.push(token);
    const isPointer = token.kind === 'operator' && token.text === '#';
    const name = isPointer ? matchAt(POINTER_NAME, source, end) : undefined;
    if (name) tokens.push({ kind: 'identifier', text: name, at: end });
    at = skipBlanks(source, end + (name?.length ?? 0));
  }
  tokens.push({ kind: 'eof', text: 'end of expression', at: source.length });
  return tokens;
}

function readToken(source: string, at: number): [Token, number] {
  const first = source[at];
  if (isDigit(first) || (first === '.' && isDigit(source[at + 1]))) {
    return readNumber(source, at);
  }
  if (first === "'" || first === '"') {
    const [value, end] = readQuoted(source, at, 'text');
    return [{ kind: 'literal', text: 'text', at, value }, end];
  }
  if (first === '`') {
    const [value, end] = readRaw(source, at);
    return [{ kind: 'literal', text: 'text', at, value }, end];
  }
  if (
    (first === 'b' || first === 'B') &&
    (source[at + 1] === "'" || source[at + 1] === '"')
  ) {
    const [value, end] = readQuoted(source, at + 1, 'bytes');
    return [{ kind: 'literal', text: 'bytes', at, value }, end];
  }
  const word = readWord(source, at);
  if (word !== undefined) {
    const kind = KEYWORDS.has(word) ? 'operator' : 'identifier';
    return [{ kind, text: word, at }, at + word.length];
  }
  const operator = OPERATORS_BY_START.get(first)?.find(candidate =>
    source.startsWith(candidate, at),
  );
  if (operator !== undefined) {
    return [{ kind: 'operator', text: operator, at }, at + operator.length];
  }
  return lexError(source, 'character', 'unexpected character', at);
}

/** Reads an identifier or keyword; nearly all are plain ASCII, which needs no pattern. */
function readWord(source: string, at: number): string | undefined {
  let end = at;
  while (isPlainWordUnit(source.charCodeAt(end))) end += 1;
  const next = source.charCodeAt(end);
  // Behind the end of the source there is NaN.
  if (next < 0x80 || Number.isNaN(next)) {
    return end > at ? source.slice(at, end) : undefined;
  }
  return matchAt(IDENTIFIER, source, at);
}

/** Letters, digits, `_` and `$` of ASCII; a digit never comes first here. */
function isPlainWordUnit(unit: number): boolean {
  return (
    (unit >= 0x61 && unit <= 0x7a) ||
    (unit >= 0x41 && unit <= 0x5a) ||
    (unit >= 0x30 && unit <= 0x39) ||
    unit === 0x5f ||
    unit === 0x24
  );
}

/** Whether the unit can begin neither white space nor a comment. */
function isSolid(unit: number): boolean {
  return unit > 0x20 && unit < 0x80 && unit !== 0x2f;
}

/** Skips white space and comments. */
function skipBlanks(source: string, from: number): number {
  let at = from;
  for (;;) {
    while (source[at] === ' ') at += 1;
    if (isSolid(source.charCodeAt(at))) return at;
    at += matchAt(BLANKS, source, at)?.length ?? 0;
    if (source.startsWith('//', at)) {
      const end = source.indexOf('\n', at);
      at = end < 0 ? source.length : end;
    } else if (source.startsWith('/*', at)) {
      const end = source.indexOf('*/', at + 2);
      if (end < 0) {
        lexError(source, 'comment', 'the comment is not closed', at);
      }
      at = end + 2;
    } else {
      return at;
    }
  }
}

function isDigit(character: string | undefined): boolean {
  return character !== undefined && character >= '0' && character <= '9';
}
