import { useTranslationRef } from '@backstage/frontend-plugin-api';
import RefreshIcon from '@material-ui/icons/Refresh';
import { useEffect } from 'react';
import { kargoTranslationRef } from '../translation';
import { ActionButton } from './ActionButton';

const CONFIRMATION_MS = 4_000;

/** Asks the engine to look again now, and says for a moment that it was asked. */
export function RefreshButton(props: {
  refresh: {
    mutate: (name: string) => void;
    reset: () => void;
    isPending: boolean;
    isSuccess: boolean;
    error: Error | null;
  };
  name: string;
}) {
  const { t } = useTranslationRef(kargoTranslationRef);
  const { mutate, reset, isPending, isSuccess, error } = props.refresh;
  useEffect(() => {
    if (!isSuccess) {
      return undefined;
    }
    const timer = setTimeout(reset, CONFIRMATION_MS);
    return () => clearTimeout(timer);
  }, [isSuccess, reset]);
  return (
    <span role="status">
      <ActionButton
        onClick={() => mutate(props.name)}
        isPending={isPending}
        failure={error}
        variant="outlined"
        startIcon={<RefreshIcon />}
      >
        {isSuccess ? t('common.refreshRequested') : t('common.refresh')}
      </ActionButton>
    </span>
  );
}
