import {
  Document,
  isCollection,
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  Pair,
  Scalar,
  ScalarTag,
  visit,
  YAMLMap,
  YAMLSeq,
} from 'yaml';
import { EditError } from './EditError';
import { readFirstDocument } from './firstDocument';
import { needsQuotes } from './yamlScalar';

// In the order in which they are written.
const FIELDS = ['name', 'newName', 'tagSuffix', 'newTag', 'digest'] as const;
type Field = (typeof FIELDS)[number];

/** In a target: keep what the kustomization says. */
const KEEP = '*';

/** A number in the user's own notation: `0123` must not become `123`. */
class SourceText {
  constructor(readonly text: string) {}
}

/** One entry of `images` in a kustomization. Absent and empty are the same. */
export type KustomizationImage = { name: string } & Partial<
  Record<Exclude<Field, 'name'>, string>
>;

/**
 * Sets images of a kustomization. A target replaces the whole entry of its name; a field
 * that says `*` keeps the entry's value.
 *
 * @remarks
 * The text is written anew the way Kargo writes it, so that both leave the same file:
 * entries sorted by name, two spaces, lists not indented, no blank lines, the first
 * document only. Comments and quotes are kept. Differs: a comment inside of the list stays
 * with its image, where Kargo lets it stay at its place.
 *
 * @returns the new text, and all entries; there a `*` that found nothing stands as it is.
 * @throws EditError when the text is no kustomization.
 */
export function setKustomizationImages(
  text: string,
  targets: readonly KustomizationImage[],
): { text: string; images: KustomizationImage[] } {
  const document = readFirstDocument(text);
  const root = document.contents as unknown;
  if (!isMap(root)) {
    throw new EditError('bad-document', 'a kustomization must be a mapping');
  }
  tidyComments(document);
  keepNumbersAsWritten(document);
  const list = findList(root);
  const entries = readEntries(list);
  const images = mergeImages(
    entries.map(entry => entry.image),
    targets,
  );
  list.items = images.map(image =>
    writeEntry(
      image,
      entries.findLast(entry => entry.image.name === image.name)?.node,
      list.flow === true,
    ),
  );
  return { text: print(document), images };
}

/** How an image is named in a message: `name:tag@digest`. */
export function formatImage(image: KustomizationImage): string {
  const tag = image.newTag ? `:${image.newTag}` : '';
  const digest = image.digest ? `@${image.digest}` : '';
  return `${image.newName || image.name}${tag}${digest}`;
}

function mergeImages(
  existing: readonly KustomizationImage[],
  targets: readonly KustomizationImage[],
): KustomizationImage[] {
  const merged = new Map(existing.map(image => [image.name, image]));
  for (const target of targets) {
    const { newName, newTag, digest } = target;
    const old = existing.findLast(image => image.name === target.name);
    merged.set(target.name, {
      name: target.name,
      newName: keptOr(newName, old?.newName),
      newTag: keptOr(newTag, old?.newTag),
      digest: keptOr(digest, old?.digest),
    });
  }
  return [...merged.values()].sort((a, b) => {
    if (a.name === b.name) return 0;
    return a.name < b.name ? -1 : 1;
  });
}

function keptOr(
  wanted: string | undefined,
  old: string | undefined,
): string | undefined {
  return wanted === KEEP ? old || KEEP : wanted;
}

interface Entry {
  image: KustomizationImage;
  node: YAMLMap;
}

function findList(root: YAMLMap): YAMLSeq {
  const pair = root.items.find(
    item => isScalar(item.key) && item.key.value === 'images',
  );
  const value = pair?.value;
  if (isSeq(value)) {
    giveFirstItemItsComment(value);
    return value;
  }
  if (pair && !(isScalar(value) && value.value === null)) {
    throw new EditError('bad-document', '"images" must be a list');
  }
  const list = new YAMLSeq();
  if (pair) {
    pair.value = list;
  } else {
    root.items.push(new Pair(new Scalar('images'), list));
  }
  return list;
}

