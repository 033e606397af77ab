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
  toml: 1024,
};

/** Whether reading a text may hold up other work; anchors can make much of little. */
export function isQuick(language: Language, text: string): boolean {
  return (
    text.length <= QUICK[language] &&
    (language === 'json' || language === 'toml' || !text.includes('&'))
  );
}
