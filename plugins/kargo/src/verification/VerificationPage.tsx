import { useTranslationRef } from '@backstage/frontend-plugin-api';
import Link from '@material-ui/core/Link';
import { makeStyles } from '@material-ui/core/styles';
import Typography from '@material-ui/core/Typography';
import {
  AnalysisRun,
  isKargoRequestError,
  verifiedStage,
} from 'backstage-plugin-kargo-common';
import { Link as RouterLink, useParams } from 'react-router-dom';
import { DatedTime } from '../components/RelativeTime';
import { VerificationLabel } from '../components/StateLabels';
import { EmptyView, SkeletonRows } from '../components/StateViews';
import { PageTitle, usePageTitle } from '../components/usePageTitle';
import { freightTitle } from '../freight/freightModel';
import { ProjectErrorView } from '../project/ProjectErrorView';
import { useAnalysisRun } from '../queries/useAnalysisRun';
import { kargoTranslationRef } from '../translation';
import { AnalysisRunView } from './AnalysisRunView';
import { useVerifiedFreight } from './useVerifiedFreight';

const useStyles = makeStyles(theme => ({
  root: { maxWidth: 860 },
  facts: {
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    gap: theme.spacing(0.5, 2),
    fontSize: '0.875rem',
  },
  detail: {
    marginTop: theme.spacing(2),
    padding: theme.spacing(1.5, 3, 2),
    border: `1px solid ${theme.palette.divider}`,
    borderRadius: 8,
    backgroundColor: theme.palette.background.paper,
    [theme.breakpoints.down('xs')]: { padding: theme.spacing(1, 1.5) },
  },
}));

/** One verification on a page of its own, for links from elsewhere. */
export function VerificationPage() {
  const classes = useStyles();
  const { t } = useTranslationRef(kargoTranslationRef);
  const { project = '', run: name = '' } = useParams();
  const { run, error, reload } = useAnalysisRun(project, name);
  return (
    <div className={classes.root}>
      <Link component={RouterLink} to="../.." relative="path" variant="body2">
        {project}
      </Link>
      {isKargoRequestError(error, 404) && (
        <>
          <PageTitle parts={[name, project, 'Kargo']} />
          <EmptyView
            title={t('verification.notFound', { name })}
            text={t('states.missingText')}
          />
        </>
      )}
      {error && !isKargoRequestError(error, 404) && !run && (
        <ProjectErrorView project={project} error={error} onRetry={reload} />
      )}
      {!error && !run && <SkeletonRows rows={4} />}
      {run && <LoadedVerification project={project} run={run} />}
    </div>
  );
}

function LoadedVerification(props: { project: string; run: AnalysisRun }) {
  const classes = useStyles();
  const { t } = useTranslationRef(kargoTranslationRef);
  const { project, run } = props;
  const { name } = run.metadata;
  const { phase = '', message, startedAt, completedAt } = run.status ?? {};
  const stage = verifiedStage(run);
  const verified = useVerifiedFreight(project, run);
  const freight = verified.map(freightTitle).join(' + ');
  const ofStage = freight
    ? t('verification.ofFreight', { freight, stage: stage ?? '' })
    : t('verification.of', { stage: stage ?? '' });
  const title = stage ? ofStage : name;
  usePageTitle(title, project, 'Kargo');
  return (
    <>
      <Typography variant="h5" component="h2" gutterBottom>
        {title}
      </Typography>
      <div className={classes.facts}>
        <VerificationLabel phase={phase} />
        {startedAt && (
          <span>
            {t('verification.started')} <DatedTime time={startedAt} />
          </span>
        )}
        {completedAt && (
          <span>
            {t('verification.ended')} <DatedTime time={completedAt} />
          </span>
        )}
        {stage && (
          <span>
            {t('stage.kind')}{' '}
            <DetailLink kind="stage" name={stage} text={stage} />
          </span>
        )}
        {verified.map(item => (
          <span key={item.metadata.name}>
            {t('freight.kind')}{' '}
            <DetailLink
              kind="freight"
              name={item.metadata.name}
              text={freightTitle(item)}
            />
          </span>
        ))}
      </div>
      {message && <Typography variant="body2">{message}</Typography>}
      <div className={classes.detail}>
        <AnalysisRunView project={project} name={name} />
      </div>
    </>
  );
}

/** Leads to the details of something in the pipeline. */
function DetailLink(props: {
  kind: 'stage' | 'freight';
  name: string;
  text: string;
}) {
  return (
    <Link
      // Told from the word before it without its color, too.
      underline="always"
      component={RouterLink}
      to={`../..?${new URLSearchParams({ [props.kind]: props.name })}`}
      relative="path"
    >
      {props.text}
    </Link>
  );
}
