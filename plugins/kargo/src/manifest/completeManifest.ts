import { KindName, MANIFESTS, StepKind } from 'backstage-plugin-kargo-common';
import {
  Field,
  manifestShape,
  PathStep,
  Shape,
  shapeAt,
} from './manifestShape';
import { stepKindShape } from './stepFields';

/** Something that may be written at a place. */
export interface Suggestion {
  label: string;
  /** What is written. */
  text: string;
  /** What it is for, where the schema tells. */
  description?: string;
}

/** What may be written from a place on, instead of what stands between it and the cursor. */
export interface Suggestions {
  from: number;
  items: Suggestion[];
}

/** `- key: ` and what stands before it. */
const LINE = /^(\s*)((?:- +)?)(?:([\w./-]+):(?=\s|$))?/;

interface Line {
  /** Column of the key, behind the dash if there is one. */
  column: number;
  dash: number | undefined;
  key: string | undefined;
}

/** Where something stands: the way to it, and the `config` that it is in. */
interface Place {
  path: PathStep[];
  config: { row: number; column: number } | undefined;
}

/**
 * What the schema of a manifest lets stand at the cursor: names of fields that are not there
 * yet, or the words that a field takes; of a promotion step those of its kind.
 *
 * @remarks
 * Goes by indentation alone: while somebody writes, the text is hardly ever YAML.
 */
export function completeManifest(
  text: string,
  cursor: number,
  stepKinds: readonly StepKind[] = [],
): Suggestions | undefined {
  const { document, before } = documentAt(text, cursor);
  const lines = document.split('\n');
  const written = before.at(-1) ?? '';
  const [kind] = document.match(/^kind:[ \t]*(\S+)/m)?.slice(1) ?? [];
  const value = written.match(/^(\s*(?:- +)?)([\w./-]+):\s+([\w./-]*)$/);
  if (value) {
    const [, lead, key, part] = value;
    const place = placeOf(before, lead);
    if (isStep(place.path) && key === 'uses') {
      return found(cursor - part.length, stepKinds.map(suggestStep));
    }
    const shape =
      configShape(lines, place, stepKinds, key) ??
      fieldShape(kind, [...place.path, key]);
    return found(
      cursor - part.length,
      valuesOf(key, lead === '' ? undefined : shape, shape),
    );
  }
  const name = written.match(/^(\s*(?:- +)?)([\w./-]*)$/);
  if (!name) {
    return undefined;
  }
  const [, lead, part] = name;
  const place = placeOf(before, lead);
  const shape =
    configShape(lines, place, stepKinds) ?? fieldShape(kind, place.path);
  const siblings = siblingsOf(lines, before.length - 1, lead);
  return found(cursor - part.length, fieldsOf(shape, siblings));
}

/** The document in which the cursor is, and its lines up to there. */
function documentAt(text: string, cursor: number) {
  const head = text.slice(0, cursor);
  const [dashes] = [...head.matchAll(/^---.*\n/gm)].slice(-1);
  const begin = dashes ? dashes.index + dashes[0].length : 0;
  const end = text.slice(cursor).search(/^---/m);
  return {
    document: text.slice(begin, end < 0 ? undefined : cursor + end),
    before: head.slice(begin).split('\n'),
  };
}

function found(from: number, items: Suggestion[]): Suggestions | undefined {
  return items.length > 0 ? { from, items } : undefined;
}

function fieldShape(
  kind: string | undefined,
  path: PathStep[],
): Shape | undefined {
  return kind !== undefined && Object.hasOwn(MANIFESTS, kind)
    ? shapeAt(manifestShape(kind as KindName), path)
    : undefined;
}

function valuesOf(
  key: string,
  nested: Shape | undefined,
  shape: Shape | undefined,
): Suggestion[] {
  // The kind decides everything else, so it is known before there is a schema.
  const words =
    key === 'kind' && nested === undefined
      ? Object.keys(MANIFESTS)
      : wordsOf(shape);
  return words.map(word => ({ label: word, text: word }));
}

function wordsOf(shape: Shape | undefined): string[] {
  switch (shape?.type) {
    case 'choice':
      return shape.options;
    case 'switch':
      return ['true', 'false'];
    default:
      return [];
  }
}

function fieldsOf(
  shape: Shape | undefined,
  siblings: ReadonlySet<string>,
): Suggestion[] {
  if (shape?.type !== 'object') {
    return [];
  }
  return shape.fields
    .filter(({ name }) => !siblings.has(name))
    .map(field => ({
      label: field.name,
      text: `${field.name}:${isNested(field) ? '' : ' '}`,
      ...(field.description && { description: field.description }),
    }));
}

