import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { useState } from 'react';
import { ActionButton } from '../components/ActionButton';
import { ConfirmDialog } from '../components/ConfirmDialog';
import { kargoTranslationRef } from '../translation';

/** Deletes what a row of a table is about, after asking. */
export function DeleteAction(props: {
  item: { kind: string; metadata: { name: string } };
  /** What can go wrong without it. */
  text: string;
  remove: {
    mutate: (name: string, options: { onSuccess: () => void }) => void;
    reset: () => void;
    isPending: boolean;
    error: Error | null;
  };
  refusal?: string;
}) {
  const { t } = useTranslationRef(kargoTranslationRef);
  const [isAsking, setAsking] = useState(false);
  const { item, remove, refusal } = props;
  const { name } = item.metadata;
  const close = () => {
    setAsking(false);
    remove.reset();
  };
  return (
    <>
      <ActionButton
        onClick={() => setAsking(true)}
        label={t('settings.deleteOf', { name })}
        {...(refusal !== undefined && { refusal })}
      >
        {t('manifest.delete')}
      </ActionButton>
      <ConfirmDialog
        isOpen={isAsking}
        title={t('manifest.deleteTitle', { kind: item.kind, name })}
        text={props.text}
        action={t('manifest.delete')}
        isPending={remove.isPending}
        error={remove.error}
        onClose={close}
        onConfirm={() => remove.mutate(name, { onSuccess: close })}
      />
    </>
  );
}
