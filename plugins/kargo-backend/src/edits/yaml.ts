import {
  Document,
  isAlias,
  isCollection,
  isMap,
  isScalar,
  isSeq,
  Node,
  ParsedNode,
  Scalar,
  visit,
} from 'yaml';
import { DocumentPath, findIndex, parseDocumentPath } from './documentPath';
import { EditError } from './EditError';
import { readFirstDocument } from './firstDocument';
import { formatYamlScalar, ScalarValue } from './yamlScalar';

/** A value to put in place of the one that a key leads to. */
export interface YamlUpdate {
  /** As {@link parseDocumentPath} reads it. */
  key: string;
  value: unknown;
}

/**
 * Replaces values in the first document of a YAML text, line by line: what stands left of
 * a value stays, what stands right of it on its line (a comment) goes, every other line
 * is kept as it is.
 *
 * @remarks
 * Line ends become LF and the text ends with one. Aliases and merge keys are not followed.
 * Where an edit of one line would break the document (flow collections that go on, block
 * and multi-line scalars) the edit is refused; Differs: Kargo writes the broken text.
 *
 * @throws EditError; then nothing is to be written.
 */
export function updateYamlScalars(
  text: string,
  updates: readonly YamlUpdate[],
): string {
  const source = withLineFeeds(text);
  const document = readFirstDocument(source);
  const byStart = new Map<number, LineEdit>();
  for (const { key, value } of updates) {
    const edit = planEdit(source, document, key, value);
    byStart.set(edit.start, edit);
  }
  const edits = [...byStart.values()].sort((a, b) => b.start - a.start);
  const edited = edits.reduce(
    (rest, { start, end, replacement }) =>
      rest.slice(0, start) + replacement + rest.slice(end),
    source,
  );
  assertReadsBack(edited, edits);
  return edited;
}

interface LineEdit {
  key: string;
  value: ScalarValue;
  start: number;
  end: number;
  replacement: string;
}

interface Place {
  node: Node | null | undefined;
  /** Tokens between the key or dash and the value. */
  lead: readonly Token[];
  inFlow: boolean;
}

interface Token {
  readonly type: string;
  readonly offset: number;
}

function withLineFeeds(text: string): string {
  const lines = text.replace(/\r\n/g, '\n');
  return lines === '' || lines.endsWith('\n') ? lines : `${lines}\n`;
}

function planEdit(
  source: string,
  document: Document.Parsed,
  key: string,
  value: unknown,
): LineEdit {
  const scalar = toScalarValue(key, value);
  const place = findPlace(document, parseDocumentPath(key), key);
  const { start, end } = locateValue(source, place, key);
  const gap = /\s/.test(source[start - 1] ?? '\n') ? '' : ' ';
  return {
    key,
    value: scalar,
    start,
    end,
    replacement: gap + formatYamlScalar(scalar, { inFlow: place.inFlow }),
  };
}

function toScalarValue(key: string, value: unknown): ScalarValue {
  const isNumber = typeof value === 'number' && Number.isFinite(value);
  if (isNumber || typeof value === 'string' || typeof value === 'boolean') {
    return value;
  }
  throw new EditError(
    'bad-value',
    `the new value of key "${key}" must be a text, a number or a boolean`,
  );
}

function findPlace(
  document: Document.Parsed,
  path: DocumentPath,
  key: string,
): Place {
  let place: Place = {
    node: document.contents,
    lead: [],
    inFlow: false,
  };
  path.forEach((part, depth) => {
    place = enter(place, part, path.slice(0, depth), key);
  });
  return place;
}

function enter(
  place: Place,
  part: string,
  parents: DocumentPath,
  key: string,
): Place {
  const { node } = place;
  const inFlow = place.inFlow || (isCollection(node) && node.flow === true);
  if (isMap(node)) {
    const pair = node.items.find(item => keyText(item.key) === part);
    if (!pair) {
      throw new EditError('not-found', `key "${key}" was not found`);
    }
    return {
      node: pair.value as Node | null,
      lead: pair.srcToken?.sep ?? [],
      inFlow,
    };
  }
  if (isSeq(node)) {
    const index = indexOf(part, node.items.length, key);
    const token = node.srcToken;
    const items =
      token?.type === 'block-seq' || token?.type === 'flow-collection'
        ? token.items
        : [];
    return {
      node: node.items[index] as Node,
      lead: items[index]?.start ?? [],
      inFlow,
    };
  }
  const parent = parents.join('.') || 'the document';
  throw new EditError(
    'not-found',
    isAlias(node)
      ? `key "${key}" was not found: "${parent}" is an alias, which is not followed`
      : `key "${key}" was not found: "${parent}" is neither a mapping nor a list`,
  );
}

