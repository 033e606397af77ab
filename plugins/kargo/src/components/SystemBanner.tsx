import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { makeStyles } from '@material-ui/core/styles';
import Alert from '@material-ui/lab/Alert';
import AlertTitle from '@material-ui/lab/AlertTitle';
import { useStaleness } from '../queries/useStaleness';
import { SystemTrouble, useSystemTrouble } from '../queries/useSystemTrouble';
import { kargoTranslationRef } from '../translation';
import { formatRelative } from './RelativeTime';
import { useLocale } from './useLocale';
import { useNow } from './useNow';

const useStyles = makeStyles(theme => ({
  root: { marginBottom: theme.spacing(1.5) },
  inDialog: { flexShrink: 0, borderRadius: 0 },
}));

/** What is younger is as good as new. */
const MINUTE_MS = 60_000;

/**
 * Says that the portal or its engine does not work, or that something on the page could not be
 * loaded again, and how old is what one sees; nothing while all is well.
 */
export function SystemBanner(props: {
  /** Whether it stands between the parts of a dialog, from side to side. */
  isInDialog?: boolean;
}) {
  const classes = useStyles();
  const stale = useStaleness();
  const trouble = useSystemTrouble(stale?.failure);
  return trouble ? (
    <TroubleAlert
      className={props.isInDialog ? classes.inDialog : classes.root}
      trouble={trouble}
      updatedAt={stale?.updatedAt}
    />
  ) : null;
}

function TroubleAlert(props: {
  className: string;
  trouble: SystemTrouble;
  /** Epoch milliseconds of the oldest that could not be loaded again. */
  updatedAt: number | undefined;
}) {
  const { t } = useTranslationRef(kargoTranslationRef);
  const now = useNow(10_000);
  const locale = useLocale();
  const { className, trouble, updatedAt } = props;
  const age =
    updatedAt !== undefined && now - updatedAt >= MINUTE_MS
      ? t('system.age', {
          time: formatRelative(new Date(updatedAt).toISOString(), now, locale),
        })
      : '';
  switch (trouble.kind) {
    case 'unreachable':
      return (
        <Alert className={className} severity="error">
          <AlertTitle>{t('system.unreachableTitle')}</AlertTitle>
          {t('system.unreachableText')} <Age text={age} />
        </Alert>
      );
    case 'signed-out':
      return (
        <Alert className={className} severity="error">
          <AlertTitle>{t('system.signedOutTitle')}</AlertTitle>
          {t('system.signedOutText')} <Age text={age} />
        </Alert>
      );
    case 'unavailable':
      return (
        <Alert className={className} severity="error">
          <AlertTitle>{t('system.unavailableTitle')}</AlertTitle>
          {trouble.message} <Age text={age} />
        </Alert>
      );
    case 'outdated':
      return (
        <Alert className={className} severity="warning">
          <AlertTitle>{t('system.outdatedTitle')}</AlertTitle>
          {trouble.message} <Age text={age} />
        </Alert>
      );
    default:
      return (
        <Alert
          className={className}
          severity={trouble.state === 'starting' ? 'info' : 'warning'}
        >
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

/** It changes each minute: who cannot see it hears the alert once. */
function Age({ text }: { text: string }) {
  return <span aria-live="off">{text}</span>;
}
