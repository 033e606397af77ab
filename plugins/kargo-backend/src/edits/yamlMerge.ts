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
import { findMergeKey } from './listMergeKeys';
import { lineBreakOf } from './textEdits';
import { keepNumbersAsWritten } from './writtenNumbers';

const DIRECTIVE = '$patch';

/**
 * Merges YAML texts, of each the first document, as Kustomize's library does: mappings key
 * by key, everything else as a whole; a null takes a key away.
 *
 * @remarks
 * The first text with content is what the others are merged into: its comments, order,
 * quotes and indentation stay. Keys that it does not have come last, by name. Lists of
 * Kubernetes resources whose elements have a key, such as containers, are merged element
 * by element. Differs: Kargo drops blank lines and comments behind values that change.
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
    root =
      merge({ document, path: [], kind: kindOf(root) }, root, patch) ?? null;
  }
  document.contents = root as typeof document.contents;
  return print(document, base, sources);
}

interface Place {
  document: Document;
  path: readonly string[];
  /** Of the Kubernetes resource that is merged, as far as it is one. */
  kind: string | undefined;
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
  if (isEmpty(own) || directive === 'replace') return replaceBy(own, patch);
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
    const inner = { ...place, path: [...place.path, name] };
    const last = base.items.findLastIndex(item => keyOf(item) === name);
    if (index !== last) {
      // Readers take the last one, or refuse the whole file.
      throw new EditError(
        'unsupported',
        `"${inner.path.join(
          '.',
        )}" stands more than once in its mapping; leave one of them`,
      );
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

function mergeLists(place: Place, base: YAMLSeq, patch: YAMLSeq): YAMLSeq {
  const key = findMergeKey(place.kind, place.path);
  const isKeyed = (list: YAMLSeq) =>
    list.items.length > 0 &&
    list.items.every(item => isMap(item) && item.has(key));
  if (key === undefined || !isKeyed(base) || !isKeyed(patch)) {
    return replaceBy(base, patch) as YAMLSeq;
  }
  for (const element of patch.items as YAMLMap[]) {
    const index = base.items.findIndex(
      item => (item as YAMLMap).get(key) === element.get(key),
    );
    const inner = { ...place, path: [...place.path, '[]'] };
    const merged = merge(
      inner,
      index < 0 ? undefined : (base.items[index] as Node),
      element,
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

/** The quotes of the base stay, and so does its comment where the other has none. */
function mergeScalars(base: Scalar, patch: Scalar): Scalar {
  const isQuoted = base.type === 'QUOTE_SINGLE' || base.type === 'QUOTE_DOUBLE';
  const text = isQuoted ? patch.source ?? String(patch.value) : undefined;
  const merged = new Scalar<unknown>(text ?? patch.value);
  merged.type = isQuoted ? base.type : patch.type;
  // Numbers as they are written.
  merged.source = text ?? patch.source;
  if (!isQuoted) {
    merged.format = patch.format;
    merged.minFractionDigits = patch.minFractionDigits;
  }
  merged.comment = patch.comment ?? base.comment;
  merged.commentBefore = base.commentBefore;
  merged.spaceBefore = base.spaceBefore;
  merged.anchor = base.anchor;
  return merged;
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

/** Aliases of what is replaced name what stands there now, as they do of what is changed. */
function replaceBy(own: Node | null | undefined, patch: Node): Node {
  const anchor = isScalar(own) || isCollection(own) ? own.anchor : undefined;
  const node = strip(patch);
  if (anchor && (isScalar(node) || isCollection(node))) {
    node.anchor = anchor;
  }
  return node;
}

/** Without nulls, which take away, and directives: what is new has nothing to take from. */
function strip(node: Node): Node {
  visit(node, {
    Map(_, map) {
      takeDirective(map);
      map.items = map.items.filter(({ value }) => !isEmpty(value));
    },
  });
  return node;
}

/** A document's value that stands for itself: what its aliases name is copied. */
function detach(document: Document): Node {
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

function kindOf(root: Node | null): string | undefined {
  const kind = isMap(root) && root.has('apiVersion') ? root.get('kind') : '';
  return typeof kind === 'string' && kind !== '' ? kind : undefined;
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
  try {
    return document.toString({
      lineWidth: 0,
      indentSeq: indentsLists(base),
      indent: indentOf(base),
      flowCollectionPadding: /\{ /.test(base),
    });
  } catch (error) {
    throw new EditError(
      'unsupported',
      `a later file takes away what an alias names: ${
        (error as Error).message
      }`,
    );
  }
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
