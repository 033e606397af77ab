import { useTranslationRef } from '@backstage/frontend-plugin-api';
import Alert from '@material-ui/lab/Alert';
import AlertTitle from '@material-ui/lab/AlertTitle';
import { SystemTrouble, useSystemTrouble } from '../queries/useSystemTrouble';
import { kargoTranslationRef } from '../translation';
import { formatRelative } from './RelativeTime';
import { useNow } from './useNow';

/** What is younger is as good as new. */
const MINUTE_MS = 60_000;

/**
 * Says that the portal or its engine does not work, and how old is what one sees; nothing
 * while all is well.
 */
export function SystemBanner(props: {
  /** Why the data on the screen could not be loaded again. */
  failure: Error | undefined;
  /** Epoch milliseconds of what is on the screen; 0 for nothing. */
  updatedAt: number;
}) {
  const trouble = useSystemTrouble(props.failure);
  return trouble ? (
    <TroubleAlert trouble={trouble} updatedAt={props.updatedAt} />
  ) : null;
}

function TroubleAlert(props: { trouble: SystemTrouble; updatedAt: number }) {
  const { t } = useTranslationRef(kargoTranslationRef);
  const now = useNow(10_000);
  const { trouble, updatedAt } = props;
  const age =
    updatedAt > 0 && now - updatedAt >= MINUTE_MS
      ? t('system.age', {
          time: formatRelative(new Date(updatedAt).toISOString(), now),
        })
      : '';
  switch (trouble.kind) {
    case 'unreachable':
      return (
        <Alert severity="error">
          <AlertTitle>{t('system.unreachableTitle')}</AlertTitle>
          {t('system.unreachableText')} {age}
        </Alert>
      );
    case 'unavailable':
      return (
        <Alert severity="error">
          <AlertTitle>{t('system.unavailableTitle')}</AlertTitle>
          {trouble.message} {age}
        </Alert>
      );
    default:
      return (
        <Alert severity={trouble.state === 'starting' ? 'info' : 'warning'}>
          <AlertTitle>
            {trouble.state === 'starting'
              ? t('system.startingTitle')
              : t('system.engineTitle')}
          </AlertTitle>
          {t('system.engineText')} {trouble.message}
        </Alert>
      );
  }
}
