import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { makeStyles } from '@material-ui/core/styles';
import Typography from '@material-ui/core/Typography';
import { PromotionPolicy, Stage } from 'backstage-plugin-kargo-common';
import { Section } from '../../components/Section';
import { kargoTranslationRef } from '../../translation';
import { PolicyRow, policyRows, PolicySelection } from './policyRows';

const useStyles = makeStyles(theme => ({
  list: { margin: 0, paddingLeft: theme.spacing(3), fontSize: '0.875rem' },
  item: { padding: theme.spacing(0.5, 0), overflowWrap: 'anywhere' },
}));

/** The policies of a project, in the order in which they are tried. */
export function PolicyList(props: {
  policies: readonly PromotionPolicy[];
  stages: readonly Stage[];
}) {
  const classes = useStyles();
  const { t } = useTranslationRef(kargoTranslationRef);
  const rows = policyRows(props.policies, props.stages);
  if (rows.length === 0) {
    return null;
  }
  return (
    <Section title={t('settings.policies.title')}>
      <Typography variant="body2" gutterBottom>
        {t('settings.policies.text')}
      </Typography>
      <ol className={classes.list}>
        {rows.map((row, index) => (
          // Policies have no names, and are told apart by their place alone.
          <li key={index} className={classes.item}>
            <Policy row={row} />
          </li>
        ))}
      </ol>
    </Section>
  );
}

function Policy({ row }: { row: PolicyRow }) {
  const { t } = useTranslationRef(kargoTranslationRef);
  const { selection, isEnabled, matches } = row;
  const selected = useSelectionText(selection);
  const matchesText = () => {
    if (!matches) {
      return t('settings.policies.byPattern');
    }
    return matches.length > 0
      ? t('settings.policies.matches', { stages: matches.join(', ') })
      : t('settings.policies.matchesNone');
  };
  return (
    <>
      {t(isEnabled ? 'settings.policies.on' : 'settings.policies.off', {
        selected,
      })}
      <div>{matchesText()}</div>
    </>
  );
}

function useSelectionText({ names, pattern, labels }: PolicySelection): string {
  const { t } = useTranslationRef(kargoTranslationRef);
  const unnamed = pattern
    ? t('settings.policies.named', { pattern })
    : t('settings.policies.all');
  const stages = names ? names.join(', ') : unnamed;
  return labels.length > 0
    ? t('settings.policies.labelled', { stages, labels: labels.join(', ') })
    : stages;
}
