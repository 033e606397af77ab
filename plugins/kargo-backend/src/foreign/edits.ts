import { updateJson } from '../edits/json';
import {
  formatImage,
  setKustomizationImages,
} from '../edits/kustomizationImages';
import { updateToml } from '../edits/toml';
import { updateYamlScalars } from '../edits/yaml';
import { mergeYaml } from '../edits/yamlMerge';
import { replaceYamlTexts } from '../edits/yamlTexts';

/** By what they edit. */
const EDITS = {
  yaml: updateYamlScalars,
  json: updateJson,
  kustomization: setImages,
  toml: updateToml,
  yamlMerge: mergeYaml,
  yamlTexts: replaceYamlTexts,
};

/** With texts for the images: of objects a thread cannot hand over many in one turn. */
function setImages(...args: Parameters<typeof setKustomizationImages>): {
  text: string;
  images: string[];
} {
  const { text, images } = setKustomizationImages(...args);
  return { text, images: images.map(formatImage) };
}

/** What can be edited. */
export type EditKind = keyof typeof EDITS;

/** What an edit is told beside the text. */
export type EditArguments<K extends EditKind> = Parameters<
  (typeof EDITS)[K]
> extends [string, ...infer Rest]
  ? Rest
  : never;

/** What an edit gives. */
export type EditResult<K extends EditKind> = ReturnType<(typeof EDITS)[K]>;

const MARK = '\ufeff';

/**
 * Edits a text in this thread. A byte order mark in front of it stays there, and no edit sees
 * it.
 *
 * @throws EditError when the edit is refused.
 */
export function edit<K extends EditKind>(
  kind: K,
  text: string,
  args: readonly unknown[],
): EditResult<K> {
  // The types of an edit's arguments do not survive being looked up, nor the way here.
  const work = EDITS[kind] as unknown as (...all: unknown[]) => EditResult<K>;
  if (!text.startsWith(MARK)) {
    return work(text, ...args);
  }
  const edited: string | { text: string } = work(
    text.slice(MARK.length),
    ...args,
  );
  const marked =
    typeof edited === 'string'
      ? MARK + edited
      : { ...edited, text: MARK + edited.text };
  return marked as EditResult<K>;
}
