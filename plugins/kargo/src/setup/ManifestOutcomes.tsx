import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { makeStyles } from '@material-ui/core/styles';
import { FailureText } from '../components/FailureText';
import { StatusLabel } from '../components/StatusLabel';
import { kargoTranslationRef } from '../translation';
import { ManifestPart } from './splitManifests';
import { ManifestOutcome } from './useApplyManifests';

const useStyles = makeStyles(theme => ({
  list: { margin: 0, padding: 0, listStyle: 'none', fontSize: '0.875rem' },
  item: {
    display: 'flex',
    flexWrap: 'wrap',
    justifyContent: 'space-between',
    gap: theme.spacing(0.25, 2),
    padding: theme.spacing(0.75, 0),
    borderBottom: `1px solid ${theme.palette.divider}`,
    overflowWrap: 'anywhere',
  },
  muted: { color: theme.palette.text.secondary },
}));

/** What is made, in this order, and what became of each once it was asked for. */
export function ManifestOutcomes(props: {
  parts: readonly ManifestPart[];
  /** Keys of what is there already. */
  applied: readonly string[];
  outcomes: ReadonlyMap<string, ManifestOutcome> | undefined;
}) {
  const classes = useStyles();
  const { t } = useTranslationRef(kargoTranslationRef);
  const { parts, applied, outcomes } = props;
  return (
    <ul className={classes.list} aria-label={t('setup.made')}>
      {parts.map(({ key, kind, name }) => {
        const { error, warnings = [] } = outcomes?.get(key) ?? {};
        return (
          <li key={key} className={classes.item}>
            <span>
              {kind} <strong>{name}</strong>
            </span>
            {applied.includes(key) ? (
              <StatusLabel tone="ok">{t('setup.isThere')}</StatusLabel>
            ) : (
              !error && (
                <span className={classes.muted}>{t('setup.isNew')}</span>
              )
            )}
            {error && <FailureText message={error} />}
            {warnings.map(warning => (
              <span key={warning} className={classes.muted}>
                {warning}
              </span>
            ))}
          </li>
        );
      })}
    </ul>
  );
}
