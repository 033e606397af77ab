import { replaceEqualDeep } from '@tanstack/react-query';
import { Dispatch, SetStateAction } from 'react';
import { useKept } from './useKept';
import { useLossGuard } from './useLossGuard';

/**
 * As `useKept`, for what somebody types, chooses or takes away: as long as it is not what it was at
 * first, which stands last, it would be lost with the dialog.
 */
export function useWritten<T>(
  /** Of its own within the dialog. */
  name: string,
  first: () => T,
): [T, Dispatch<SetStateAction<T>>, T] {
  const [before] = useKept(`${name}, at first`, first);
  const [value, setValue] = useKept(name, () => before);
  useLossGuard(replaceEqualDeep(before, value) !== before, name);
  return [value, setValue, before];
}
