import {
  Document,
  isAlias,
  isCollection,
  isMap,
  isPair,
  isScalar,
  isSeq,
  Node,
  Pair,
  Scalar,
  visit,
  YAMLMap,
  YAMLSeq,
} from 'yaml';
import { EditError } from './EditError';
import { readFirstDocument } from './firstDocument';
import { findMergeKeys, identify, ResourceType } from './listMergeKeys';
import { lineBreakOf } from './textEdits';
import { keepNumbersAsWritten } from './writtenNumbers';
import { needsQuotes } from './yamlScalar';

const DIRECTIVE = '$patch';

/**
 * Merges YAML texts, of each the first document, as Kustomize's library does: mappings key
 * by key, everything else as a whole; a null takes a key away.
 *
 * @remarks
 * The first text with content is what the others are merged into: its comments, order,
 * quotes and indentation stay. Keys that it does not have come last, by name. Lists of
 * Kubernetes resources whose elements have a key, such as containers, are merged element
 * by element. Differs: Kargo drops blank lines and comments behind values that change, does
 * not know that a port without a protocol is one of TCP, and passes over elements without
 * their key.
 *
 * @throws EditError when a text is not YAML or values are of different kinds.
 */
export function mergeYaml(text: string, others: readonly string[]): string {
  const texts = [text, ...others].filter(hasContent);
  const [base, ...overlays] = texts;
  if (base === undefined) {
    return '';
  }
  const document = readFirstDocument(base);
  const sources = keepSources(document, base);
  let root = document.contents as Node | null;
  for (const overlay of overlays) {
    const patch = detach(readFirstDocument(overlay));
    const type = typeOf(root) ?? typeOf(patch);
    root = merge({ document, path: [], type }, root, patch) ?? null;
  }
  if (root === null) {
    return '';
  }
  document.contents = root as typeof document.contents;
  return print(document, base, sources);
}

interface Place {
  document: Document;
  path: readonly string[];
  /** Of the Kubernetes resource that is merged, as far as it is one. */
  type: ResourceType | undefined;
}

function hasContent(text: string): boolean {
  return text.trim() !== '' && !isEmpty(readDocument(text)?.contents);
}

function readDocument(text: string): Document | undefined {
  try {
    return readFirstDocument(text);
  } catch (error) {
    const isNone =
      error instanceof EditError && error.message.startsWith('there is no');
    if (isNone) return undefined;
    throw error;
  }
}

/** The merged value; `undefined` when nothing is left. */
function merge(
  place: Place,
  base: Node | null | undefined,
  patch: Node | null,
): Node | null | undefined {
  const directive = isMap(patch) ? takeDirective(patch) : undefined;
  if (directive === 'delete') return undefined;
  if (patch === null || isEmpty(patch)) return undefined;
  const own = resolve(place.document, base);
  if (isEmpty(own) || directive === 'replace') {
    return replaceBy(place, own, patch);
  }
  if (isMap(own) && isMap(patch)) return mergeMaps(place, own, patch);
  if (isSeq(own) && isSeq(patch)) return mergeLists(place, own, patch);
  if (isScalar(own) && isScalar(patch)) return mergeScalars(own, patch);
  throw new EditError(
    'not-scalar',
    `"${place.path.join('.') || 'the document'}" is a ${nameOf(
      own,
    )} in one file and a ${nameOf(patch)} in a later one`,
  );
}

function mergeMaps(place: Place, base: YAMLMap, patch: YAMLMap): YAMLMap {
  const added: Pair<Node, Node | null>[] = [];
  for (const pair of patch.items as Pair<Node, Node>[]) {
    const name = keyOf(pair);
    const index = base.items.findIndex(item => keyOf(item) === name);
    const inner = below(place, name);
    const last = base.items.findLastIndex(item => keyOf(item) === name);
    if (index !== last) {
      throw standsTwice(inner.path.join('.'));
    }
    const value = merge(
      inner,
      index < 0 ? undefined : (base.items[index].value as Node | null),
      pair.value,
    );
    if (value === undefined) {
      if (index >= 0) base.items.splice(index, 1);
    } else if (index >= 0) {
      base.items[index].value = value;
    } else {
      added.push(new Pair(pair.key, value));
    }
  }
  added.sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  base.items.push(...added);
  return base;
}

