import { Document } from 'yaml';
import { EditError, isEditError } from './EditError';
import { readFirstDocument } from './firstDocument';
import { ImageValues, planImageEdits } from './kustomizationEdits';
import {
  findOutvoted,
  IMAGE_FIELDS,
  ImageEntry,
  ImageField,
  ImageList,
  KustomizationImage,
  readImageList,
} from './kustomizationEntries';
import { rewriteKustomization } from './kustomizationRewrite';
import { withClosedBlock } from './openBlock';
import { applyEdits } from './textEdits';

export type { KustomizationImage } from './kustomizationEntries';

/** In a target: keep what the kustomization says. */
const KEEP = '*';

/** How a kustomization is written: changed in place, or anew the way Kargo does. */
export type KustomizationLayout = 'keep' | 'rewrite';

/**
 * Sets images of a kustomization. A target replaces the fields of the entry of its name; a
 * field that says `*` keeps the entry's value.
 *
 * @remarks
 * With the layout `keep` nothing but the entries of the targets changes. Differs: Kargo
 * writes the whole text anew, as the layout `rewrite` does and as happens where a list is
 * written in a way that cannot be changed in its place.
 *
 * @returns the new text, and all entries by name; there a `*` that found no entry stands as
 * it is.
 * @throws EditError when the text is no kustomization.
 */
export function setKustomizationImages(
  text: string,
  targets: readonly KustomizationImage[],
  options: { layout?: KustomizationLayout } = {},
): { text: string; images: KustomizationImage[] } {
  let images: KustomizationImage[] = [];
  const edited = withClosedBlock(text, source => {
    const result = setImages(source, targets, options);
    images = result.images;
    return result.text;
  });
  return { text: edited, images };
}

function setImages(
  text: string,
  targets: readonly KustomizationImage[],
  options: { layout?: KustomizationLayout },
): { text: string; images: KustomizationImage[] } {
  const document = readFirstDocument(text);
  const list = readImageList(document);
  const names = new Set(targets.map(({ name }) => name));
  const outvoted = findOutvoted(list, names);
  if (outvoted !== undefined) {
    throw new EditError(
      'bad-document',
      `"imageTags" sets "${outvoted}", and Kustomize goes by it rather than by "images"; move its entries to "images", as "kustomize edit fix" does`,
    );
  }
  const images = mergeImages(
    list.entries.map(entry => entry.image),
    targets,
  );
  const written = images.map(withoutStars);
  const kept =
    options.layout === 'rewrite'
      ? undefined
      : editInPlace({ text, document, list, written, names });
  return {
    text: kept ?? rewriteKustomization(document, list, written),
    images,
  };
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
      newName: keptOr(newName, old, 'newName'),
      newTag: keptOr(newTag, old, 'newTag'),
      digest: keptOr(digest, old, 'digest'),
    });
  }
  return [...merged.values()].sort((a, b) => {
    if (a.name === b.name) return 0;
    return a.name < b.name ? -1 : 1;
  });
}

/** Where there is no entry a `*` stays, for the message to show that it found nothing. */
function keptOr(
  wanted: string | undefined,
  old: KustomizationImage | undefined,
  field: ImageField,
): string | undefined {
  return wanted === KEEP && old ? old[field] : wanted;
}

function withoutStars(image: KustomizationImage): KustomizationImage {
  const kept: KustomizationImage = { name: image.name };
  for (const field of IMAGE_FIELDS) {
    const value = image[field];
    if (value && value !== KEEP) {
      kept[field] = value;
    }
  }
  return kept;
}

interface InPlaceEdit {
  text: string;
  document: Document.Parsed;
  list: ImageList;
  /** All images as they are to be. */
  written: readonly KustomizationImage[];
  /** Names of those to set. */
  names: ReadonlySet<string>;
}

/** The edited text, or `undefined` when it has to be written anew. */
function editInPlace(edit: InPlaceEdit): string | undefined {
  const { text, document, list, written, names } = edit;
  const set = written.filter(({ name }) => names.has(name));
  const found = (name: string) =>
    list.entries.filter(entry => entry.image.name === name);
  if (set.some(({ name }) => found(name).length > 1)) {
    // Kargo makes one of several.
    return undefined;
  }
  try {
    const edits = planImageEdits(text, document, list, {
      changed: set.flatMap(image =>
        found(image.name).map(entry => ({ entry, values: valuesOf(image) })),
      ),
      added: set
        .filter(({ name }) => found(name).length === 0)
        .map(image => valuesOf(image)),
    });
    const edited = applyEdits(text, edits);
    return edits.length === 0 || isAsWanted(edited, edit) ? edited : undefined;
  } catch (error) {
    if (isEditError(error)) {
      return undefined;
    }
    throw error;
  }
}

function valuesOf(image: KustomizationImage): ImageValues {
  return new Map(
    IMAGE_FIELDS.flatMap(field => {
      const value = image[field];
      return value ? [[field, value] as const] : [];
    }),
  );
}

/** The last line of defence: the images are the wanted ones and all else is what it was. */
function isAsWanted(
  edited: string,
  { document, list, written, names }: InPlaceEdit,
): boolean {
  const after = readFirstDocument(edited);
  const { entries } = readImageList(after);
  const untouched = list.entries.filter(({ image }) => !names.has(image.name));
  const wanted = new Map(written.map(image => [image.name, image]));
  return (
    entries.length ===
      untouched.length + [...names].filter(name => wanted.has(name)).length &&
    entries
      .filter(({ image }) => names.has(image.name))
      .every(
        ({ image }) =>
          printed(withoutStars(image)) === printed(wanted.get(image.name)),
      ) &&
    // An alias may repeat what was changed.
    printed(entries.map(imageOf).filter(({ name }) => !names.has(name))) ===
      printed(untouched.map(imageOf)) &&
    printed(rest(after)) === printed(rest(document))
  );
}

function imageOf({ image }: ImageEntry): KustomizationImage {
  return image;
}

/** What a kustomization says apart from its images. */
function rest(document: Document.Parsed): unknown {
  const { images, ...others } = document.toJS() as Record<string, unknown>;
  return others;
}

function printed(value: unknown): string {
  return JSON.stringify(value);
}