/** What stands in lines of its own below the name of the field. */
function isNested({ shape }: Field): boolean {
  return ['object', 'list'].includes(shape().type);
}

function isStep(path: PathStep[]): boolean {
  return path.at(-2) === 'steps' && path.at(-1) === 0;
}

function suggestStep({ name, description }: StepKind): Suggestion {
  return { label: name, text: name, description };
}

/** What the configuration of a promotion step takes at a place; nothing elsewhere. */
function configShape(
  lines: string[],
  { path, config }: Place,
  stepKinds: readonly StepKind[],
  ...rest: PathStep[]
): Shape | undefined {
  const at = path.findIndex(
    (name, index) => name === 'config' && isStep(path.slice(0, index)),
  );
  if (!config || at < 0) {
    return undefined;
  }
  const uses = wordBeside(lines, config, 'uses');
  const kind = stepKinds.find(({ name }) => name === uses);
  return kind && shapeAt(stepKindShape(kind), [...path.slice(at + 1), ...rest]);
}

/** The word that a field takes that stands beside another in the same object. */
function wordBeside(
  lines: string[],
  { row, column }: { row: number; column: number },
  key: string,
): string | undefined {
  const beginsItem = readLine(lines[row])?.dash !== undefined;
  const above = beginsItem ? [] : lines.slice(0, row).reverse();
  return (
    wordIn(above, column, key, 'last') ??
    wordIn(lines.slice(row + 1), column, key, 'not')
  );
}

function wordIn(
  lines: string[],
  column: number,
  key: string,
  dashed: 'last' | 'not',
): string | undefined {
  for (const text of lines) {
    const line = readLine(text);
    const begins = line?.dash !== undefined && line.column === column;
    if (line && (line.column < column || (begins && dashed === 'not'))) {
      return undefined;
    }
    if (line?.column === column && line.key === key) {
      return text.slice(column + key.length + 1).match(/[\w./-]+/)?.[0];
    }
    if (begins) {
      return undefined;
    }
  }
  return undefined;
}

/** The object in which a line stands that begins with `lead`. */
function placeOf(before: string[], lead: string): Place {
  const path: PathStep[] = [];
  let config: Place['config'];
  let column = lead.length;
  let isItem = false;
  if (lead.includes('-')) {
    path.unshift(0);
    column = lead.indexOf('-');
    isItem = true;
  }
  for (let row = before.length - 2; row >= 0; row -= 1) {
    const line = readLine(before[row]);
    if (!line) {
      continue;
    }
    const isOutside =
      line.column < column ||
      (isItem && line.column === column && line.dash === undefined);
    if (isOutside && line.key !== undefined) {
      path.unshift(line.key);
      if (line.key === 'config') {
        config = { row, column: line.column };
      }
      column = line.column;
      isItem = false;
    }
    if (
      line.dash !== undefined &&
      line.dash < column &&
      line.column === column &&
      !isItem
    ) {
      path.unshift(0);
      column = line.dash;
      isItem = true;
    }
  }
  return { path, config };
}

/** The fields that stand beside a line, before and behind it. */
function siblingsOf(
  lines: string[],
  row: number,
  lead: string,
): ReadonlySet<string> {
  const column = lead.length;
  // An item begins with its dash, so what stands before that is of another.
  const above = lead.includes('-')
    ? []
    : keysBeside(lines.slice(0, row).reverse(), column, 'last');
  const below = keysBeside(lines.slice(row + 1), column, 'not');
  return new Set([...above, ...below]);
}

/** Keys in a column, up to where the object ends; whether one behind a dash is the last or not of it. */
function keysBeside(
  lines: string[],
  column: number,
  dashed: 'last' | 'not',
): string[] {
  const keys: string[] = [];
  for (const line of lines.map(readLine)) {
    if (line && line.column <= column) {
      const begins = line.dash !== undefined && line.column === column;
      if (line.column < column || (begins && dashed === 'not')) {
        break;
      }
      keys.push(...(line.key === undefined ? [] : [line.key]));
      if (begins) {
        break;
      }
    }
  }
  return keys;
}

/** `undefined` of lines that hold nothing. */
function readLine(text: string): Line | undefined {
  if (/^\s*(#|$)/.test(text)) {
    return undefined;
  }
  const [all = '', indent = '', dashes = '', key] = text.match(LINE) ?? [];
  return {
    column: all === '' ? 0 : indent.length + dashes.length,
    dash: dashes === '' ? undefined : indent.length,
    key,
  };
}
