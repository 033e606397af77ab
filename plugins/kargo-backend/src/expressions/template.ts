import { JsonObject, JsonValue } from 'backstage-plugin-kargo-common';
import { isExpressionError, isNil, Program } from 'backstage-plugin-kargo-expr';
import { isArtifactText } from './artifactText';
import { Evaluation } from './Evaluation';
import { CompiledTemplate } from './functionSets';
import { LookupNeeded } from './lookups';
import { Paced, TURN } from './Paced';
import { setOwn } from './setOwn';
import { isTemplate, splitTemplate } from './splitTemplate';
import { TemplateError } from './TemplateError';
import { textRendered, typeRendered } from './typeRendered';

/**
 * Renders a template and gives the text the type that it looks like. A source without
 * expressions stays what it is.
 *
 * @param place - names the template in messages, for example `config.repoURL`
 * @throws TemplateError
 */
export function* renderTemplate(
  source: string,
  evaluation: Evaluation,
  place: string,
): Paced<JsonValue> {
  if (!isTemplate(source)) {
    return source;
  }
  return (yield* renderExpressions(source, evaluation, place)).value;
}

/** What a template with expressions comes to. */
interface Rendered {
  value: JsonValue;
  /** What it comes to where a text is wanted; absent when there is nothing but nil. */
  text?: string;
}

/** What the parts of a template have come to so far. */
class Pieces {
  private text = '';
  private isNothing = true;
  /** Expressions that came to a text. */
  private readonly texts: Program[] = [];

  constructor(private readonly evaluation: Evaluation) {}

  addText(text: string): void {
    this.isNothing &&= text.trim() === '';
    this.add(text);
  }

  /** Runs an expression, again when something had to be looked up for it. */
  *addResult(program: Program): Paced<void> {
    const { evaluation } = this;
    try {
      let value = evaluation.run(program);
      while (value instanceof LookupNeeded) {
        yield { kind: 'lookup', lookup: value.lookup };
        if (evaluation.isTurnDue()) yield TURN;
        value = evaluation.run(program);
      }
      if (typeof value === 'string') {
        this.isNothing = false;
        this.texts.push(program);
        this.add(value);
        return;
      }
      this.isNothing &&= isNil(value);
      if (evaluation.isTurnDue()) yield TURN;
      this.add(yield* evaluation.print(value));
    } catch (error) {
      throw explain(error, program.source, evaluation.missing);
    }
  }

  /** Gives the text its type. */
  *rendered(): Paced<Rendered> {
    const value = yield* typeRendered(this.text);
    if (typeof value === 'string') {
      return { value, text: value };
    }
    const text = textRendered(this.text);
    // Objects and lists are meant as such, whatever is in them.
    const isScalar = typeof value !== 'object' || value === null;
    const isText = (program: Program) =>
      isArtifactText(program.ast.root, this.evaluation);
    if (isScalar && this.texts.some(isText)) {
      return { value: text, text };
    }
    return this.isNothing ? { value } : { value, text };
  }

  /** Charged one by one, before they make a text that is too long for JavaScript. */
  private add(piece: string): void {
    this.text += this.evaluation.charge(piece);
  }
}

/**
 * Renders a template with expressions.
 *
 * @throws TemplateError
 */
export function* renderExpressions(
  source: string,
  evaluation: Evaluation,
  place: string,
): Paced<Rendered> {
  try {
    const template = yield* templateOf(source, evaluation);
    const pieces = new Pieces(evaluation);
    for (const part of template) {
      if (typeof part === 'string') {
        pieces.addText(part);
      } else {
        yield* pieces.addResult(part);
      }
      if (evaluation.isTurnDue()) yield TURN;
    }
    return yield* pieces.rendered();
  } catch (error) {
    throw located(error, place);
  }
}

/** Compiles the expressions of templates. */
type TemplateCompiler = Pick<Evaluation, 'functions' | 'compile' | 'isTurnDue'>;

/**
 * What a template is made of, compiled when it is met first.
 *
 * @throws TemplateError
 */
export function* templateOf(
  source: string,
  compiler: TemplateCompiler,
): Paced<CompiledTemplate> {
  const { templates } = compiler.functions;
  const known = templates.find(source);
  if (known) {
    return known;
  }
  const template = yield* compileTemplate(source, compiler);
  templates.add(source, template);
  return template;
}

