import { JsonValue } from 'backstage-plugin-kargo-common';
import { encodeJson } from 'backstage-plugin-kargo-expr';
import { parseGoBoolean } from './goBoolean';
import { parseJson } from './jsonText';
import { JsonAnswer, Paced } from './Paced';
import { TemplateError } from './TemplateError';
import { trimBlanks } from './trimBlanks';

/** Deeper values would not survive being stored. */
const MAX_DEPTH = 1000;

/** Characters of JSON that are read where they are: that takes 3 ms whatever they are. */
const QUICK = 64 * 1024;

/**
 * Gives a rendered text its type.
 *
 * @remarks
 * Rules, in order, on the text without one trailing newline: between double quotes it is
 * a string; then a number that prints as the text does, a boolean, a JSON value; otherwise
 * a string.
 *
 * Stops at what is too long to be read as JSON in one turn.
 *
 * Differs: Kargo takes whatever its parser reads for a number, so that the tag `1.10`
 * becomes 1.1 and the commit `7e10` 70000000000.
 *
 * @throws TemplateError when it is JSON of more values, or deeper, than is read.
 */
export function* typeRendered(rendered: string): Paced<JsonValue> {
  const newline = rendered.endsWith('\n') ? '\n' : '';
  const text = newline ? rendered.slice(0, -1) : rendered;
  if (isBetweenQuotes(text)) {
    return text.slice(1, -1) + newline;
  }
  const value =
    parseNumber(text) ?? parseGoBoolean(text) ?? (yield* readJson(text));
  return value === undefined ? text + newline : value;
}

/**
 * A rendered text where a text is wanted: only double quotes around it go, as they go
 * everywhere.
 */
export function textRendered(rendered: string): string {
  const newline = rendered.endsWith('\n') ? '\n' : '';
  const text = newline ? rendered.slice(0, -1) : rendered;
  return isBetweenQuotes(text) ? text.slice(1, -1) + newline : rendered;
}

function isBetweenQuotes(text: string): boolean {
  return text.length >= 2 && text.startsWith('"') && text.endsWith('"');
}

const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const CLOSING: ReadonlyMap<string, string> = new Map([
  ['{', '}'],
  ['[', ']'],
  ['"', '"'],
]);

/** Whether it pays to ask the JSON parser, whose exceptions are dear: most texts are no JSON. */
function mayBeJson(text: string): boolean {
  const closing = CLOSING.get(text.charAt(0));
  return closing === undefined
    ? ['true', 'false', 'null'].includes(text) || NUMBER.test(text)
    : text.endsWith(closing);
}

function* readJson(text: string): Paced<JsonValue | undefined> {
  const trimmed = trimBlanks(text);
  if (!mayBeJson(trimmed)) {
    return undefined;
  }
  const isQuick = trimmed.length <= QUICK;
  const answer: JsonAnswer = isQuick
    ? parseJson(trimmed)
    : (yield { kind: 'json', text: trimmed }) ?? {};
  if ('refused' in answer) {
    throw new TemplateError('encode', `the rendered JSON: ${answer.refused}`);
  }
  const { value } = answer;
  if (value === undefined) {
    return undefined;
  }
  return typeof value !== 'number' && isRepresentable(value)
    ? value
    : parseNumber(trimmed);
}

/** The number that a text is, if nothing of the text is lost when it is printed again. */
function parseNumber(text: string): number | undefined {
  if (!NUMBER.test(text)) {
    return undefined;
  }
  const value = Number(text);
  return Number.isFinite(value) && encodeJson(value) === text
    ? value
    : undefined;
}

/**
 * Whether all numbers of a value are finite.
 *
 * @remarks
 * Without recursion, because hostile texts nest deeply.
 *
 * @throws TemplateError when it is nested too deeply.
 */
function isRepresentable(value: JsonValue): boolean {
  let level: JsonValue[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MAX_DEPTH) {
      throw new TemplateError('encode', 'the value is nested too deeply');
    }
    const next: JsonValue[] = [];
    for (const item of level) {
      if (typeof item === 'number' && !Number.isFinite(item)) {
        return false;
      }
      if (typeof item === 'object' && item !== null) {
        for (const member of Object.values(item)) {
          next.push(member);
        }
      }
    }
    level = next;
  }
  return true;
}
