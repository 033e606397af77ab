import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { makeStyles } from '@material-ui/core/styles';
import { kargoTranslationRef } from '../translation';
import { Drift } from './overviewModel';

const useStyles = makeStyles(theme => ({
  behind: { fontWeight: 600, whiteSpace: 'nowrap' },
  muted: { color: theme.palette.text.secondary, whiteSpace: 'nowrap' },
}));

/** How a Stage stands to the step before it. */
export function DriftText(props: { drift: Drift }) {
  const classes = useStyles();
  const { t } = useTranslationRef(kargoTranslationRef);
  const { drift } = props;
  if (drift.kind === 'behind') {
    const { count, upstream } = drift;
    return (
      <span className={classes.behind}>
        {t('overview.behind', { count, upstream })}
      </span>
    );
  }
  return <span className={classes.muted}>{calmText(t, drift)}</span>;
}

function calmText(
  t: ReturnType<
    typeof useTranslationRef<(typeof kargoTranslationRef)['T']>
  >['t'],
  drift: Exclude<Drift, { kind: 'behind' }>,
): string {
  const { upstream } = drift;
  if (drift.kind === 'ahead') {
    return t('overview.ahead', { upstream });
  }
  return drift.isNewest ? t('overview.same') : t('overview.asIn', { upstream });
}