function readEntries(list: YAMLSeq): Entry[] {
  return list.items.map((node, index) => {
    if (!isMap(node)) {
      throw new EditError(
        'bad-document',
        `element ${index} of "images" must be a mapping`,
      );
    }
    const image: KustomizationImage = { name: '' };
    for (const field of FIELDS) {
      const value = findPair(node, field)?.value;
      if (isScalar(value)) {
        image[field] = scalarText(value);
      }
    }
    return { image, node };
  });
}

function writeEntry(
  image: KustomizationImage,
  old: YAMLMap | undefined,
  inFlow: boolean,
): YAMLMap {
  const entry = new YAMLMap();
  entry.flow = inFlow;
  entry.commentBefore = old?.commentBefore;
  entry.comment = old?.comment;
  for (const field of FIELDS) {
    const text = image[field];
    if (text && text !== KEEP) {
      entry.items.push(writePair(field, text, old && findPair(old, field)));
    }
  }
  return entry;
}

function writePair(field: Field, text: string, old: Pair | undefined): Pair {
  const key = new Scalar(field);
  const value = new Scalar(text);
  value.type = needsQuotes(text) ? Scalar.QUOTE_DOUBLE : Scalar.PLAIN;
  if (isNode(old?.key)) key.commentBefore = old.key.commentBefore;
  if (isNode(old?.value)) value.comment = old.value.comment;
  return new Pair(key, value);
}

function findPair(map: YAMLMap, key: string): Pair | undefined {
  return map.items.find(item => isScalar(item.key) && item.key.value === key);
}

function scalarText(scalar: Scalar): string {
  if (scalar.value === null) return '';
  return scalar.value instanceof SourceText
    ? scalar.value.text
    : scalar.source ?? String(scalar.value);
}

/** The parser hands the comment above the first element to the list. */
function giveFirstItemItsComment(list: YAMLSeq): void {
  const [first] = list.items;
  if (isMap(first) && list.commentBefore) {
    first.commentBefore = joinComments(
      list.commentBefore,
      first.commentBefore ?? undefined,
    );
    list.commentBefore = undefined;
  }
}

/** Drops blank lines, also those around the comments of the document itself. */
function tidyComments(document: Document.Parsed): void {
  visit(document, (_, node) => {
    const holder = isPair(node) ? undefined : node;
    if (isNode(holder)) {
      holder.spaceBefore = false;
      holder.commentBefore = withoutBlankLines(holder.commentBefore);
      holder.comment = withoutBlankLines(holder.comment);
    }
  });
  const { contents } = document;
  if (isCollection(contents)) {
    contents.commentBefore = joinComments(
      withoutBlankLines(document.commentBefore),
      contents.commentBefore ?? undefined,
    );
    contents.comment = joinComments(
      contents.comment ?? undefined,
      withoutBlankLines(document.comment),
    );
    document.commentBefore = null;
    document.comment = null;
  }
}

function withoutBlankLines(
  comment: string | null | undefined,
): string | undefined {
  return comment
    ?.split('\n')
    .filter(line => line !== '')
    .join('\n');
}

function joinComments(...comments: (string | undefined)[]): string | undefined {
  return comments.filter(Boolean).join('\n') || undefined;
}

const sourceTextTag: ScalarTag = {
  tag: 'tag:kargo:source',
  default: true,
  identify: value => value instanceof SourceText,
  resolve: text => text,
  stringify: ({ value }) => (value instanceof SourceText ? value.text : ''),
};

function keepNumbersAsWritten(document: Document.Parsed): void {
  document.schema.tags.push(sourceTextTag);
  visit(document, {
    Scalar(_, node) {
      if (typeof node.value === 'number' && node.source && !node.tag) {
        node.value = new SourceText(node.source);
      }
    },
  });
}

function print(document: Document.Parsed): string {
  document.directives.docEnd = false;
  try {
    return document.toString({
      directives: false,
      indent: 2,
      indentSeq: false,
      lineWidth: 0,
      flowCollectionPadding: false,
    });
  } catch (error) {
    // An alias whose anchor stood in a replaced entry.
    throw new EditError(
      'unsupported',
      `the kustomization cannot be written: ${
        error instanceof Error ? error.message : error
      }`,
    );
  }
}
