import { HclError } from './HclError';
import { readQuoted } from './literals';
import {
  identifierAt,
  lineOf,
  skipClosed,
  skipPiece,
  skipSpace,
} from './skipHcl';

/** A value as it is written: `text.slice(start, end)`, without what follows it. */
export interface Expression {
  start: number;
  end: number;
}

/** `name = value`, in a body or an object. */
export interface Attribute {
  name: string;
  value: Expression;
}

/** `type "label" { … }`. */
export interface Block {
  type: string;
  labels: string[];
  body: Body;
}

/** What a file, or a block, holds. */
export interface Body {
  attributes: Attribute[];
  blocks: Block[];
}

/** Blocks deeper than anybody writes them; each takes a part of the stack. */
const MAX_DEPTH = 100;

/**
 * Reads where attributes and blocks of a file are.
 *
 * @throws HclError that names the line, when the text is no HCL
 */
export function readHcl(text: string): Body {
  const { body, end } = readBody(text, text.startsWith('\ufeff') ? 1 : 0, 0);
  if (end < text.length) {
    throw unexpected(text, end);
  }
  return body;
}

/** The attributes of an object; those with a computed name, or of a `for`, are left out. */
export function readObject(text: string, { start }: Expression): Attribute[] {
  const attributes: Attribute[] = [];
  let at = skipSpace(text, start + 1, { lines: true });
  if (identifierAt(text, at) === 'for') {
    return [];
  }
  while (text[at] !== '}') {
    const name = nameAt(text, at);
    at = skipSpace(text, name.end, { lines: false });
    if (text[at] !== '=' && text[at] !== ':') {
      throw unexpected(text, at);
    }
    const value = readExpression(text, at + 1);
    if (name.name !== undefined) {
      attributes.push({ name: name.name, value });
    }
    at = skipSeparators(text, value.end);
  }
  return attributes;
}

/** The elements of a list; none of a `for`. */
export function readList(text: string, { start }: Expression): Expression[] {
  const elements: Expression[] = [];
  let at = skipSpace(text, start + 1, { lines: true });
  if (identifierAt(text, at) === 'for') {
    return [];
  }
  while (text[at] !== ']') {
    const value = readExpression(text, at, { lines: true });
    elements.push(value);
    at = skipSeparators(text, value.end);
  }
  return elements;
}

function readBody(
  text: string,
  start: number,
  depth: number,
): { body: Body; end: number } {
  const body: Body = { attributes: [], blocks: [] };
  let at = skipSpace(text, start, { lines: true });
  while (at < text.length && text[at] !== '}') {
    const name = identifierAt(text, at);
    if (!name) {
      throw unexpected(text, at);
    }
    const next = skipSpace(text, at + name.length, { lines: false });
    if (text[next] === '=') {
      const value = readExpression(text, next + 1);
      body.attributes.push({ name, value });
      at = value.end;
    } else {
      const { block, end } = readBlock(text, name, next, depth + 1);
      body.blocks.push(block);
      at = end;
    }
    at = skipSpace(text, at, { lines: true });
  }
  return { body, end: at };
}

function readBlock(
  text: string,
  type: string,
  start: number,
  depth: number,
): { block: Block; end: number } {
  if (depth > MAX_DEPTH) {
    throw new HclError(
      `line ${lineOf(
        text,
        start,
      )}: more than ${MAX_DEPTH} blocks in one another`,
    );
  }
  const labels: string[] = [];
  let at = start;
  while (text[at] !== '{') {
    const { name, end } = nameAt(text, at);
    if (name === undefined) {
      throw unexpected(text, at);
    }
    labels.push(name);
    at = skipSpace(text, end, { lines: false });
  }
  const { body, end } = readBody(text, at + 1, depth);
  if (text[end] !== '}') {
    throw new HclError(
      `line ${lineOf(text, start)}: block "${type}" does not end`,
    );
  }
  return { block: { type, labels, body }, end: end + 1 };
}

/** Up to the end of the line, or of what surrounds it; what is in brackets has lines of its own. */
function readExpression(
  text: string,
  after: number,
  { lines } = { lines: false },
): Expression {
  const start = skipSpace(text, after, { lines });
  let end = start;
  let at = start;
  while (at < text.length && !isEnd(text[at], lines)) {
    at = skipPiece(text, at);
    end = at;
    at = skipSpace(text, at, { lines });
  }
  if (end === start) {
    throw unexpected(text, start);
  }
  return { start, end };
}

function isEnd(character: string, lines: boolean): boolean {
  return (!lines && character === '\n') || ',)]}'.includes(character);
}

/** A name that may stand in quotes; one in parentheses is computed and has none. */
function nameAt(text: string, at: number): { name?: string; end: number } {
  const name = identifierAt(text, at);
  if (name !== undefined) {
    return { name, end: at + name.length };
  }
  if (text[at] === '"') {
    const end = skipClosed(text, at);
    return { name: readQuoted(text.slice(at, end)), end };
  }
  const end = skipPiece(text, at);
  if (text[at] !== '(' && !/\d/.test(text[at] ?? '')) {
    throw unexpected(text, at);
  }
  return { end };
}

function skipSeparators(text: string, start: number): number {
  const at = skipSpace(text, start, { lines: true });
  return text[at] === ',' ? skipSpace(text, at + 1, { lines: true }) : at;
}

function unexpected(text: string, at: number): HclError {
  const line = `line ${lineOf(text, at)}`;
  return new HclError(
    at < text.length
      ? `${line}: unexpected ${JSON.stringify(text[at])}`
      : `${line}: unexpected end of the file`,
  );
}
