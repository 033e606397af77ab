import { useTranslationRef } from '@backstage/frontend-plugin-api';
import Link from '@material-ui/core/Link';
import { makeStyles } from '@material-ui/core/styles';
import Typography from '@material-ui/core/Typography';
import {
  currentFreight,
  isVerificationTerminal,
  Stage,
  VerificationInfo,
} from 'backstage-plugin-kargo-common';
import { useState } from 'react';
import { Link as RouterLink } from 'react-router-dom';
import { ActionButton } from '../components/ActionButton';
import { useKargoLinks } from '../components/KargoLinks';
import { DatedTime } from '../components/RelativeTime';
import { Section } from '../components/Section';
import { VerificationLabel } from '../components/StateLabels';
import { useKargoActions } from '../queries/useKargoActions';
import { useStageAccess } from '../queries/usePipeline';
import { kargoTranslationRef } from '../translation';
import { AnalysisRunView } from '../verification/AnalysisRunView';

const useStyles = makeStyles(theme => ({
  actions: {
    display: 'inline-flex',
    alignItems: 'center',
    gap: theme.spacing(1),
  },
  link: { fontSize: '0.8125rem' },
  list: { margin: 0, padding: 0, listStyle: 'none', fontSize: '0.875rem' },
  item: {
    display: 'flex',
    flexWrap: 'wrap',
    justifyContent: 'space-between',
    gap: theme.spacing(0.5, 2),
    padding: theme.spacing(0.5, 0),
  },
  muted: { color: theme.palette.text.secondary },
  message: { flexBasis: '100%', color: theme.palette.text.secondary },
}));

/** How the Freight of a Stage was verified; nothing while the Stage holds none. */
export function StageVerification(props: { project: string; stage: Stage }) {
  const classes = useStyles();
  const { t } = useTranslationRef(kargoTranslationRef);
  const { stage, project } = props;
  const { verifyStage, abortVerification } = useKargoActions(project);
  const { name } = stage.metadata;
  const verdict = useStageAccess(project, name)?.verify;
  const held = currentFreight(stage);
  if (!held) {
    return null;
  }
  const history = held.verificationHistory ?? [];
  const isRunning =
    history[0] !== undefined && !isVerificationTerminal(history[0].phase);
  const action = isRunning ? abortVerification : verifyStage;
  return (
    <Section
      title={t('stage.verification')}
      action={
        history.length > 0 && (
          <ActionButton
            onClick={() => action.mutate(name)}
            isPending={action.isPending}
            failure={action.error}
            {...(verdict?.allowed === false && {
              refusal:
                verdict.reason ?? t('stage.mayNotVerify', { stage: name }),
            })}
          >
            {isRunning ? t('stage.abortVerification') : t('stage.verify')}
          </ActionButton>
        )
      }
    >
      {history.length === 0 && (
        <Typography variant="body2" color="textSecondary">
          {t('stage.notVerified')}
        </Typography>
      )}
      <ul className={classes.list}>
        {history.map(entry => (
          <VerificationItem key={entry.id} project={project} entry={entry} />
        ))}
      </ul>
    </Section>
  );
}

/** One verification: how it went, and on demand what was measured. */
function VerificationItem(props: { project: string; entry: VerificationInfo }) {
  const classes = useStyles();
  const { t } = useTranslationRef(kargoTranslationRef);
  const { verification } = useKargoLinks();
  const [isOpen, setOpen] = useState(false);
  const { analysisRun, finishTime, message, phase, startTime } = props.entry;
  const time = finishTime ?? startTime;
  return (
    <li className={classes.item}>
      <VerificationLabel phase={phase} />
      {analysisRun && (
        <span className={classes.actions}>
          <ActionButton isExpanded={isOpen} onClick={() => setOpen(!isOpen)}>
            {t('verification.measurements')}
          </ActionButton>
          {verification && (
            <Link
              className={classes.link}
              component={RouterLink}
              to={verification(props.project, analysisRun.name)}
            >
              {t('verification.open')}
            </Link>
          )}
        </span>
      )}
      {time && (
        <span className={classes.muted}>
          <DatedTime time={time} />
        </span>
      )}
      {message && <span className={classes.message}>{message}</span>}
      {analysisRun && isOpen && (
        <AnalysisRunView project={props.project} name={analysisRun.name} />
      )}
    </li>
  );
}
