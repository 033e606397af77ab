import {
  Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  Pair,
  Scalar,
  YAMLMap,
  YAMLSeq,
} from 'yaml';
import { EditError } from './EditError';
import { foldName } from './foldName';

/** Fields of an image, in the order in which they are written. */
export const IMAGE_FIELDS = [
  'name',
  'newName',
  'tagSuffix',
  'newTag',
  'digest',
] as const;

/** A field of an image. */
export type ImageField = (typeof IMAGE_FIELDS)[number];

/** One entry of `images` in a kustomization. Absent and empty are the same. */
export type KustomizationImage = { name: string } & Partial<
  Record<Exclude<ImageField, 'name'>, string>
>;

/** An entry as it stands in a document. */
export interface ImageEntry {
  image: KustomizationImage;
  node: YAMLMap;
}

/** `images` of a kustomization as it stands in a document. */
export interface ImageList {
  root: YAMLMap;
  /** Absent when the kustomization has no such key. */
  pair?: Pair;
  /** Absent when nothing stands behind the key. */
  seq?: YAMLSeq;
  entries: readonly ImageEntry[];
}

/**
 * The first of these images that a kustomization sets under `imageTags`, the name that `images`
 * had in early releases: Kustomize still reads it, and goes by it rather than by `images`.
 */
export function findOutvoted(
  { root }: ImageList,
  names: ReadonlySet<string>,
): string | undefined {
  const value = findPair(root, 'imageTags')?.value;
  const entries = isSeq(value) ? value.items.filter(isMap) : [];
  return entries
    .map(entry => findPair(entry, 'name')?.value)
    .map(name => (isScalar(name) ? textOf(name) : ''))
    .find(name => names.has(name));
}

/**
 * Reads the images of a kustomization.
 *
 * @throws EditError when it is no mapping, has `images` twice, or no list of mappings there.
 */
export function readImageList(document: Document.Parsed): ImageList {
  const root = document.contents;
  if (!isMap(root)) {
    throw new EditError('bad-document', 'a kustomization must be a mapping');
  }
  if (pairsOf(root, 'images').length > 1) {
    throw new EditError(
      'bad-document',
      '"images" is there twice: Kustomize takes it in any case; leave one',
    );
  }
  const pair = findPair(root, 'images');
  const value = pair?.value;
  if (isSeq(value)) {
    return {
      root,
      pair,
      seq: value,
      entries: value.items.map((node, index) =>
        readEntry(document, node, index),
      ),
    };
  }
  if (pair && !isNull(value)) {
    throw new EditError('bad-document', '"images" must be a list');
  }
  return { root, pair, entries: [] };
}

/**
 * The pair of a key, if the mapping has one: keys count in any case, and of several that
 * differ in nothing else Kustomize goes by the last one in the order of their letters. One
 * that is null says nothing where another one has a value.
 */
export function findPair(map: YAMLMap, key: string): Pair | undefined {
  const pairs = pairsOf(map, key).filter(
    (pair, index, all) =>
      !all.slice(index + 1).some(later => keyOf(later) === keyOf(pair)),
  );
  const said = pairs.filter(({ value }) => !isNull(value));
  return (said.length > 0 ? said : pairs).reduce<Pair | undefined>(
    (last, pair) => (last && keyOf(last) > keyOf(pair) ? last : pair),
    undefined,
  );
}

function isNull(value: unknown): boolean {
  return !value || (isScalar(value) && value.value === null);
}

/** Whether a mapping has one of these keys in another case. */
export function hasOtherCase(map: YAMLMap, keys: readonly string[]): boolean {
  return keys.some(key => pairsOf(map, key).some(pair => keyOf(pair) !== key));
}

function pairsOf(map: YAMLMap, key: string): Pair[] {
  const wanted = foldName(key);
  return map.items.filter(pair => foldName(keyOf(pair)) === wanted);
}

function keyOf({ key }: Pair): string {
  return isScalar(key) ? String(key.value) : '';
}

function readEntry(
  document: Document,
  node: unknown,
  index: number,
): ImageEntry {
  if (!isMap(node)) {
    throw new EditError(
      'bad-document',
      `element ${index} of "images" must be a mapping`,
    );
  }
  const image: KustomizationImage = { name: '' };
  for (const field of IMAGE_FIELDS) {
    const value = valueOf(document, node, field);
    if (isScalar(value)) {
      image[field] = textOf(value);
    }
  }
  return { image, node };
}

/** A value of an entry, its own or that of a mapping which it merges. */
function valueOf(document: Document, entry: YAMLMap, field: ImageField) {
  const pair = [entry, ...mergedBy(document, entry)]
    .map(map => findPair(map, field))
    .find(found => found !== undefined);
  return resolved(document, pair?.value);
}

/** Mappings whose keys an entry takes over where it has none of its own. */
function mergedBy(document: Document, entry: YAMLMap): YAMLMap[] {
  const merged = resolved(document, findMerge(entry)?.value);
  const all = isSeq(merged) ? merged.items : [merged];
  return all.map(each => resolved(document, each)).filter(each => isMap(each));
}

/** The pair of an entry by which it merges other mappings. */
export function findMerge(entry: YAMLMap): Pair | undefined {
  return entry.items.find(pair => keyOf(pair) === '<<');
}

function resolved(document: Document, node: unknown): unknown {
  return isAlias(node) ? node.resolve(document) : node;
}

/** Numbers in the user's own notation: `0123` must not become `123`. */
function textOf({ value, source }: Scalar): string {
  return value === null ? '' : source ?? String(value);
}
