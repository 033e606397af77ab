import { useMemo } from 'react';
import { useSearchParams } from 'react-router-dom';

/** What the address names besides the page, so that every detail has a link. */
export interface Selection {
  stage?: string;
  freight?: string;
  warehouse?: string;
  promotion?: string;
  /** The Stage that something is about to be promoted to. */
  promote?: string;
  /** What is about to be promoted to several Stages, as `formatReview` writes it. */
  review?: string;
}

const NAMES = [
  'stage',
  'freight',
  'warehouse',
  'promotion',
  'promote',
  'review',
] as const;

/** Reads and changes what is open. Opening is a step that Back undoes. */
export function useSelection(): {
  selection: Selection;
  open: (selection: Selection) => void;
  close: () => void;
  /** The address of this page with something else open. */
  addressOf: (selection: Selection) => string;
} {
  const [params, setParams] = useSearchParams();
  return useMemo(() => {
    const open = (selection: Selection) =>
      setParams(old => withSelection(old, selection));
    return {
      selection: Object.fromEntries(
        NAMES.flatMap(name => {
          const value = params.get(name);
          return value ? [[name, value]] : [];
        }),
      ),
      open,
      close: () => open({}),
      addressOf: selection => `?${withSelection(params, selection)}`,
    };
  }, [params, setParams]);
}

function withSelection(
  params: URLSearchParams,
  selection: Selection,
): URLSearchParams {
  const next = new URLSearchParams(params);
  for (const name of NAMES) {
    next.delete(name);
    const value = selection[name];
    if (value !== undefined) {
      next.set(name, value);
    }
  }
  return next;
}
