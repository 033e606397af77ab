import type { EditArguments, EditKind } from './edits';
import type { Language } from './threads/worker';

/** What can be said about how a text is read. */
export interface ReadOptions {
  signal?: AbortSignal;
}

/**
 * Characters up to which a text is read where it is, because that takes a few milliseconds
 * whatever it holds; `yarn bench foreign` measures it.
 */
const QUICK: Record<Language, number> = {
  documents: 4 * 1024,
  yaml: 4 * 1024,
  yamlTexts: 4 * 1024,
  json: 64 * 1024,
  ifJson: 64 * 1024,
  toml: 1024,
};

/** Whether reading a text holds up no other work; anchors can make much of little. */
export function isQuick(language: Language, text: string): boolean {
  return isQuickSize(language, text, text.length);
}

/**
 * Whether an edit holds up no other work, whatever the text holds and whatever it is told.
 *
 * @remarks
 * A new value of YAML is read several times: as each version of the language reads it, and
 * where it stands. JSON is read anew for every update.
 */
export function isQuickEdit(
  kind: EditKind,
  text: string,
  args: readonly unknown[],
): boolean {
  const language = languageOf(kind);
  if (!isQuick(language, text)) {
    return false;
  }
  const told = textsIn(args).join('');
  const size =
    kind === 'json'
      ? sizeOfJsonUpdates(text.length + told.length, args)
      : text.length + 2 * told.length;
  return isQuickSize(language, text + told, size);
}

function isQuickSize(language: Language, text: string, size: number): boolean {
  return (
    size <= QUICK[language] &&
    (language === 'json' || language === 'toml' || !text.includes('&'))
  );
}

function languageOf(kind: EditKind): Language {
  return kind === 'json' || kind === 'toml' ? kind : 'yaml';
}

/** Every key and text of what an edit is told. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'string') {
    return [value];
  }
  return typeof value === 'object' && value !== null
    ? Object.entries(value).flatMap(([key, member]) => [
        key,
        ...textsIn(member),
      ])
    : [];
}

/** Characters that all updates read together; an index may fill a list up with nulls. */
function sizeOfJsonUpdates(size: number, args: readonly unknown[]): number {
  const [updates] = args as EditArguments<'json'>;
  const indexes = updates.flatMap(({ key }) => key.match(/\d+/g) ?? []);
  const nulls = indexes.reduce((sum, index) => sum + Number(index), 0);
  return (size + nulls * 'null,'.length) * updates.length;
}
