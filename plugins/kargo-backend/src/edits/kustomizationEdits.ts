import { Document, isScalar, isSeq, Node, Pair, YAMLMap, YAMLSeq } from 'yaml';
import { EditError } from './EditError';
import { editScalar, LeadToken } from './editScalar';
import {
  findMerge,
  hasOtherCase,
  IMAGE_FIELDS,
  ImageEntry,
  ImageField,
  ImageList,
} from './kustomizationEntries';
import {
  lineBreakOf,
  lineEnd,
  lineStart,
  nextLine,
  TextEdit,
} from './textEdits';
import { formatYamlScalar } from './yamlScalar';

/** Fields of an entry and their values; what is absent is not to be there. */
export type ImageValues = ReadonlyMap<ImageField, string>;

/** What is to be done to the list of images. */
export interface ImageChanges {
  /** Entries to bring to these values. */
  changed: readonly { entry: ImageEntry; values: ImageValues }[];
  /** Entries to add, sorted by name. */
  added: readonly ImageValues[];
}

/**
 * The edits that change and add entries of `images` and leave every other byte of a
 * kustomization as it is.
 *
 * @remarks
 * An entry keeps its place, its comments and its notation. A new one stands where its name
 * belongs if the list is sorted, at the end otherwise, written like its neighbours.
 *
 * @throws EditError `unsupported` when the list is written in a way that only a new text of
 * the whole file can change.
 */
export function planImageEdits(
  source: string,
  document: Document.Parsed,
  list: ImageList,
  { changed, added }: ImageChanges,
): TextEdit[] {
  // The field in its documented case would stand beside the one by which Kustomize goes.
  if (
    hasOtherCase(list.root, ['images']) ||
    changed.some(({ entry }) => hasOtherCase(entry.node, IMAGE_FIELDS))
  ) {
    throw unsupported('the case of a field');
  }
  // Readers differ in which of the two counts, the merged field or the one beside it.
  if (changed.some(({ entry }) => findMerge(entry.node))) {
    throw unsupported('an image that merges another');
  }
  const edits = changed.flatMap(({ entry, values }) =>
    entry.node.flow
      ? editFlowEntry(source, entry, values)
      : editBlockEntry(source, entry, values),
  );
  return [...edits, ...addEntries(source, document, list, added)];
}

function unsupported(what: string): EditError {
  return new EditError(
    'unsupported',
    `${what} is written in a way that cannot be changed in its place`,
  );
}

interface Line {
  field: string;
  pair: Pair;
  keyStart: number;
  valueEnd: number;
  wanted: string | undefined;
}

function readLines(
  source: string,
  { node }: ImageEntry,
  values: ImageValues,
): Line[] {
  return node.items.map(pair => {
    const field = isScalar(pair.key) ? String(pair.key.value) : '';
    const [keyStart, keyEnd] = rangeOf(pair.key);
    const [, valueEnd] = pair.value ? rangeOf(pair.value) : [0, keyEnd];
    if (source.slice(keyStart, valueEnd).includes('\n')) {
      throw unsupported(`field "${field}" of an image`);
    }
    const isKnown = (IMAGE_FIELDS as readonly string[]).includes(field);
    const wanted = isKnown
      ? values.get(field as ImageField)
      : // Not ours to judge.
        field;
    return { field, pair, keyStart, valueEnd, wanted };
  });
}

function rangeOf(node: unknown): readonly [number, number] {
  const range = (node as Node | null)?.range;
  if (!range) {
    throw unsupported('"images"');
  }
  return [range[0], range[1]];
}

function editBlockEntry(
  source: string,
  entry: ImageEntry,
  values: ImageValues,
): TextEdit[] {
  const lines = readLines(source, entry, values);
  const kept = lines.filter(line => line.wanted !== undefined);
  return [
    ...kept.flatMap(line => editLine(source, line, values, false)),
    ...removeLines(source, lines),
    ...addLines(source, lines, kept, values),
  ];
}

/** Sets the value of a field that stays. */
function editLine(
  source: string,
  { field, pair }: Line,
  values: ImageValues,
  inFlow: boolean,
): TextEdit[] {
  const value = values.get(field as ImageField);
  if (value === undefined) {
    return [];
  }
  const { srcToken } = pair as { srcToken?: { sep?: readonly LeadToken[] } };
  const edit = editScalar(
    source,
    {
      node: pair.value as Node | null,
      lead: srcToken?.sep ?? [],
      inFlow,
      name: `field "${field}" of an image`,
    },
    value,
  );
  return edit ? [edit] : [];
}

