import {
  Document,
  isAlias,
  isCollection,
  isMap,
  isScalar,
  isSeq,
  Node,
} from 'yaml';
import {
  DocumentPath,
  findIndex,
  notFound,
  parseDocumentPath,
} from './documentPath';
import { EditError } from './EditError';
import { editScalar, ScalarPlace } from './editScalar';
import { readFirstDocument } from './firstDocument';
import { readInTheirLines, WrittenValue } from './readInTheirLines';
import { toScalarValue } from './ScalarValue';
import { applyEdits, lineEnd, TextEdit } from './textEdits';

/** A value to put in place of the one that a key leads to. */
export interface YamlUpdate {
  /** As {@link parseDocumentPath} reads it. */
  key: string;
  value: unknown;
}

/**
 * Replaces values in the first document of a YAML text and changes nothing but those
 * values: comments, quotes, line breaks and every other line stay as they are, and so does
 * the whole text when the values are there already.
 *
 * @remarks
 * Aliases and merge keys are not followed. A value over several lines or inside of a flow
 * collection that goes on in its line is refused; Differs: Kargo writes a broken text. It
 * also drops the comment and the quotes, and turns CRLF into LF.
 *
 * @throws EditError; then nothing is to be written.
 */
export function updateYamlScalars(
  text: string,
  updates: readonly YamlUpdate[],
): string {
  const document = readFirstDocument(text);
  const planned = new Map<string, PlannedUpdate>();
  for (const { key, value } of updates) {
    const path = parseDocumentPath(key);
    const scalar = toScalarValue(key, value);
    const place = findPlace(document, path, key);
    const edit = editScalar(text, place, scalar);
    const { inFlow } = place;
    if (edit && inFlow) {
      assertEndsItsLine(text, edit, place);
    }
    // Of several values for a key the last one counts.
    planned.set(JSON.stringify(path), { key, value: scalar, edit, inFlow });
  }
  const edits = [...planned.values()].flatMap(({ edit }) => edit ?? []);
  if (edits.length === 0) {
    return text;
  }
  const edited = applyEdits(text, edits);
  if (!readInTheirLines(edited, [...planned.values()])) {
    assertReadsBack(edited, [...planned.values()]);
  }
  return edited;
}

interface PlannedUpdate extends WrittenValue {
  key: string;
}

/** Of what stands inside of a flow collection only the last value of a line can be set. */
function assertEndsItsLine(
  text: string,
  { end }: TextEdit,
  { name }: ScalarPlace,
): void {
  const rest = text.slice(end, lineEnd(text, end)).trimStart();
  if (rest !== '' && !rest.startsWith('#')) {
    throw new EditError(
      'unsupported',
      `the value of ${name} is written inside a flow collection that goes on in its line; put it on a line of its own`,
      end,
    );
  }
}

function findPlace(
  document: Document.Parsed,
  path: DocumentPath,
  key: string,
): ScalarPlace {
  let place: ScalarPlace = {
    node: document.contents,
    lead: [],
    inFlow: false,
    name: `key "${key}"`,
  };
  path.forEach((part, depth) => {
    place = enter(place, part, path.slice(0, depth), key);
  });
  return place;
}

function enter(
  place: ScalarPlace,
  part: string,
  parents: DocumentPath,
  key: string,
): ScalarPlace {
  const { node, name } = place;
  const inFlow = place.inFlow || (isCollection(node) && node.flow === true);
  if (isMap(node)) {
    const [pair, other] = node.items.filter(item => keyText(item.key) === part);
    if (!pair) {
      throw notFound(key);
    }
    if (other) {
      // Readers take the last one, or refuse the whole file.
      throw new EditError(
        'unsupported',
        `${name} leads through "${part}", which stands more than once in its mapping; leave one of them`,
      );
    }
    return {
      node: pair.value as Node | null,
      lead: pair.srcToken?.sep ?? [],
      inFlow,
      name,
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
      name,
    };
  }
  const parent = parents.join('.') || 'the document';
  throw notFound(
    key,
    isAlias(node)
      ? `"${parent}" is an alias, which is not followed`
      : `"${parent}" is neither a mapping nor a list`,
  );
}

function keyText(key: unknown): string | undefined {
  return isScalar(key) ? key.source ?? String(key.value) : undefined;
}

function indexOf(part: string, length: number, key: string): number {
  const index = findIndex(part);
  if (index === undefined) {
    throw notFound(key, `"${part}" is not an index of a list`);
  }
  if (index < 0 || index >= length) {
    throw new EditError(
      'index-out-of-range',
      `key "${key}" names index ${index} of a list with ${length} elements; elements cannot be added`,
    );
  }
  return index;
}

/** The last line of defence: what was written must read back. */
function assertReadsBack(
  text: string,
  written: readonly PlannedUpdate[],
): void {
  const document = readFirstDocument(text);
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