function* compileTemplate(
  source: string,
  evaluation: TemplateCompiler,
): Paced<CompiledTemplate> {
  const template: (string | Program)[] = [];
  for (const part of splitTemplate(source)) {
    if ('text' in part) {
      template.push(part.text);
      continue;
    }
    const { expression } = part;
    try {
      template.push(evaluation.compile(expression));
    } catch (error) {
      throw explain(error, expression);
    }
    if (evaluation.isTurnDue()) yield TURN;
  }
  return template;
}

const EXCERPT_LENGTH = 80;

/**
 * Tells in which expression of a template something went wrong, and what was looked for in
 * vain where the fault is that nothing was found.
 */
function explain(
  error: unknown,
  expression: string,
  missing: Iterable<string> = [],
): unknown {
  if (!isExpressionError(error)) {
    return error;
  }
  const line = expression.slice(0, EXCERPT_LENGTH).replace(/\s+/g, ' ');
  const excerpt = expression.length > EXCERPT_LENGTH ? `${line}…` : line;
  const why = error.code === 'member-of-nil' ? [...missing] : [];
  return new TemplateError(
    error.stage,
    [`${error.message} in '${excerpt}'`, ...why].join('; '),
    { cause: error },
  );
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

/** A text of a document, and where what it comes to belongs. */
interface Slot {
  source: string;
  place: string;
  holder: JsonObject | JsonValue[];
  key: string | number;
}

/** Copies a document and notes the texts that are to be rendered or cannot be part of it. */
class DocumentCopy {
  readonly slots: Slot[] = [];

  object(object: JsonObject, place: string): JsonObject {
    const copy: JsonObject = {};
    for (const key of Object.keys(object)) {
      const member = this.value(object[key], `${place}.${key}`, [copy, key]);
      setOwn(copy, key, member);
    }
    return copy;
  }

  private value(
    value: JsonValue,
    place: string,
    [holder, key]: [Slot['holder'], Slot['key']],
  ): JsonValue {
    if (typeof value === 'string') {
      if (isTemplate(value) || FORBIDDEN.test(value)) {
        this.slots.push({ source: value, place, holder, key });
      }
      return value;
    }
    if (Array.isArray(value)) {
      const items: JsonValue[] = [];
      value.forEach((item, i) =>
        items.push(this.value(item, `${place}[${i}]`, [items, i])),
      );
      return items;
    }
    return typeof value === 'object' && value !== null
      ? this.object(value, place)
      : value;
  }
}

/** Texts of members that got another type, by what holds them. */
type TextsOfMembers = Map<object, Map<PropertyKey, string>>;

/** Puts the rendered text in place of the value that it was taken for. */
function useText(
  root: JsonObject,
  path: ValuePath,
  texts: TextsOfMembers,
): void {
  let holder: unknown = root;
  for (const part of path.slice(0, -1)) {
    holder = Object(holder)[part];
  }
  const key = path[path.length - 1];
  const text = texts.get(Object(holder))?.get(key);
  if (text !== undefined) {
    setOwn(holder as JsonObject, String(key), text);
  }
}

/**
 * Renders every string value of a document, at any depth; keys are never evaluated.
 *
 * @param place - names the document in messages
 * @param listTextFields - where a text is wanted; there rendered texts are not typed
 * @throws TemplateError when the document is neither an object nor null, or a result has no JSON form
 */
export function* renderDocument(
  document: JsonValue,
  evaluation: Evaluation,
  place: string,
  listTextFields?: ListTextFields,
): Paced<JsonObject | null> {
  if (typeof document !== 'object' || Array.isArray(document)) {
    throw new TemplateError('template', `${place} must be an object`);
  }
  if (document === null) {
    return null;
  }
  const copying = new DocumentCopy();
  const copy = copying.object(document, place);
  const texts: TextsOfMembers = new Map();
  for (const slot of copying.slots) {
    const { source, holder, key } = slot;
    if (!isTemplate(source)) {
      representable(source, slot.place);
      continue;
    }
    const rendered = yield* renderExpressions(source, evaluation, slot.place);
    const { value, text } = rendered;
    if (typeof value !== 'string' && text !== undefined) {
      const known = texts.get(holder) ?? new Map<PropertyKey, string>();
      texts.set(holder, known.set(key, representable(text, slot.place)));
    }
    setOwn(holder as JsonObject, String(key), representable(value, slot.place));
  }
  for (const path of listTextFields?.(copy) ?? []) {
    useText(copy, path, texts);
  }
  return copy;
}
