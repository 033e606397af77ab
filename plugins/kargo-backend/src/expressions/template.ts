import {
  compile,
  encodeJson,
  parseNumber,
  Program,
  Value,
  ValueMap,
} from 'backstage-plugin-kargo-expr';
import { JsonObject, JsonValue } from 'backstage-plugin-kargo-common';
import { FunctionSet } from './functionSets';
import { HostScope } from './HostScope';

/** A template that cannot be read or rendered; the message says where. */
export class TemplateError extends Error {
  name = 'TemplateError' as const;
}

/** What an evaluation sees. */
export interface Evaluation {
  functions: FunctionSet;
  env: ValueMap;
  scope: HostScope;
  /** Epoch milliseconds for `now()`. */
  nowMs: number;
}

type Part = string | Program;

const OPENING = /\$\{(\{|%)/g;

/** Whether a text holds any expression; one without is taken as it stands. */
export function isTemplate(source: string): boolean {
  return source.includes('${{') || source.includes('${%');
}

/**
 * Renders a template and gives the text the type that it looks like.
 *
 * @remarks
 * Rules, in order, on the rendered text without one trailing newline: between double
 * quotes it is a string; then a number, a boolean, a JSON value; otherwise a string. A
 * source without expressions stays what it is.
 *
 * @throws TemplateError, ExpressionError, LookupNeeded
 */
export function renderTemplate(
  source: string,
  evaluation: Evaluation,
): JsonValue {
  if (!isTemplate(source)) {
    return source;
  }
  return typeRendered(renderText(source, evaluation));
}

/** Renders a template to text alone. */
export function renderText(source: string, evaluation: Evaluation): string {
  const parts = evaluation.functions.templates.get(source, () =>
    split(source, evaluation.functions),
  );
  return parts
    .map(part =>
      typeof part === 'string' ? part : printValue(run(part, evaluation)),
    )
    .join('');
}

function run(program: Program, evaluation: Evaluation): Value {
  return program.run(evaluation.env, {
    now: new Date(evaluation.nowMs),
    host: evaluation.scope,
  });
}

function printValue(value: Value): string {
  return typeof value === 'string' ? value : encodeJson(value);
}

/**
 * Text and compiled expressions in turn. Nothing inside an expression is understood while
 * looking for its end. An empty expression ends the reading: the rest is text.
 */
function split(source: string, functions: FunctionSet): Part[] {
  const parts: Part[] = [];
  let position = 0;
  for (;;) {
    OPENING.lastIndex = position;
    const opening = OPENING.exec(source);
    if (!opening) {
      parts.push(source.slice(position));
      return parts;
    }
    const start = opening.index + opening[0].length;
    const closing = opening[1] === '{' ? '}}' : '%}';
    const end = source.indexOf(closing, start);
    if (end < 0) {
      throw new TemplateError(
        `'${opening[0]}' has no closing '${closing}' in the template`,
      );
    }
    if (end === start) {
      parts.push(source.slice(position, opening.index));
      parts.push(source.slice(end + closing.length));
      return parts;
    }
    parts.push(source.slice(position, opening.index));
    parts.push(
      compile(source.slice(start, end), { functions: functions.declarations }),
    );
    position = end + closing.length;
  }
}

const TRUE = new Set(['1', 't', 'T', 'true', 'True', 'TRUE']);
const FALSE = new Set(['0', 'f', 'F', 'false', 'False', 'FALSE']);

/** The boolean that a text stands for, in Go's spelling; `undefined` when it is none. */
export function parseGoBoolean(text: string): boolean | undefined {
  if (TRUE.has(text)) {
    return true;
  }
  return FALSE.has(text) ? false : undefined;
}

/** Gives a rendered text its type. Numbers may be NaN or infinite; JSON cannot hold those. */
export function typeRendered(rendered: string): JsonValue {
  const newline = rendered.endsWith('\n') ? '\n' : '';
  const text = newline ? rendered.slice(0, -1) : rendered;
  if (text.length >= 2 && text.startsWith('"') && text.endsWith('"')) {
    return text.slice(1, -1) + newline;
  }
  const value = parseNumber(text) ?? parseGoBoolean(text) ?? parseJson(text);
  return value === undefined ? text + newline : value;
}

function parseJson(text: string): JsonValue | undefined {
  const trimmed = text.trimStart();
  // Most texts are no JSON; the parser's exceptions are dear.
  if (!/^[[{\d"tfn-]/.test(trimmed)) {
    return undefined;
  }
  try {
    const value = JSON.parse(text) as JsonValue;
    return isFinite(value) ? value : undefined;
  } catch {
    // Not JSON: a string.
    return undefined;
  }
}

function isFinite(value: JsonValue): boolean {
  if (typeof value === 'number') {
    return Number.isFinite(value);
  }
  return typeof value === 'object' && value !== null
    ? Object.values(value).every(isFinite)
    : true;
}

/**
 * Renders every string value of a document, at any depth; keys are never evaluated.
 *
 * @throws TemplateError when a result has no JSON form; the message names the path.
 */
export function renderDocument(
  document: JsonObject,
  evaluation: Evaluation,
): JsonObject {
  return renderValue(document, evaluation, '') as JsonObject;
}

function renderValue(
  value: JsonValue,
  evaluation: Evaluation,
  path: string,
): JsonValue {
  if (typeof value === 'string') {
    const rendered = renderTemplate(value, evaluation);
    if (!isFinite(rendered)) {
      throw new TemplateError(
        `${path.slice(
          1,
        )}: ${rendered} is not a number that JSON can hold; use quote() to keep the text`,
      );
    }
    return rendered;
  }
  if (Array.isArray(value)) {
    return value.map((item, i) =>
      renderValue(item, evaluation, `${path}.${i}`),
    );
  }
  if (typeof value === 'object' && value !== null) {
    const result: JsonObject = Object.create(null);
    for (const [key, member] of Object.entries(value)) {
      result[key] = renderValue(member, evaluation, `${path}.${key}`);
    }
    return { ...result };
  }
  return value;
}
