import { HclError } from './HclError';

/**
 * Finds where parts of an HCL text end, without judging what they mean.
 *
 * @remarks
 * By the lexical rules of HCL's native syntax: three kinds of comments, quoted templates
 * whose interpolations hold expressions again, heredocs, and brackets of three kinds. All
 * of it takes time in proportion to the text; offsets are UTF-16 units.
 */

const CLOSING: Readonly<Record<string, string>> = {
  '(': ')',
  '[': ']',
  '{': '}',
};
const IDENTIFIER = /[\p{ID_Start}_][\p{ID_Continue}-]*/uy;
const HEREDOC = /<<-?([\p{ID_Start}_][\p{ID_Continue}-]*)\r?\n/uy;

/** The identifier that begins at an offset. */
export function identifierAt(text: string, at: number): string | undefined {
  IDENTIFIER.lastIndex = at;
  return IDENTIFIER.exec(text)?.[0];
}

/** Past spaces and comments, and past line breaks if they mean nothing here. */
export function skipSpace(
  text: string,
  start: number,
  { lines }: { lines: boolean },
): number {
  let at = start;
  for (;;) {
    const character = text[at];
    const next = skipComment(text, at);
    if (next > at) {
      at = next;
    } else if (
      character === ' ' ||
      character === '\t' ||
      character === '\r' ||
      (lines && character === '\n')
    ) {
      at++;
    } else {
      return at;
    }
  }
}

/**
 * Past one piece of an expression: a comment, a text, a heredoc, something in brackets, or a
 * single character.
 *
 * @throws HclError when it does not end
 */
export function skipPiece(text: string, at: number): number {
  const afterComment = skipComment(text, at);
  if (afterComment > at) {
    return afterComment;
  }
  if (text[at] === '"' || text[at] in CLOSING) {
    return skipClosed(text, at);
  }
  return skipHeredoc(text, at) ?? at + 1;
}

/** Past a comment; a line break behind it is not part of it. */
function skipComment(text: string, at: number): number {
  if (text[at] === '#' || text.startsWith('//', at)) {
    const end = text.indexOf('\n', at);
    return end < 0 ? text.length : end;
  }
  if (text.startsWith('/*', at)) {
    const end = text.indexOf('*/', at + 2);
    if (end < 0) {
      throw unclosed(text, at);
    }
    return end + 2;
  }
  return at;
}

/**
 * Past what opens at an offset: a quote or a bracket.
 *
 * @remarks
 * Quotes hold brackets (interpolations) that hold quotes again, so what is open is kept in a
 * list rather than on the stack: no depth of it can exhaust that.
 */
export function skipClosed(text: string, start: number): number {
  const open: string[] = [];
  let at = start;
  do {
    const character = text[at];
    if (character === undefined) {
      throw unclosed(text, start);
    }
    at =
      open.at(-1) === '"'
        ? stepInQuotes(text, at, open, start)
        : stepInBrackets(text, at, open);
  } while (open.length > 0);
  return at;
}

function stepInQuotes(
  text: string,
  at: number,
  open: string[],
  start: number,
): number {
  switch (text[at]) {
    case '\\':
      return at + 2;
    case '\n':
      throw unclosed(text, start);
    case '"':
      open.pop();
      return at + 1;
    case '$':
    case '%':
      if (text[at + 1] === text[at] && text[at + 2] === '{') {
        return at + 3;
      }
      if (text[at + 1] === '{') {
        open.push('}');
        return at + 2;
      }
      return at + 1;
    default:
      return at + 1;
  }
}

function stepInBrackets(text: string, at: number, open: string[]): number {
  const character = text[at];
  const afterComment = skipComment(text, at);
  if (afterComment > at) {
    return afterComment;
  }
  if (character === '"') {
    open.push('"');
    return at + 1;
  }
  if (character in CLOSING) {
    open.push(CLOSING[character]);
    return at + 1;
  }
  if (character === ')' || character === ']' || character === '}') {
    if (open.pop() !== character) {
      throw new HclError(`line ${lineOf(text, at)}: unexpected "${character}"`);
    }
    return at + 1;
  }
  return skipHeredoc(text, at) ?? at + 1;
}

/** Past a heredoc, if one begins here: up to the end of the line of its mark. */
function skipHeredoc(text: string, at: number): number | undefined {
  HEREDOC.lastIndex = at;
  const begun = HEREDOC.exec(text);
  if (!begun) {
    return undefined;
  }
  let line = at + begun[0].length;
  while (line < text.length) {
    const feed = text.indexOf('\n', line);
    const end = feed < 0 ? text.length : feed;
    const content = text.slice(line, end);
    if (content.trim() === begun[1]) {
      return line + content.trimEnd().length;
    }
    line = end + 1;
  }
  throw new HclError(
    `line ${lineOf(text, at)}: the text up to "${begun[1]}" does not end`,
  );
}

function unclosed(text: string, start: number): HclError {
  return new HclError(
    `line ${lineOf(text, start)}: what opens with ${text[start]} does not end`,
  );
}

/** The line of an offset, for people: the first is 1. */
export function lineOf(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}
