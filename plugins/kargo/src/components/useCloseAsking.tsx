import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { DialogProps } from '@material-ui/core/Dialog';
import { ReactNode, SyntheticEvent, useState } from 'react';
import { kargoTranslationRef } from '../translation';
import { ConfirmDialog } from './ConfirmDialog';
import { useDialogAround } from './DialogHost';
import { useLossGuard } from './useLossGuard';
import type { useWritten } from './useWritten';

/**
 * Keeps a dialog in which somebody writes from being closed by a key or a click beside it: what
 * is written ({@link useWritten}) would be lost. Once there is something it asks first.
 */
export function useCloseAsking(dialog: {
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
  const { isPending, onClose } = dialog;
  // Whoever has saved is told how it went.
  useLossGuard(isPending);
  const around = useDialogAround();
  return {
    onClose: (event: SyntheticEvent) => {
      // An editor has its own use for the key: with it, its suggestions go.
      if (event.defaultPrevented || isPending) {
        return;
      }
      if (around && around.written.size > 0) {
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
