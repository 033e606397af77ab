import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { DialogProps } from '@material-ui/core/Dialog';
import { ReactNode, SyntheticEvent, useEffect, useState } from 'react';
import { kargoTranslationRef } from '../translation';
import { ConfirmDialog } from './ConfirmDialog';

/**
 * Keeps a dialog in which somebody writes from being closed by a key or a click beside it: what
 * is written would be lost. Once there is something it asks first, and so does the browser
 * before it leaves the page.
 */
export function useCloseAsking(dialog: {
  isWritten: boolean;
  /** Whether it is being saved; then it stays. */
  isPending: boolean;
  onClose: () => void;
}): {
  /** For the dialog: told of the key, or the click. */
  onClose: NonNullable<DialogProps['onClose']>;
  /** Stands beside the dialog. */
  question: ReactNode;
} {
  const { t } = useTranslationRef(kargoTranslationRef);
  const [isAsking, setAsking] = useState(false);
  const { isWritten, isPending, onClose } = dialog;
  useEffect(() => {
    if (!isWritten) {
      return undefined;
    }
    window.addEventListener('beforeunload', askFirst);
    return () => window.removeEventListener('beforeunload', askFirst);
  }, [isWritten]);
  return {
    onClose: (event: SyntheticEvent) => {
      // An editor has its own use for the key: with it, its suggestions go.
      if (event.defaultPrevented || isPending) {
        return;
      }
      if (isWritten) {
        setAsking(true);
      } else {
        onClose();
      }
    },
    question: (
      <ConfirmDialog
        isOpen={isAsking}
        title={t('common.discardTitle')}
        text={t('common.discardText')}
        action={t('common.discard')}
        isPending={false}
        onClose={() => setAsking(false)}
        onConfirm={onClose}
      />
    ),
  };
}

function askFirst(event: Event): void {
  event.preventDefault();
}
