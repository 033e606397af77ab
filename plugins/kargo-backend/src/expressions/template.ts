import { JsonObject, JsonValue } from 'backstage-plugin-kargo-common';
import {
  compile,
  encodeJson,
  isExpressionError,
  Program,
  Value,
} from 'backstage-plugin-kargo-expr';
import { Evaluation } from './Evaluation';
import { CompiledTemplate, FunctionSet } from './functionSets';
import { setOwn } from './setOwn';
import { isTemplate, splitTemplate } from './splitTemplate';
import { TemplateError } from './TemplateError';
import { isRepresentable, typeRendered } from './typeRendered';

/**
 * Renders a template and gives the text the type that it looks like. A source without
 * expressions stays what it is.
 *
 * @param place - names the template in messages, for example `config.repoURL`
 * @throws TemplateError, LookupNeeded
 */
export function renderTemplate(
  source: string,
  evaluation: Evaluation,
  place: string,
): JsonValue {
  if (!isTemplate(source)) {
    return source;
  }
  try {
    return typeRendered(renderText(source, evaluation));
  } catch (error) {
    throw located(error, place);
  }
}

function renderText(source: string, evaluation: Evaluation): string {
  const { functions } = evaluation;
  const template = functions.templates.get(source, () =>
    compileTemplate(source, functions),
  );
  let text = '';
  for (const part of template) {
    // Charged one by one, before they make a text that is too long for JavaScript.
    text += evaluation.charge(
      typeof part === 'string' ? part : runPart(part, evaluation),
    );
  }
  return text;
}

function compileTemplate(
  source: string,
  { declarations }: FunctionSet,
): CompiledTemplate {
  return splitTemplate(source).map(part =>
    'text' in part
      ? part.text
      : explained(part.expression, () =>
          compile(part.expression, { functions: declarations }),
        ),
  );
}

function runPart(program: Program, evaluation: Evaluation): string {
  return explained(program.source, () => printValue(evaluation.run(program)));
}

function printValue(value: Value): string {
  return typeof value === 'string' ? value : encodeJson(value);
}

const EXCERPT_LENGTH = 80;

/** Tells in which expression of a template something went wrong. */
function explained<T>(expression: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!isExpressionError(error)) {
      throw error;
    }
    const line = expression.slice(0, EXCERPT_LENGTH).replace(/\s+/g, ' ');
    const excerpt = expression.length > EXCERPT_LENGTH ? `${line}…` : line;
    throw new TemplateError(error.stage, `${error.message} in '${excerpt}'`, {
      cause: error,
    });
  }
}

function located(error: unknown, place: string): unknown {
  return error instanceof TemplateError
    ? new TemplateError(error.stage, `${place}: ${error.message}`, {
        cause: error.cause,
      })
    : error;
}

/**
 * Renders every string value of a document, at any depth; keys are never evaluated.
 *
 * @param place - names the document in messages
 * @throws TemplateError when the document is neither an object nor null, or a result has no JSON form; LookupNeeded
 */
export function renderDocument(
  document: JsonValue,
  evaluation: Evaluation,
  place: string,
): JsonObject | null {
  if (typeof document !== 'object' || Array.isArray(document)) {
    throw new TemplateError('template', `${place} must be an object`);
  }
  return document && renderObject(document, evaluation, place);
}

function renderObject(
  object: JsonObject,
  evaluation: Evaluation,
  place: string,
): JsonObject {
  const result: JsonObject = {};
  for (const key of Object.keys(object)) {
    const member = renderValue(object[key], evaluation, `${place}.${key}`);
    setOwn(result, key, member);
  }
  return result;
}

function renderValue(
  value: JsonValue,
  evaluation: Evaluation,
  place: string,
): JsonValue {
  if (typeof value === 'string') {
    return representable(renderTemplate(value, evaluation, place), place);
  }
  if (Array.isArray(value)) {
    return value.map((item, i) =>
      renderValue(item, evaluation, `${place}[${i}]`),
    );
  }
  return typeof value === 'object' && value !== null
    ? renderObject(value, evaluation, place)
    : value;
}

// Control characters that YAML, as which Kargo reads the document again, does not know.
const FORBIDDEN = /[\u007f-\u0084\u0086-\u009f\ufffe\uffff]/;

/** Refuses what cannot be part of a document. */
function representable(value: JsonValue, place: string): JsonValue {
  const problem = problemOf(value);
  if (problem) {
    throw new TemplateError('encode', `${place}: ${problem}`);
  }
  return value;
}

function problemOf(value: JsonValue): string | undefined {
  if (typeof value === 'string') {
    return FORBIDDEN.test(value)
      ? 'the text holds control characters'
      : undefined;
  }
  return isRepresentable(value)
    ? undefined
    : 'the number is infinite or none; quote() keeps it as a text';
}
