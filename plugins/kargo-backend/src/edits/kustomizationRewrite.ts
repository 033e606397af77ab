import {
  Document,
  isCollection,
  isMap,
  isNode,
  isPair,
  isScalar,
  Pair,
  Scalar,
  visit,
  YAMLMap,
  YAMLSeq,
} from 'yaml';
import { EditError } from './EditError';
import {
  findPair,
  IMAGE_FIELDS,
  ImageField,
  ImageList,
  KustomizationImage,
} from './kustomizationEntries';
import { keepNumbersAsWritten } from './writtenNumbers';
import { needsQuotes } from './yamlScalar';

/**
 * Writes a kustomization anew with these images, the way Kargo does: entries sorted by
 * name, two spaces, lists not indented, no blank lines, the first document only.
 *
 * @remarks
 * Comments and quotes are kept. Differs: a comment inside of the list stays with its image,
 * where Kargo lets it stay at its place. The document is changed.
 *
 * @throws EditError when the text cannot be written.
 */
export function rewriteKustomization(
  document: Document.Parsed,
  list: ImageList,
  images: readonly KustomizationImage[],
): string {
  tidyComments(document);
  keepNumbersAsWritten(document);
  const seq = list.seq ?? addList(list);
  if (isScalar(list.pair?.key)) list.pair.key.value = 'images';
  giveFirstItemItsComment(seq);
  seq.items = images.map(image =>
    writeEntry(
      image,
      list.entries.findLast(entry => entry.image.name === image.name)?.node,
      seq.flow === true,
    ),
  );
  return print(document);
}

function addList({ root, pair }: ImageList): YAMLSeq {
  const seq = new YAMLSeq();
  if (pair) {
    pair.value = seq;
  } else {
    root.items.push(new Pair(new Scalar('images'), seq));
  }
  return seq;
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
  for (const field of IMAGE_FIELDS) {
    const text = image[field];
    if (text) {
      entry.items.push(writePair(field, text, old && findPair(old, field)));
    }
  }
  return entry;
}

function writePair(
  field: ImageField,
  text: string,
  old: Pair | undefined,
): Pair {
  const key = new Scalar(field);
  const value = new Scalar(text);
  value.type = needsQuotes(text) ? Scalar.QUOTE_DOUBLE : Scalar.PLAIN;
  if (isNode(old?.key)) key.commentBefore = old.key.commentBefore;
  if (isNode(old?.value)) value.comment = old.value.comment;
  return new Pair(key, value);
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
