import { useEffect } from 'react';

/** Names the browser's tab after what the page is about, as long as it is shown. */
export function usePageTitle(...parts: string[]): void {
  const title = parts.filter(Boolean).join(' · ');
  useEffect(() => {
    const before = document.title;
    // The page's frame sets its own title in the same moment; this one says more.
    const timer = setTimeout(() => {
      document.title = title;
    });
    return () => {
      clearTimeout(timer);
      document.title = before;
    };
  }, [title]);
}
