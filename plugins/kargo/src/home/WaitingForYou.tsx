import { useTranslationRef } from '@backstage/frontend-plugin-api';
import Link from '@material-ui/core/Link';
import { makeStyles } from '@material-ui/core/styles';
import Typography from '@material-ui/core/Typography';
import { isKargoRequestError } from 'backstage-plugin-kargo-common';
import { Link as RouterLink } from 'react-router-dom';
import { useKargoLinks } from '../components/KargoLinks';
import { ErrorView, SkeletonRows } from '../components/StateViews';
import { StatusLabel, Tone } from '../components/StatusLabel';
import { SystemBanner } from '../components/SystemBanner';
import { useBeginning } from '../components/useBeginning';
import { KargoQueryProvider } from '../queries/KargoQueryProvider';
import { kargoTranslationRef } from '../translation';
import { ProjectItem, useWaitingForYou } from './useWaitingForYou';

const PAGE = 8;

const TONES = {
  failed: 'error',
  approve: 'pending',
  held: 'stopped',
  promote: 'neutral',
} as const satisfies Record<ProjectItem['kind'], Tone>;

/** Where it is done, as query parameters of the project's page. */
const PLACES: Record<
  ProjectItem['kind'],
  (stage: string, freight: string) => Record<string, string>
> = {
  failed: stage => ({ stage }),
  held: stage => ({ stage }),
  approve: (_, freight) => ({ freight }),
  promote: (promote, freight) => ({ promote, freight }),
};

const useStyles = makeStyles(theme => ({
  list: { margin: 0, padding: 0, listStyle: 'none', fontSize: '0.875rem' },
  item: {
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'baseline',
    gap: theme.spacing(0.25, 2),
    padding: theme.spacing(1, 0),
    borderBottom: `1px solid ${theme.palette.divider}`,
  },
  // Narrow enough that the name of a project stands beside it on a phone, too.
  what: { flex: '1 1 160px', minWidth: 0 },
  // Names of Stages differ at their ends: on a phone they take another line.
  whole: { '& span': { whiteSpace: 'normal', overflowWrap: 'anywhere' } },
  project: { color: theme.palette.text.secondary, overflowWrap: 'anywhere' },
  foot: {
    display: 'flex',
    flexWrap: 'wrap',
    justifyContent: 'space-between',
    gap: theme.spacing(1),
    marginTop: theme.spacing(1.5),
    fontSize: '0.8125rem',
    color: theme.palette.text.secondary,
  },
}));

/** What goes on only when the viewer does something, over all projects. */
export function WaitingForYou() {
  return (
    <KargoQueryProvider>
      <SystemBanner />
      <Waiting />
    </KargoQueryProvider>
  );
}

function Waiting() {
  const classes = useStyles();
  const { t } = useTranslationRef(kargoTranslationRef);
  const { projects } = useKargoLinks();
  const { items, total, lookedInto, error, reload } = useWaitingForYou();
  if (isKargoRequestError(error, 403)) {
    return (
      <Typography variant="body2">
        {t('states.deniedProjectsTitle')}. {t('states.deniedProjectsText')}
      </Typography>
    );
  }
  if (error && !items) {
    return <ErrorView error={error} onRetry={reload} />;
  }
  if (!items) {
    return <SkeletonRows rows={3} />;
  }
  return (
    <>
      <WaitingList items={items} />
      <div className={classes.foot}>
        <span>
          {lookedInto < total &&
            t('home.some', { some: String(lookedInto), all: String(total) })}
        </span>
        {projects && (
          <Link component={RouterLink} to={projects}>
            {t('home.projects')}
          </Link>
        )}
      </div>
    </>
  );
}

function WaitingList(props: { items: ProjectItem[] }) {
  const classes = useStyles();
  const { t } = useTranslationRef(kargoTranslationRef);
  const { items } = props;
  const { shown, more } = useBeginning(items, PAGE);
  if (items.length === 0) {
    return <Typography variant="body2">{t('home.nothing')}</Typography>;
  }
  return (
    <>
      <ul className={classes.list}>
        {shown.map(item => (
          <li
            key={`${item.project} ${item.stage} ${item.kind} ${item.freight}`}
            className={classes.item}
          >
            <span className={classes.what}>
              <StatusLabel tone={TONES[item.kind]} className={classes.whole}>
                <WaitingLink item={item} />
              </StatusLabel>
            </span>
            <span className={classes.project}>{item.project}</span>
          </li>
        ))}
      </ul>
      {more}
    </>
  );
}

/** Leads to the very place where the person can do it. */
function WaitingLink(props: { item: ProjectItem }) {
  const { t } = useTranslationRef(kargoTranslationRef);
  const links = useKargoLinks();
  const { kind, project, stage, version = '', freight = '' } = props.item;
  const text = t(
    props.item.failed === 'verification'
      ? 'home.failedVerification'
      : `home.${kind}`,
    { stage, version },
  );
  const page = links.project?.(project);
  return page ? (
    <Link
      component={RouterLink}
      to={`${page}?${new URLSearchParams(PLACES[kind](stage, freight))}`}
    >
      {text}
    </Link>
  ) : (
    <>{text}</>
  );
}
