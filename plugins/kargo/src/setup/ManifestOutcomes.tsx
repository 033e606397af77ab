import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { makeStyles } from '@material-ui/core/styles';
import { FailureText } from '../components/FailureText';
import { StatusLabel } from '../components/StatusLabel';
import { kargoTranslationRef } from '../translation';
import {
  AppliedManifests,
  leftoverKeys,
  manifestState,
} from './appliedManifests';
import { ManifestPart } from '../manifest/splitManifests';
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

/**
 * What is made, in this order, and what became of each once it was asked for; then what was
 * made and is not asked for any more.
 */
export function ManifestOutcomes(props: {
  parts: readonly ManifestPart[];
  applied: AppliedManifests;
  outcomes: ReadonlyMap<string, ManifestOutcome> | undefined;
}) {
  const classes = useStyles();
  const { t } = useTranslationRef(kargoTranslationRef);
  const { parts, applied, outcomes } = props;
  return (
    <ul className={classes.list} aria-label={t('setup.made')}>
      {parts.map(part => {
        const { key, kind, name } = part;
        const state = manifestState(part, applied);
        const { error, warnings = [] } = outcomes?.get(key) ?? {};
        return (
          <li key={key} className={classes.item}>
            <span>
              {kind} <strong>{name}</strong>
            </span>
            {state === 'applied' ? (
              <StatusLabel tone="ok">{t('setup.isThere')}</StatusLabel>
            ) : (
              !error && (
                <span className={classes.muted}>
                  {t(state === 'new' ? 'setup.isNew' : 'setup.isChanged')}
                </span>
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
      {leftoverKeys(parts, applied).map(key => (
        <li key={key} className={classes.item}>
          {key}
          <span className={classes.muted}>{t('setup.stays')}</span>
        </li>
      ))}
    </ul>
  );
}
