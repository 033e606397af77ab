import { useEffect, useLayoutEffect } from 'react';
import { useDialogAround } from './DialogHost';

/**
 * Guards what would be lost with a dialog: it comes back should no page draw it for a while,
 * and the browser asks before it leaves the portal.
 */
export function useLossGuard(
  isWritten: boolean,
  /** Of its own within the dialog. */
  name = 'dialog',
): void {
  const dialog = useDialogAround();
  useLayoutEffect(() => {
    if (isWritten) {
      dialog?.written.add(name);
    } else {
      dialog?.written.delete(name);
    }
  }, [dialog, isWritten, name]);
  useEffect(() => {
    if (!isWritten) {
      return undefined;
    }
    window.addEventListener('beforeunload', askFirst);
    return () => window.removeEventListener('beforeunload', askFirst);
  }, [isWritten]);
}

function askFirst(event: Event): void {
  event.preventDefault();
}
