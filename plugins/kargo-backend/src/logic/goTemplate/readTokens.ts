import { GoTemplateError } from './GoTemplateError';

/** A piece of an action. */
export type Token =
  | { kind: 'field' | 'variable' | 'identifier' | 'sign'; text: string }
  | { kind: 'literal'; value: string | number };

/** Whether blanks stand in front of a token, which decides whether `.name` goes on with what is before it. */
export type PlacedToken = Token & { isApart: boolean };

/** A template in pieces: text as it is, and actions. */
export type Piece =
  | { kind: 'text'; text: string }
  | { kind: 'action'; tokens: PlacedToken[] };

const TOKEN =
  /(\s*)(?:(?<field>\.[\p{L}_][\p{L}\p{N}_]*)|(?<variable>\$[\p{L}\p{N}_]*)|(?<identifier>[\p{L}_][\p{L}\p{N}_]*)|(?<number>[+-]?\d[\w.]*)|(?<text>"(?:[^"\\\n]|\\.)*")|`(?<raw>[^`]*)`|(?<sign>:=|[.|(),=]))/uy;

/**
 * Cuts a template into text and actions; comments are gone, and blanks where `{{-` and
 * `-}}` ask for it.
 *
 * @throws GoTemplateError
 */
export function readPieces(template: string): Piece[] {
  const pieces: Piece[] = [];
  let trims = false;
  let at = 0;
  while (at < template.length) {
    const open = template.indexOf('{{', at);
    const end = open < 0 ? template.length : open;
    const trimsEnd = /^\{\{-\s/.test(template.slice(end, end + 4));
    let text = template.slice(at, end);
    text = trims ? text.trimStart() : text;
    text = trimsEnd ? text.trimEnd() : text;
    if (text) {
      pieces.push({ kind: 'text', text });
    }
    if (open < 0) {
      return pieces;
    }
    const action = readAction(template, open + (trimsEnd ? 3 : 2));
    trims = action.trims;
    at = action.end;
    if (action.tokens) {
      pieces.push({ kind: 'action', tokens: action.tokens });
    }
  }
  return pieces;
}

function readAction(
  template: string,
  start: number,
): { tokens?: PlacedToken[]; trims: boolean; end: number } {
  const comment = /\s*\/\*/y;
  comment.lastIndex = start;
  if (comment.test(template)) {
    const close = template.indexOf('*/', comment.lastIndex);
    return readEnd(template, close < 0 ? template.length : close + 2);
  }
  const tokens: PlacedToken[] = [];
  let at = start;
  while (!isEnd(template, at)) {
    TOKEN.lastIndex = at;
    const found = TOKEN.exec(template);
    if (!found) {
      const rest = template.slice(at).trim();
      throw new GoTemplateError(
        rest ? `unexpected ${JSON.stringify(rest[0])}` : 'unclosed action',
      );
    }
    at = TOKEN.lastIndex;
    tokens.push({ ...tokenOf(found.groups ?? {}), isApart: found[1] !== '' });
  }
  return { tokens, ...readEnd(template, at) };
}

const END = /\s*(\s-)?\}\}/y;

function isEnd(template: string, at: number): boolean {
  END.lastIndex = at;
  return END.test(template);
}

function readEnd(
  template: string,
  at: number,
): { trims: boolean; end: number } {
  END.lastIndex = at;
  const found = END.exec(template);
  if (!found) {
    throw new GoTemplateError('unclosed action');
  }
  return { trims: found[1] !== undefined, end: END.lastIndex };
}

function tokenOf({
  field,
  variable,
  identifier,
  number,
  text,
  raw,
  sign,
}: Record<string, string | undefined>): Token {
  if (field !== undefined) {
    return { kind: 'field', text: field.slice(1) };
  }
  if (variable !== undefined) {
    return { kind: 'variable', text: variable };
  }
  if (identifier !== undefined) {
    return { kind: 'identifier', text: identifier };
  }
  if (number !== undefined) {
    const value = Number(number.replaceAll('_', ''));
    if (Number.isNaN(value)) {
      throw new GoTemplateError(`bad number ${JSON.stringify(number)}`);
    }
    return { kind: 'literal', value };
  }
  if (text !== undefined) {
    return { kind: 'literal', value: unquote(text) };
  }
  return raw !== undefined
    ? { kind: 'literal', value: raw }
    : { kind: 'sign', text: sign ?? '' };
}

function unquote(text: string): string {
  try {
    return JSON.parse(text) as string;
  } catch {
    throw new GoTemplateError(`bad text ${text}`);
  }
}