function removeLines(source: string, lines: readonly Line[]): TextEdit[] {
  const edits: TextEdit[] = [];
  const firstKept = lines.findIndex(line => line.wanted !== undefined);
  lines.forEach((line, i) => {
    if (line.wanted !== undefined) {
      return;
    }
    if (i >= firstKept) {
      edits.push(removeLine(source, line));
    } else {
      // The first field shares its line with the dash: the next one takes its place.
      const next = lines[i + 1].keyStart;
      if (source.slice(nextLine(source, line.valueEnd), next).trim() !== '') {
        throw unsupported('a comment inside of an image');
      }
      edits.push({ start: line.keyStart, end: next, replacement: '' });
    }
  });
  return edits;
}

/** With the line break in front, so that the end of the text stays as it is. */
function removeLine(source: string, { keyStart, valueEnd }: Line): TextEdit {
  return {
    start: lineEnd(source, lineStart(source, keyStart) - 1),
    end: lineEnd(source, valueEnd),
    replacement: '',
  };
}

function addLines(
  source: string,
  lines: readonly Line[],
  kept: readonly Line[],
  values: ImageValues,
): TextEdit[] {
  const [{ keyStart }] = lines;
  const indent = ' '.repeat(keyStart - lineStart(source, keyStart));
  return [...values]
    .filter(([field]) => !lines.some(line => line.field === field))
    .map(([field, value]) => {
      const rank = IMAGE_FIELDS.indexOf(field);
      const anchor = IMAGE_FIELDS.slice(0, rank)
        .flatMap(before => kept.find(line => line.field === before) ?? [])
        .at(-1);
      if (!anchor) {
        throw unsupported('an image without a name');
      }
      const at = lineEnd(source, anchor.valueEnd);
      const text = `${indent}${field}: ${formatYamlScalar(value)}`;
      return { start: at, end: at, replacement: lineBreakOf(source) + text };
    });
}

function editFlowEntry(
  source: string,
  entry: ImageEntry,
  values: ImageValues,
): TextEdit[] {
  const lines = readLines(source, entry, values);
  const isSameShape =
    lines.every(line => line.wanted !== undefined) &&
    [...values.keys()].every(field => lines.some(line => line.field === field));
  if (isSameShape) {
    return lines.flatMap(line => editLine(source, line, values, true));
  }
  const [start, end] = rangeOf(entry.node);
  if (source.slice(start, end).includes('\n')) {
    throw unsupported('an image');
  }
  return [{ start, end, replacement: flowEntry(values) }];
}

function flowEntry(values: ImageValues): string {
  const members = [...values].map(
    ([field, value]) =>
      `${field}: ${formatYamlScalar(value, { inFlow: true })}`,
  );
  return `{${members.join(', ')}}`;
}

function addEntries(
  source: string,
  document: Document.Parsed,
  list: ImageList,
  added: readonly ImageValues[],
): TextEdit[] {
  const { seq } = list;
  if (!seq) {
    return addList(source, document, list, added);
  }
  if (added.length === 0) {
    return [];
  }
  return seq.flow
    ? addToFlowList(source, seq, added)
    : addToBlockList(source, list, seq, added);
}

function addToFlowList(
  source: string,
  seq: YAMLSeq,
  added: readonly ImageValues[],
): TextEdit[] {
  const text = added.map(flowEntry).join(', ');
  const [start, end] = rangeOf(seq);
  const last = seq.items.at(-1);
  if (!last) {
    return [{ start: start + 1, end: start + 1, replacement: text }];
  }
  const [, at] = rangeOf(last);
  const comma = /^\s*,/.exec(source.slice(at, end));
  const place = at + (comma?.[0].length ?? 0);
  return [
    { start: place, end: place, replacement: `${comma ? ' ' : ', '}${text}` },
  ];
}

interface Indentation {
  /** Blanks in front of a dash. */
  dash: number;
  /** Blanks between the dash and the first field. */
  gap: number;
}

