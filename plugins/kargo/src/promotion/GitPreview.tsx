import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { makeStyles } from '@material-ui/core/styles';
import Typography from '@material-ui/core/Typography';
import Alert from '@material-ui/lab/Alert';
import { DryRunStep, PromotionDryRun } from 'backstage-plugin-kargo-common';
import { ActionButton } from '../components/ActionButton';
import { useDryRun } from '../queries/useDryRun';
import { kargoTranslationRef } from '../translation';
import { stepTitle } from './promotionModel';
import { RepositoryChanges } from './RepositoryChanges';

const useStyles = makeStyles(theme => ({
  root: {
    display: 'flex',
    flexDirection: 'column',
    alignItems: 'stretch',
    gap: theme.spacing(1),
    marginTop: theme.spacing(2),
    fontSize: '0.875rem',
  },
  head: {
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    justifyContent: 'space-between',
    gap: theme.spacing(1),
  },
  title: { fontSize: '0.875rem', fontWeight: 600 },
  muted: { color: theme.palette.text.secondary, fontSize: '0.8125rem' },
  summary: { cursor: 'pointer', color: theme.palette.text.secondary },
  steps: { margin: theme.spacing(0.5, 0, 0), paddingLeft: theme.spacing(2.5) },
}));

/**
 * What a promotion would change in git, file by file, for whoever asks: the steps run, which
 * takes a moment.
 */
export function GitPreview(props: {
  project: string;
  stage: string;
  freight: string;
  /** Why it could not be promoted now, which is why this cannot be asked for either. */
  refusal?: string | undefined;
}) {
  const classes = useStyles();
  const { t } = useTranslationRef(kargoTranslationRef);
  const { dryRun, isRunning, error, start } = useDryRun(props.project, props);
  return (
    <section className={classes.root}>
      <div className={classes.head}>
        <Typography className={classes.title} component="h3">
          {t('dryRun.title')}
        </Typography>
        <ActionButton
          onClick={start}
          variant="outlined"
          isPending={isRunning}
          {...(props.refusal !== undefined && { refusal: props.refusal })}
        >
          {dryRun ? t('dryRun.again') : t('dryRun.start')}
        </ActionButton>
      </div>
      <div className={classes.muted} role="status">
        <Summary dryRun={dryRun} isRunning={isRunning} />
      </div>
      {error && !isRunning && (
        <Alert severity="error">
          {t('dryRun.failed', { why: error.message })}
        </Alert>
      )}
      {dryRun && !isRunning && <DryRunResult dryRun={dryRun} />}
    </section>
  );
}

function Summary(props: {
  dryRun: PromotionDryRun | undefined;
  isRunning: boolean;
}) {
  const { t } = useTranslationRef(kargoTranslationRef);
  const { dryRun, isRunning } = props;
  if (isRunning || !dryRun) {
    return <>{isRunning ? t('dryRun.running') : t('dryRun.about')}</>;
  }
  const { changes, endedEarly } = dryRun;
  const count = changes.reduce((sum, { fileCount }) => sum + fileCount, 0);
  if (count > 0) {
    return <>{t('dryRun.files', { count })}</>;
  }
  const isKnown = !endedEarly && changes.every(({ unknown }) => !unknown);
  return <>{isKnown ? t('dryRun.nothing') : endedEarly}</>;
}

function DryRunResult(props: { dryRun: PromotionDryRun }) {
  const { steps, changes } = props.dryRun;
  return (
    <>
      <FailedStep steps={steps} />
      {changes
        .filter(({ fileCount, unknown }) => fileCount > 0 || unknown)
        .map(change => (
          <RepositoryChanges key={change.path} changes={change} />
        ))}
      <StepsNotRun steps={steps} />
    </>
  );
}

function FailedStep(props: { steps: DryRunStep[] }) {
  const { t } = useTranslationRef(kargoTranslationRef);
  const failed = props.steps.find(({ outcome }) => outcome === 'Failed');
  return failed ? (
    <Alert severity="warning">
      {t('dryRun.wouldFail', {
        step: stepTitle(failed),
        why: failed.message ?? '',
      })}
    </Alert>
  ) : null;
}

function StepsNotRun(props: { steps: DryRunStep[] }) {
  const classes = useStyles();
  const { t } = useTranslationRef(kargoTranslationRef);
  const notRun = props.steps.filter(({ outcome }) => outcome === 'NotRun');
  return notRun.length > 0 ? (
    <details>
      <summary className={classes.summary}>
        {t('dryRun.notRun')}: {notRun.map(stepTitle).join(', ')}
      </summary>
      <ul className={classes.steps}>
        {notRun.map(step => (
          <li key={step.alias}>
            {t('dryRun.step', {
              step: stepTitle(step),
              why: step.message ?? '',
            })}
          </li>
        ))}
      </ul>
    </details>
  ) : null;
}
