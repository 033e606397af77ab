import { JsonObject } from 'backstage-plugin-kargo-common';

const INDEX = 'index:';
const MANIFEST = 'manifest:';

/** Annotations by what they are for. */
export interface SortedAnnotations {
  index: Record<string, string>;
  /** Of every image; what has no prefix is one of these. */
  manifest: Record<string, string>;
}

/** Sorts annotations by the prefixes of their keys. */
export function sortAnnotations(
  annotations: Readonly<Record<string, string>>,
): SortedAnnotations {
  const sorted: SortedAnnotations = { index: {}, manifest: {} };
  for (const [key, value] of Object.entries(annotations)) {
    if (key.startsWith(INDEX)) {
      sorted.index[key.slice(INDEX.length)] = value;
    } else {
      const name = key.startsWith(MANIFEST) ? key.slice(MANIFEST.length) : key;
      sorted.manifest[name] = value;
    }
  }
  return sorted;
}

/** A manifest with annotations added; those that it has stay, of the same key the new wins. */
export function annotate<T extends JsonObject>(
  manifest: T,
  annotations: Readonly<Record<string, string>>,
): T {
  if (Object.keys(annotations).length === 0) {
    return manifest;
  }
  const own = manifest.annotations as Record<string, string> | undefined;
  return { ...manifest, annotations: { ...own, ...annotations } };
}