function blockEntry(
  values: ImageValues,
  lineBreak: string,
  { dash, gap }: Indentation,
): string {
  return [...values]
    .map(([field, value], i) => {
      const lead =
        i === 0
          ? `${' '.repeat(dash)}-${' '.repeat(gap)}`
          : ' '.repeat(dash + 1 + gap);
      return `${lineBreak}${lead}${field}: ${formatYamlScalar(value)}`;
    })
    .join('');
}

function addToBlockList(
  source: string,
  { pair, entries }: ImageList,
  seq: YAMLSeq,
  added: readonly ImageValues[],
): TextEdit[] {
  const indentation = indentationOf(source, seq, entries[0]);
  const names = entries.map(({ image }) => image.name);
  const isSorted = names.every((name, i) => i === 0 || names[i - 1] <= name);
  return added.map(values => {
    const name = values.get('name') ?? '';
    const index = isSorted
      ? names.filter(other => other < name).length
      : names.length;
    const at =
      index === 0
        ? lineEnd(source, rangeOf(pair?.key)[1])
        : entryEnd(source, entries[index - 1], indentation.dash);
    const replacement = blockEntry(values, lineBreakOf(source), indentation);
    return { start: at, end: at, replacement };
  });
}

function indentationOf(
  source: string,
  seq: YAMLSeq,
  first: ImageEntry,
): Indentation {
  const dashAt = dashOf(seq);
  const dash = dashAt - lineStart(source, dashAt);
  const [start] = rangeOf(first.node);
  const isOnLine = !source.slice(dashAt, start).includes('\n');
  return { dash, gap: isOnLine ? start - dashAt - 1 : 1 };
}

function dashOf({ srcToken }: YAMLSeq): number {
  const items = srcToken?.type === 'block-seq' ? srcToken.items : [];
  const dash = items[0]?.start.find(token => token.type === 'seq-item-ind');
  if (!dash) {
    throw unsupported('"images"');
  }
  return dash.offset;
}

/** The end of the last line of an entry, comments that are indented like it included. */
function entryEnd(source: string, entry: ImageEntry, dash: number): number {
  const { node } = entry;
  const lines = readLines(source, entry, new Map());
  const [, end] = node.flow
    ? rangeOf(node)
    : [0, Math.max(...lines.map(line => line.valueEnd))];
  let at = lineEnd(source, end);
  for (;;) {
    const start = nextLine(source, at);
    const next = lineEnd(source, start);
    const comment = /^ *#/.exec(source.slice(start, next));
    if (start >= source.length || !comment || comment[0].length - 1 <= dash) {
      return at;
    }
    at = next;
  }
}

/** Makes the list where there is none, or where nothing stands behind its key. */
function addList(
  source: string,
  document: Document.Parsed,
  { root, pair }: ImageList,
  added: readonly ImageValues[],
): TextEdit[] {
  if (root.flow) {
    throw unsupported('a kustomization in braces');
  }
  const [rootStart] = rangeOf(root);
  const column = rootStart - lineStart(source, rootStart);
  const lineBreak = lineBreakOf(source);
  const dash = column + listIndentation(source, root);
  const items = added.length
    ? added.map(values => blockEntry(values, lineBreak, { dash, gap: 1 }))
    : [' []'];
  const at = pair
    ? lineEnd(source, rangeOf(pair.key)[1])
    : contentEnd(source, document);
  if (pair && added.length === 0) {
    return [];
  }
  const key = pair ? '' : `${lineBreak}${' '.repeat(column)}images:`;
  return [{ start: at, end: at, replacement: key + items.join('') }];
}

/** How far the lists of this file are indented under their keys. */
function listIndentation(source: string, root: YAMLMap): number {
  for (const { key, value } of root.items) {
    if (isSeq(value) && !value.flow) {
      const dash = dashOf(value);
      const [keyStart] = rangeOf(key);
      return (
        dash -
        lineStart(source, dash) -
        (keyStart - lineStart(source, keyStart))
      );
    }
  }
  return 0;
}

/** The end of the last line of the first document that is not blank. */
function contentEnd(source: string, { range }: Document.Parsed): number {
  const text = source
    .slice(0, range[2])
    .replace(/(^|\n)\.\.\.[ \t\r\n]*$/, '$1');
  return lineEnd(source, text.trimEnd().length);
}
