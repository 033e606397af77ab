import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { makeStyles } from '@material-ui/core/styles';
import Alert from '@material-ui/lab/Alert';
import {
  DryRunStep,
  PromotionDryRun,
  stepTitle,
} from 'backstage-plugin-kargo-common';
import { LookSection } from '../components/LookSection';
import { useDryRun } from '../queries/useDryRun';
import { kargoTranslationRef } from '../translation';
import { RepositoryChanges } from './RepositoryChanges';

const useStyles = makeStyles(theme => ({
  root: { marginTop: theme.spacing(2) },
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
  /** Name of what the Stage runs of the same Warehouse; empty for nothing. */
  held: string;
  /** Why it could not be promoted now, which is why this cannot be asked for either. */
  refusal?: string | undefined;
}) {
  const classes = useStyles();
  const { t } = useTranslationRef(kargoTranslationRef);
  const { dryRun, isRunning, error, start } = useDryRun(props.project, props);
  return (
    <LookSection
      className={classes.root}
      title={t('dryRun.title')}
      action={t(dryRun ? 'dryRun.again' : 'dryRun.start')}
      onLook={start}
      refusal={props.refusal}
      isRunning={isRunning}
      status={<Summary dryRun={dryRun} isRunning={isRunning} />}
      failure={error && t('dryRun.failed', { why: error.message })}
    >
      {dryRun && <DryRunResult dryRun={dryRun} />}
    </LookSection>
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
