import { Dispatch, SetStateAction, useLayoutEffect, useState } from 'react';
import { useDialogAround } from './DialogHost';

/**
 * As `useState`, for what stands in a dialog: it lasts as long as the dialog is open, also when
 * that is drawn anew. Outside of one it is nothing else.
 */
export function useKept<T>(
  /** Of its own within the dialog. */
  name: string,
  first: () => T,
): [T, Dispatch<SetStateAction<T>>] {
  const kept = useDialogAround()?.kept;
  const state = useState<T>(() =>
    kept?.has(name) ? (kept.get(name) as T) : first(),
  );
  const [value] = state;
  useLayoutEffect(() => {
    kept?.set(name, value);
  }, [kept, name, value]);
  return state;
}