function mergeLists(
  place: Place,
  base: YAMLSeq,
  patch: YAMLSeq,
): YAMLSeq | undefined {
  const directive = takeListDirective(patch);
  if (directive === 'delete') return undefined;
  const keys = findMergeKeys(place.type, place.path);
  if (directive === 'replace' || keys === undefined) {
    return replaceBy(place, base, patch) as YAMLSeq | undefined;
  }
  return keys.length === 0
    ? uniteLists(base, patch)
    : mergeElements(place, keys, { base, patch });
}

/** Of plain values each stands once. */
function uniteLists(base: YAMLSeq, patch: YAMLSeq): YAMLSeq {
  const present = new Set(base.items.map(valueOf));
  base.items.push(...patch.items.filter(item => !present.has(valueOf(item))));
  return base;
}

function mergeElements(
  place: Place,
  keys: readonly string[],
  { base, patch }: { base: YAMLSeq; patch: YAMLSeq },
): YAMLSeq {
  for (const element of patch.items) {
    const id = idOf(element, keys);
    if (id === undefined) {
      throw new EditError(
        'unsupported',
        `an element of "${place.path.join('.')}" in a later file has no "${
          keys[0]
        }", which tells what it is to change`,
      );
    }
    const index = base.items.findIndex(item => idOf(item, keys) === id);
    const merged = merge(
      below(place, '[]'),
      index < 0 ? undefined : (base.items[index] as Node),
      element as Node,
    );
    if (merged === undefined) {
      if (index >= 0) base.items.splice(index, 1);
    } else if (index >= 0) {
      base.items[index] = merged;
    } else {
      base.items.push(merged);
    }
  }
  return base;
}

function idOf(element: unknown, keys: readonly string[]): string | undefined {
  return isMap(element) ? identify(keys, key => element.get(key)) : undefined;
}

function valueOf(item: unknown): unknown {
  return isScalar(item) ? item.value : item;
}

/** The quotes of the base stay, and so does its comment where the other has none. */
function mergeScalars(base: Scalar, patch: Scalar): Scalar {
  const quotes = quotesFor(base, patch);
  const text = quotes ? patch.source ?? String(patch.value) : undefined;
  const merged = new Scalar<unknown>(text ?? patch.value);
  merged.type = quotes ?? patch.type;
  // Numbers as they are written.
  merged.source = text ?? patch.source;
  if (!quotes) {
    merged.format = patch.format;
    merged.minFractionDigits = patch.minFractionDigits;
  }
  merged.comment = patch.comment ?? base.comment;
  merged.commentBefore = base.commentBefore;
  merged.spaceBefore = base.spaceBefore;
  merged.anchor = base.anchor;
  return merged;
}

/** What was written as a text stays one, also what stood over several lines. */
function quotesFor(base: Scalar, patch: Scalar): Scalar.Type | undefined {
  switch (base.type) {
    case 'QUOTE_SINGLE':
    case 'QUOTE_DOUBLE':
      return base.type;
    case 'BLOCK_FOLDED':
    case 'BLOCK_LITERAL':
      // Some readers take more for something else than this one, such as `yes`.
      return patch.type === 'PLAIN' && needsQuotes(patch.source ?? '')
        ? 'QUOTE_DOUBLE'
        : undefined;
    default:
      return undefined;
  }
}

function takeDirective(map: YAMLMap): string | undefined {
  const directive = map.get(DIRECTIVE);
  if (directive === undefined) return undefined;
  map.delete(DIRECTIVE);
  if (
    directive === 'delete' ||
    directive === 'replace' ||
    directive === 'merge'
  ) {
    return directive;
  }
  throw new EditError(
    'bad-value',
    `${DIRECTIVE} must be delete, replace or merge`,
  );
}

