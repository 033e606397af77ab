import {
  appLanguageApiRef,
  useApiHolder,
} from '@backstage/frontend-plugin-api';
import { useCallback, useSyncExternalStore } from 'react';

/**
 * The locale in which times, numbers and lists are written, so that they are in the language
 * of the words around them; the browser's own where the portal knows no languages.
 */
export function useLocale(): string | undefined {
  const languages = useApiHolder().get(appLanguageApiRef);
  const subscribe = useCallback(
    (onChange: () => void) => {
      const subscription = languages?.language$().subscribe(onChange);
      return () => subscription?.unsubscribe();
    },
    [languages],
  );
  const language = useSyncExternalStore(
    subscribe,
    () => languages?.getLanguage().language,
  );
  return language && chooseLocale(language, navigator.languages);
}

/** The viewer's own variety of a language where they have one: `en-GB` for `en`. */
export function chooseLocale(
  language: string,
  own: readonly string[],
): string | undefined {
  const isOfIt = (locale: string) =>
    locale === language || locale.startsWith(`${language}-`);
  return [...own.filter(isOfIt), language].find(isLocale);
}

/** Browsers name some that nothing can be written in, such as `en-US@posix`. */
function isLocale(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length > 0;
  } catch {
    return false;
  }
}
