import { JsonObject, JsonValue } from 'backstage-plugin-kargo-common';
import {
  compile,
  encodeJson,
  isExpressionError,
  isNil,
  Program,
  Value,
} from 'backstage-plugin-kargo-expr';
import { isArtifactText } from './artifactText';
import { Evaluation } from './Evaluation';
import { CompiledTemplate, FunctionSet } from './functionSets';
import { setOwn } from './setOwn';
import { isTemplate, splitTemplate } from './splitTemplate';
import { TemplateError } from './TemplateError';
import { textRendered, typeRendered } from './typeRendered';

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
  return isTemplate(source)
    ? renderExpressions(source, evaluation, place).value
    : source;
}

/** What a template with expressions comes to. */
interface Rendered {
  value: JsonValue;
  /** What it comes to where a text is wanted; absent when there is nothing but nil. */
  text?: string;
}

function renderExpressions(
  source: string,
  evaluation: Evaluation,
  place: string,
): Rendered {
  const { functions } = evaluation;
  try {
    const template = functions.templates.get(source, () =>
      compileTemplate(source, functions),
    );
    return renderParts(template, evaluation);
  } catch (error) {
    throw located(error, place);
  }
}

function renderParts(
  template: CompiledTemplate,
  evaluation: Evaluation,
): Rendered {
  let rendered = '';
  let isNothing = true;
  const texts: Program[] = [];
  for (const part of template) {
    let piece = part;
    if (typeof piece !== 'string') {
      const program = piece;
      const value = explained(
        program.source,
        () => evaluation.run(program),
        evaluation,
      );
      isNothing &&= isNil(value);
      if (typeof value === 'string') texts.push(program);
      piece = explained(program.source, () => printValue(value));
    } else {
      isNothing &&= piece.trim() === '';
    }
    // Charged one by one, before they make a text that is too long for JavaScript.
    rendered += evaluation.charge(piece);
  }
  const value = typeRendered(rendered);
  if (typeof value === 'string') {
    return { value, text: value };
  }
  const text = textRendered(rendered);
  // Objects and lists are meant as such, whatever is in them.
  const isScalar = typeof value !== 'object' || value === null;
  const isText = (program: Program) =>
    isArtifactText(program.ast.root, evaluation.textVariables);
  if (isScalar && texts.some(isText)) {
    return { value: text, text };
  }
  return isNothing ? { value } : { value, text };
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

function printValue(value: Value): string {
  return typeof value === 'string' ? value : encodeJson(value);
}

const EXCERPT_LENGTH = 80;

/**
 * Tells in which expression of a template something went wrong, and what was looked for in
 * vain where the fault is that nothing was found.
 */
function explained<T>(
  expression: string,
  work: () => T,
  { missing }: Partial<Pick<Evaluation, 'missing'>> = {},
): T {
  try {
    return work();
  } catch (error) {
    if (!isExpressionError(error)) {
      throw error;
    }
    const line = expression.slice(0, EXCERPT_LENGTH).replace(/\s+/g, ' ');
    const excerpt = expression.length > EXCERPT_LENGTH ? `${line}…` : line;
    const why = error.code === 'member-of-nil' ? [...(missing ?? [])] : [];
    throw new TemplateError(
      error.stage,
      [`${error.message} in '${excerpt}'`, ...why].join('; '),
      { cause: error },
    );
  }
}

function located(error: unknown, place: string): unknown {
  return error instanceof TemplateError
    ? new TemplateError(error.stage, `${place}: ${error.message}`, {
        cause: error.cause,
      })
    : error;
}

/** Keys and indexes from the root of a document to a value. */
export type ValuePath = readonly PropertyKey[];

/** Paths of a rendered document at which a text is wanted and something else stands. */
export type ListTextFields = (document: JsonObject) => readonly ValuePath[];

// Control characters that YAML, as which Kargo reads the document again, does not know.
const FORBIDDEN = /[\u007f-\u0084\u0086-\u009f\ufffe\uffff]/;

/** Refuses a text that cannot be part of a document. */
function representable<T extends JsonValue>(value: T, place: string): T {
  if (typeof value === 'string' && FORBIDDEN.test(value)) {
    throw new TemplateError(
      'encode',
      `${place}: the text holds control characters`,
    );
  }
  return value;
}

class DocumentRenderer {
  /** Texts of members that got another type, by what holds them. */
  private readonly texts = new Map<object, Map<PropertyKey, string>>();

  constructor(private readonly evaluation: Evaluation) {}

  renderObject(object: JsonObject, place: string): JsonObject {
    const result: JsonObject = {};
    for (const key of Object.keys(object)) {
      const member = this.render(object[key], `${place}.${key}`, [result, key]);
      setOwn(result, key, member);
    }
    return result;
  }

  /** Puts the rendered text in place of the value that it was taken for. */
  useText(root: JsonObject, path: ValuePath): void {
    let holder: unknown = root;
    for (const part of path.slice(0, -1)) {
      holder = Object(holder)[part];
    }
    const key = path[path.length - 1];
    const text = this.texts.get(Object(holder))?.get(key);
    if (text !== undefined) {
      setOwn(holder as JsonObject, String(key), text);
    }
  }

  private render(
    value: JsonValue,
    place: string,
    [holder, key]: [object, PropertyKey],
  ): JsonValue {
    if (typeof value === 'string') {
      return this.renderText(value, place, [holder, key]);
    }
    if (Array.isArray(value)) {
      const items: JsonValue[] = [];
      value.forEach((item, i) =>
        items.push(this.render(item, `${place}[${i}]`, [items, i])),
      );
      return items;
    }
    return typeof value === 'object' && value !== null
      ? this.renderObject(value, place)
      : value;
  }

  private renderText(
    source: string,
    place: string,
    [holder, key]: [object, PropertyKey],
  ): JsonValue {
    if (!isTemplate(source)) {
      return representable(source, place);
    }
    const { value, text } = renderExpressions(source, this.evaluation, place);
    if (typeof value !== 'string' && text !== undefined) {
      const texts = this.texts.get(holder) ?? new Map<PropertyKey, string>();
      this.texts.set(holder, texts.set(key, representable(text, place)));
    }
    return representable(value, place);
  }
}

/**
 * Renders every string value of a document, at any depth; keys are never evaluated.
 *
 * @param place - names the document in messages
 * @param listTextFields - where a text is wanted; there rendered texts are not typed
 * @throws TemplateError when the document is neither an object nor null, or a result has no JSON form; LookupNeeded
 */
export function renderDocument(
  document: JsonValue,
  evaluation: Evaluation,
  place: string,
  listTextFields?: ListTextFields,
): JsonObject | null {
  if (typeof document !== 'object' || Array.isArray(document)) {
    throw new TemplateError('template', `${place} must be an object`);
  }
  if (document === null) {
    return null;
  }
  const renderer = new DocumentRenderer(evaluation);
  const rendered = renderer.renderObject(document, place);
  for (const path of listTextFields?.(rendered) ?? []) {
    renderer.useText(rendered, path);
  }
  return rendered;
}
