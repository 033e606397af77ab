import { useTranslationRef } from '@backstage/frontend-plugin-api';
import Link from '@material-ui/core/Link';
import { makeStyles } from '@material-ui/core/styles';
import { ProjectSummary } from 'backstage-plugin-kargo-common';
import { Link as RouterLink } from 'react-router-dom';
import { NamedText } from '../components/NamedText';
import { RelativeTime } from '../components/RelativeTime';
import { StatusLabel } from '../components/StatusLabel';
import { kargoTranslationRef } from '../translation';

const useStyles = makeStyles(theme => ({
  muted: { color: theme.palette.text.secondary, fontSize: '0.8125rem' },
}));

/**
 * How many are well, and apart from them how many somebody has to look at; what holds nothing
 * is neither well nor unwell.
 */
export function HealthCount(props: {
  stats: { count: number; health: { healthy: number } } | undefined;
  /** How many hold nothing; absent while that is not known. */
  empty: number | undefined;
  /** How many somebody has to look at. */
  failing?: number;
  /** How many only let Freight through, which are not counted among the others. */
  passThrough?: number;
}) {
  const classes = useStyles();
  const { t } = useTranslationRef(kargoTranslationRef);
  const { stats } = props;
  const empty = props.empty ?? 0;
  if (!stats) {
    return <StatusLabel tone="neutral">{t('projects.noStats')}</StatusLabel>;
  }
  const { count, health } = stats;
  if (count === 0 && props.passThrough) {
    return (
      <StatusLabel tone="neutral">{t('projects.onlyPassThrough')}</StatusLabel>
    );
  }
  if (count === 0) {
    return <StatusLabel tone="neutral">{t('common.none')}</StatusLabel>;
  }
  if (empty >= count) {
    return <StatusLabel tone="neutral">{t('projects.allEmpty')}</StatusLabel>;
  }
  const numbers = {
    healthy: String(health.healthy),
    total: String(count),
    empty: String(empty),
  };
  const counted =
    empty > 0
      ? t('projects.healthyAndEmpty', numbers)
      : t('projects.healthy', numbers);
  if (props.failing) {
    return (
      <>
        <StatusLabel tone="error">
          {t('projects.failing', { number: String(props.failing) })}
        </StatusLabel>
        <div className={classes.muted}>{counted}</div>
      </>
    );
  }
  // Whether the others are unwell is not known before it is known that they are not empty.
  const unwell = props.empty === undefined ? 'neutral' : 'warning';
  return (
    <StatusLabel tone={health.healthy + empty >= count ? 'ok' : unwell}>
      {counted}
    </StatusLabel>
  );
}

/** How much waits for the viewer, and how much for whom else. */
export function Waits(props: { summary: ProjectSummary }) {
  const classes = useStyles();
  const { t } = useTranslationRef(kargoTranslationRef);
  const { forCaller, forOthers } = props.summary;
  const number = String(forOthers.count);
  const owners = forOthers.owners.join(', ');
  return (
    <>
      {forCaller.length > 0 && (
        <StatusLabel tone="pending">
          {t('projects.forYou', { number: String(forCaller.length) })}
        </StatusLabel>
      )}
      {forOthers.count > 0 && (
        <div className={classes.muted}>
          <NamedText
            text={
              owners
                ? t('projects.forOwners', { number, owners })
                : t('projects.forOthers', { number })
            }
          />
        </div>
      )}
    </>
  );
}

/** Which promotion ended last, and when. */
export function LastPromotion(props: {
  project: string;
  last: NonNullable<ProjectSummary['lastPromotion']>;
}) {
  const classes = useStyles();
  const { t } = useTranslationRef(kargoTranslationRef);
  const { name, stage, finishedAt } = props.last;
  const project = encodeURIComponent(props.project);
  return (
    <>
      <RelativeTime time={finishedAt} />
      <div className={classes.muted}>
        <Link
          component={RouterLink}
          to={`projects/${project}/promotions/${encodeURIComponent(name)}`}
        >
          {t('projects.lastTo', { stage })}
        </Link>
      </div>
    </>
  );
}
