import { useEffect } from 'react';

/**
 * How long a title has to last before it is shown. The portal's counter of notifications
 * follows what changes it, and of two changes in a tenth of a second may keep either.
 */
const SETTLE_MS = 150;

/** Names the browser's tab after what the page is about. */
export function usePageTitle(...parts: string[]): void {
  const title = parts.filter(Boolean).join(' · ');
  useEffect(() => {
    const timer = setTimeout(() => {
      document.title = title;
    }, SETTLE_MS);
    return () => clearTimeout(timer);
  }, [title]);
}

/** As {@link usePageTitle}, for what is shown in the place of a page. */
export function PageTitle(props: { parts: string[] }): null {
  usePageTitle(...props.parts);
  return null;
}

/** Gives the browser's tab its title back when somebody leaves the pages that have their own. */
export function useTitleOfFrame(): void {
  useEffect(() => {
    const before = document.title;
    return () => {
      document.title = before;
    };
  }, []);
}