/** What an element that holds nothing else says of its whole list. */
function takeListDirective(list: YAMLSeq): string | undefined {
  const isDirective = (item: unknown) =>
    isMap(item) && item.items.length === 1 && item.has(DIRECTIVE);
  const [found] = list.items.filter(isDirective);
  list.items = list.items.filter(item => !isDirective(item));
  return isMap(found) ? takeDirective(found) : undefined;
}

/**
 * Aliases of what is replaced name what stands there now, as they do of what is changed.
 * `undefined` when the patch takes itself away.
 */
function replaceBy(
  place: Place,
  own: Node | null | undefined,
  patch: Node,
): Node | undefined {
  const anchor = isScalar(own) || isCollection(own) ? own.anchor : undefined;
  const node = strip(place, patch);
  if (anchor && (isScalar(node) || isCollection(node))) {
    node.anchor = anchor;
  }
  return node;
}

/**
 * Without directives, nulls and what is to be deleted: what is new has nothing to take from.
 * What is in a list that is taken as a whole is as it is written.
 */
function strip(place: Place, node: Node): Node | undefined {
  if (isMap(node)) {
    if (takeDirective(node) === 'delete') return undefined;
    node.items = node.items.filter(
      pair =>
        !isEmpty(pair.value) &&
        strip(below(place, keyOf(pair)), pair.value as Node) !== undefined,
    );
  } else if (isSeq(node)) {
    if (takeListDirective(node) === 'delete') return undefined;
    if (findMergeKeys(place.type, place.path)) {
      node.items = node.items.filter(
        item => strip(below(place, '[]'), item as Node) !== undefined,
      );
    }
  }
  return node;
}

function below(place: Place, part: string): Place {
  return { ...place, path: [...place.path, part] };
}

/** Readers take the last of several, or refuse the whole file. */
function standsTwice(name: string): EditError {
  return new EditError(
    'unsupported',
    `"${name}" stands more than once in its mapping; leave one of them`,
  );
}

/**
 * A document's value that stands for itself: what its aliases name is copied.
 *
 * @throws EditError for a key that stands twice.
 */
function detach(document: Document): Node {
  visit(document, {
    Map(_, map) {
      const names = new Set<string>();
      for (const name of map.items.map(keyOf)) {
        if (names.has(name)) throw standsTwice(name);
        names.add(name);
      }
    },
  });
  visit(document, {
    Alias: (_, alias) => alias.resolve(document)?.clone() as Node | undefined,
  });
  visit(document, {
    Value(_, node) {
      delete (node as { anchor?: string }).anchor;
    },
  });
  return document.contents as Node;
}

function resolve(
  document: Document,
  node: Node | null | undefined,
): Node | null | undefined {
  if (!isAlias(node)) return node;
  const copy = node.resolve(document)?.clone() as Node | undefined;
  if (copy) delete (copy as { anchor?: string }).anchor;
  return copy;
}

function isEmpty(node: unknown): boolean {
  return (
    node === null ||
    node === undefined ||
    (isScalar(node) && node.value === null)
  );
}

function keyOf(pair: unknown): string {
  const key = isPair(pair) ? pair.key : undefined;
  return isScalar(key) ? key.source ?? String(key.value) : String(key);
}

function typeOf(root: Node | null): ResourceType | undefined {
  const [apiVersion, kind] = isMap(root)
    ? [root.get('apiVersion'), root.get('kind')]
    : [];
  return typeof apiVersion === 'string' && typeof kind === 'string'
    ? { apiVersion, kind }
    : undefined;
}

function nameOf(node: unknown): string {
  if (isMap(node)) return 'mapping';
  return isSeq(node) ? 'list' : 'single value';
}

