import { useTranslationRef } from '@backstage/frontend-plugin-api';
import Link from '@material-ui/core/Link';
import { makeStyles } from '@material-ui/core/styles';
import Typography from '@material-ui/core/Typography';
import { ArtifactTable } from '../components/ArtifactTable';
import { DatedTime } from '../components/RelativeTime';
import { Section } from '../components/Section';
import { Selection } from '../components/useSelection';
import { kargoTranslationRef } from '../translation';
import { emptyStageText, StageView } from './stageModel';

const useStyles = makeStyles(theme => ({
  held: {
    padding: theme.spacing(1.5),
    border: `1px solid ${theme.palette.divider}`,
    borderRadius: 8,
    '& + &': { marginTop: theme.spacing(1) },
  },
  head: {
    display: 'flex',
    justifyContent: 'space-between',
    flexWrap: 'wrap',
    gap: theme.spacing(1),
    marginBottom: theme.spacing(1),
    fontSize: '0.875rem',
  },
  name: { fontWeight: 600, fontSize: '0.875rem' },
  muted: { color: theme.palette.text.secondary },
}));

const AUTOMATION = {
  on: 'stage.automationOn',
  off: 'stage.automationOff',
  held: 'stage.automationHeld',
} as const;

/** What a Stage holds now. */
export function StageFreightSection(props: {
  view: StageView;
  onOpen: (selection: Selection) => void;
}) {
  const classes = useStyles();
  const { t } = useTranslationRef(kargoTranslationRef);
  const { view, onOpen } = props;
  return (
    <Section
      title={t('stage.current')}
      action={
        <Typography variant="caption" color="textSecondary">
          {t(AUTOMATION[view.automation])}
        </Typography>
      }
    >
      {view.holds.length === 0 && (
        <Typography variant="body2" color="textSecondary">
          {t(emptyStageText(view))}
        </Typography>
      )}
      {view.holds.map(held => (
        <div key={held.origin} className={classes.held}>
          <div className={classes.head}>
            <Link
              component="button"
              className={classes.name}
              onClick={() => onOpen({ freight: held.name })}
            >
              {held.label}
            </Link>
            <span className={classes.muted}>
              {held.since && <DatedTime time={held.since} />}
            </span>
          </div>
          <ArtifactTable artifacts={held.artifacts} />
        </div>
      ))}
    </Section>
  );
}
