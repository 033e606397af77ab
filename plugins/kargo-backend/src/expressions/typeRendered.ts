import { JsonValue } from 'backstage-plugin-kargo-common';
import { parseNumber } from 'backstage-plugin-kargo-expr';
import { parseGoBoolean } from './goBoolean';
import { TemplateError } from './TemplateError';
import { trimBlanks } from './trimBlanks';

/** Deeper values would not survive being stored. */
const MAX_DEPTH = 1000;

/**
 * Gives a rendered text its type.
 *
 * @remarks
 * Rules, in order, on the text without one trailing newline: between double quotes it is
 * a string; then a number, a boolean, a JSON value; otherwise a string. Numbers may be NaN
 * or infinite, which JSON cannot hold.
 */
export function typeRendered(rendered: string): JsonValue {
  const newline = rendered.endsWith('\n') ? '\n' : '';
  const text = newline ? rendered.slice(0, -1) : rendered;
  if (text.length >= 2 && text.startsWith('"') && text.endsWith('"')) {
    return text.slice(1, -1) + newline;
  }
  const value = parseNumber(text) ?? parseGoBoolean(text) ?? parseJson(text);
  return value === undefined ? text + newline : value;
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

function parseJson(text: string): JsonValue | undefined {
  const trimmed = trimBlanks(text);
  if (!mayBeJson(trimmed)) {
    return undefined;
  }
  try {
    const value = JSON.parse(trimmed) as JsonValue;
    return isRepresentable(value) ? value : undefined;
  } catch (error) {
    if (error instanceof TemplateError) {
      throw error;
    }
    // Not JSON: a string.
    return undefined;
  }
}

/**
 * Whether all numbers of a value are finite.
 *
 * @remarks
 * Without recursion, because hostile texts nest deeply.
 *
 * @throws TemplateError when it is nested too deeply.
 */
export function isRepresentable(value: JsonValue): boolean {
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