/** Texts of several lines by how they are written, which printing would write anew. */
function keepSources(document: Document, text: string): Map<Node, string> {
  const sources = new Map<Node, string>();
  visit(document, {
    Scalar(key, scalar) {
      const [start = 0, end = 0] = scalar.range ?? [];
      const source = text.slice(start, end);
      if (key !== 'key' && source.trimEnd().includes('\n')) {
        sources.set(scalar, source);
      }
    },
  });
  return sources;
}

/**
 * In the manner of the base: its indentation, its lists, its texts of several lines, its
 * line breaks.
 */
function print(
  document: Document,
  base: string,
  sources: ReadonlyMap<Node, string>,
): string {
  keepNumbersAsWritten(document);
  const plain = stringify(document, base);
  const kept: string[] = [];
  visit(document, {
    Scalar(_, scalar) {
      const source = sources.get(scalar);
      if (source === undefined) return undefined;
      const mark = new Scalar(`\ue000${kept.length}\ue000`);
      mark.type = 'PLAIN';
      mark.spaceBefore = scalar.spaceBefore;
      mark.commentBefore = scalar.commentBefore;
      kept.push(source.replace(/\r?\n$/, ''));
      return mark;
    },
  });
  const marked = stringify(document, base).replace(
    /\ue000(\d+)\ue000/g,
    (_, index) => kept[Number(index)],
  );
  // Where the original stands at another depth now, it may read as something else.
  const text = readsAs(marked, plain) ? marked : plain;
  const lines = text.replaceAll('\r\n', '\n');
  return lineBreakOf(base) === '\n' ? lines : lines.replaceAll('\n', '\r\n');
}

/** @throws EditError when an alias names what was taken away */
function stringify(document: Document, base: string): string {
  const { comment } = document;
  try {
    // The library puts a blank line in front of it.
    const foot = isFootApart(document, base) ? '' : comment ?? '';
    document.comment = foot ? null : comment;
    const text = document.toString({
      lineWidth: 0,
      indentSeq: indentsLists(base),
      indent: indentOf(base),
      flowCollectionPadding: /\{ /.test(base),
    });
    return text + foot.replace(/^.+$/gm, '#$&') + (foot && '\n');
  } catch (error) {
    throw new EditError(
      'unsupported',
      `a later file takes away what an alias names: ${
        (error as Error).message
      }`,
    );
  } finally {
    document.comment = comment;
  }
}

/** Whether a blank line stands in front of the comment that ends a document. */
function isFootApart({ range }: Document, base: string): boolean {
  const lines = base.slice(0, range?.[2]).trimEnd().split('\n');
  const content = lines.findLastIndex(line => !/^(?:#.*|\s*)$/.test(line));
  return (lines[content + 1] ?? '').trim() === '';
}

function readsAs(text: string, other: string): boolean {
  try {
    const [one, two] = [text, other].map(each =>
      JSON.stringify(readFirstDocument(each).toJS()),
    );
    return one === two;
  } catch {
    // Not even YAML any more.
    return false;
  }
}

const KEY_LINE = /^( *)[^\s#-].*:$/;

function indentsLists(text: string): boolean {
  const { parent = 0, child = 0 } =
    findStep(text, line => line.trimStart().startsWith('- ')) ?? {};
  return child > parent;
}

function indentOf(text: string): number {
  const { parent = 0, child = 2 } =
    findStep(text, line => !line.trimStart().startsWith('-')) ?? {};
  return child > parent ? child - parent : 2;
}

/** The indentation of the first key with something below it, and of what is below. */
function findStep(
  text: string,
  isWanted: (line: string) => boolean,
): { parent: number; child: number } | undefined {
  const lines = text
    .split('\n')
    .map(line => line.trimEnd())
    .filter(line => line !== '' && !line.trimStart().startsWith('#'));
  const index = lines.findIndex(
    (line, at) => KEY_LINE.test(line) && isWanted(lines[at + 1] ?? ''),
  );
  return index < 0
    ? undefined
    : { parent: depthOf(lines[index]), child: depthOf(lines[index + 1] ?? '') };
}

function depthOf(line: string): number {
  return line.length - line.trimStart().length;
}
