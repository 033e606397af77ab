import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { makeStyles } from '@material-ui/core/styles';
import { LiveState } from '../queries/ChangeStream';
import { kargoTranslationRef } from '../translation';
import { MoreButton } from './MoreButton';
import { formatRelative } from './RelativeTime';
import { useLocale } from './useLocale';
import { useNow } from './useNow';

const useStyles = makeStyles(theme => ({
  root: {
    display: 'inline-flex',
    alignItems: 'center',
    gap: theme.spacing(0.75),
    fontSize: '0.75rem',
    color: theme.palette.text.primary,
    whiteSpace: 'nowrap',
  },
  dot: {
    width: 8,
    height: 8,
    borderRadius: '50%',
    backgroundColor: theme.palette.text.disabled,
  },
  live: {
    backgroundColor: theme.palette.status?.ok ?? theme.palette.success.main,
  },
  failing: {
    backgroundColor: theme.palette.status?.error ?? theme.palette.error.main,
  },
}));

const TEXTS = {
  connecting: 'live.connecting',
  live: 'live.live',
  reconnecting: 'live.reconnecting',
  polling: 'live.polling',
} as const;

/** Says how fresh the page is. */
export function LiveMarker(props: {
  live: LiveState;
  /** What is shown could not be loaded again. */
  isFailing?: boolean;
  updatedAt: number;
}) {
  const classes = useStyles();
  const { t } = useTranslationRef(kargoTranslationRef);
  const now = useNow(30_000);
  const locale = useLocale();
  const time =
    props.updatedAt > 0
      ? formatRelative(new Date(props.updatedAt).toISOString(), now, locale)
      : '';
  const { live, isFailing = false } = props;
  const text = t(isFailing ? 'live.failing' : TEXTS[live]);
  const tone = live === 'live' ? classes.live : '';
  return (
    <span className={classes.root} role="status">
      <span
        className={`${classes.dot} ${isFailing ? classes.failing : tone}`}
      />
      {time ? (
        <MoreButton text={text} whole={t('live.hint', { time })} />
      ) : (
        text
      )}
    </span>
  );
}