function keyText(key: unknown): string | undefined {
  return isScalar(key) ? key.source ?? String(key.value) : undefined;
}

function indexOf(part: string, length: number, key: string): number {
  const index = findIndex(part);
  if (index === undefined) {
    throw new EditError(
      'not-found',
      `key "${key}" was not found: "${part}" is not an index of a list`,
    );
  }
  if (index < 0 || index >= length) {
    throw new EditError(
      'index-out-of-range',
      `key "${key}" names index ${index} of a list with ${length} elements; elements cannot be added`,
    );
  }
  return index;
}

/** The part of the text to replace: from tag, anchor or quote to the end of the line. */
function locateValue(
  source: string,
  { node, lead }: Place,
  key: string,
): { start: number; end: number } {
  if (!isScalar(node)) {
    throw new EditError(
      'not-scalar',
      isAlias(node)
        ? `the value of key "${key}" is an alias, which cannot be replaced`
        : `the value of key "${key}" is not a text, number or boolean`,
    );
  }
  const [from, to] = (node as Scalar.Parsed & ParsedNode).range;
  const isEmpty = from === to;
  const properties = lead.find(t => t.type === 'anchor' || t.type === 'tag');
  const start = properties?.offset ?? (isEmpty ? afterIndicator(lead) : from);
  const end = start === undefined ? -1 : source.indexOf('\n', start);
  if (start === undefined || end < 0) {
    throw unsupported(key, 'in a way that has no place for a value', from);
  }
  if (isBlock(node) || (!isEmpty && to > end)) {
    throw unsupported(key, 'over several lines', from);
  }
  const valueEnd = isEmpty ? propertiesEnd(source, start, end) : to;
  if (!/^[ \t]*(?:#.*)?$/.test(source.slice(valueEnd, end))) {
    throw unsupported(
      key,
      'inside a flow collection that goes on in its line',
      from,
    );
  }
  return { start, end };
}

function isBlock(node: Scalar): boolean {
  return (
    node.type === Scalar.BLOCK_LITERAL || node.type === Scalar.BLOCK_FOLDED
  );
}

/** Behind the colon or the dash, where a value that is not there would begin. */
function afterIndicator(lead: readonly Token[]): number | undefined {
  const indicator = lead.find(
    t => t.type === 'map-value-ind' || t.type === 'seq-item-ind',
  );
  return indicator && indicator.offset + 1;
}

/** A value may consist of a tag or an anchor alone. */
function propertiesEnd(source: string, start: number, end: number): number {
  const properties = /^(?:[ \t]*[!&][^\s,[\]{}]*)*/.exec(
    source.slice(start, end),
  );
  return start + (properties?.[0].length ?? 0);
}

function unsupported(key: string, how: string, offset: number): EditError {
  return new EditError(
    'unsupported',
    `the value of key "${key}" is written ${how}; put it on a line of its own`,
    offset,
  );
}

/** The last line of defence: what was written must read back, and nothing else break. */
function assertReadsBack(text: string, written: readonly LineEdit[]): void {
  const document = readFirstDocument(text);
  visit(document, {
    Alias(_, alias) {
      if (!alias.resolve(document)) {
        throw new EditError(
          'unsupported',
          `the replaced value carries the anchor "&${alias.source}", which an alias needs`,
        );
      }
    },
  });
  for (const { key, value } of written) {
    const { node } = findPlace(document, parseDocumentPath(key), key);
    if (!isScalar(node) || !Object.is(node.value, value)) {
      throw new EditError(
        'unsupported',
        `the new value of key "${key}" would not read back from where it stands`,
      );
    }
  }
}
