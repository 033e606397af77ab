import { useTranslationRef } from '@backstage/frontend-plugin-api';
import Link from '@material-ui/core/Link';
import { makeStyles } from '@material-ui/core/styles';
import Typography from '@material-ui/core/Typography';
import { isKargoRequestError } from 'backstage-plugin-kargo-common';
import {
  Link as RouterLink,
  Navigate,
  useSearchParams,
} from 'react-router-dom';
import { ActionButton } from '../components/ActionButton';
import { SearchInput } from '../components/SearchInput';
import { EmptyView, ErrorView, SkeletonRows } from '../components/StateViews';
import { usePageTitle } from '../components/usePageTitle';
import { useRefusal } from '../components/useRefusal';
import { CreateMenu } from '../manifest/CreateMenu';
import { useProjects } from '../queries/usePromotions';
import { useSystemAccess } from '../queries/useSystemAccess';
import { kargoTranslationRef } from '../translation';
import { FoundInPipelines } from './FoundInPipelines';
import { ProjectTable } from './ProjectTable';

const PAGE_SIZE = 25;
/** All projects are asked for a search, which is worth a longer pause. */
const PAUSE_MS = 250;

const useStyles = makeStyles(theme => ({
  tools: {
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    justifyContent: 'space-between',
    gap: theme.spacing(2),
    marginBottom: theme.spacing(2),
  },
  search: { width: 310 },
  pager: {
    display: 'flex',
    alignItems: 'center',
    justifyContent: 'flex-end',
    gap: theme.spacing(1),
    paddingTop: theme.spacing(1),
    fontSize: '0.8125rem',
    color: theme.palette.text.secondary,
  },
}));

const EXAMPLE = `apiVersion: kargo.akuity.io/v1alpha1
kind: Project
metadata:
  name: my-project
`;

/** All projects with the health of their pipelines. */
export function ProjectsPage() {
  const classes = useStyles();
  const { t } = useTranslationRef(kargoTranslationRef);
  const [params, setParams] = useSearchParams();
  const filter = (params.get('find') ?? '').trim();
  const page = pageOf(params);
  const query = useProjects(filter, page, PAGE_SIZE);
  const refusal = useRefusal(useSystemAccess()?.projects.create);
  usePageTitle(t('projects.title'), 'Kargo');
  return (
    <>
      <div className={classes.tools}>
        <Typography variant="h5" component="h2">
          {t('projects.title')}
        </Typography>
        <SearchInput
          className={classes.search}
          label={t('projects.search')}
          search={params.get('find') ?? ''}
          pauseMs={PAUSE_MS}
          onSearch={find => setParams(find ? { find } : {}, { replace: true })}
        />
        <Link component={RouterLink} to="settings" variant="body2">
          {t('settings.globalTitle')}
        </Link>
        <Link component={RouterLink} to="setup" variant="body2">
          {t('setup.title')}
        </Link>
        <CreateMenu {...(refusal !== undefined && { refusal })} />
      </div>
      <FoundInPipelines text={filter} />
      <ProjectsBody query={query} filter={filter} page={page} />
      {query.data && query.data.total > PAGE_SIZE && (
        <nav className={classes.pager}>
          {t('projects.page', {
            from: String(page * PAGE_SIZE + 1),
            to: String(Math.min((page + 1) * PAGE_SIZE, query.data.total)),
            total: String(query.data.total),
          })}
          {page > 0 && (
            <ActionButton
              onClick={() => setParams(old => withPage(old, page - 1))}
            >
              {t('projects.previous')}
            </ActionButton>
          )}
          {(page + 1) * PAGE_SIZE < query.data.total && (
            <ActionButton
              onClick={() => setParams(old => withPage(old, page + 1))}
            >
              {t('projects.next')}
            </ActionButton>
          )}
        </nav>
      )}
    </>
  );
}

/** The page in an address, from 0 on; people count from 1. */
function pageOf(params: URLSearchParams): number {
  const number = Number(params.get('page'));
  return Number.isInteger(number) && number > 1 ? number - 1 : 0;
}

function withPage(params: URLSearchParams, page: number): URLSearchParams {
  const next = new URLSearchParams(params);
  next.delete('page');
  if (page > 0) {
    next.set('page', String(page + 1));
  }
  return next;
}

function ProjectsBody(props: {
  query: ReturnType<typeof useProjects>;
  filter: string;
  page: number;
}) {
  const { t } = useTranslationRef(kargoTranslationRef);
  const [params] = useSearchParams();
  const { data, error, refetch } = props.query;
  if (error && isKargoRequestError(error, 403)) {
    return (
      <EmptyView
        title={t('states.deniedProjectsTitle')}
        text={t('states.deniedProjectsText')}
      />
    );
  }
  if (error && !data) {
    return <ErrorView error={error} onRetry={() => refetch()} />;
  }
  if (!data) {
    return <SkeletonRows rows={6} height={40} />;
  }
  const items = data.items ?? [];
  if (items.length > 0) {
    const mine = (data.mine ?? 0) - props.page * PAGE_SIZE;
    return <ProjectTable projects={items} mine={Math.max(0, mine)} />;
  }
  if (data.total > 0) {
    // There were more of them once.
    const last = Math.ceil(data.total / PAGE_SIZE) - 1;
    return <Navigate to={`?${withPage(params, last)}`} replace />;
  }
  return props.filter ? (
    <Typography color="textSecondary" role="status">
      {t('states.noProjectMatches', { filter: props.filter })}
    </Typography>
  ) : (
    <EmptyView
      title={t('states.emptyProjectsTitle')}
      text={t('states.emptyProjectsText')}
      yaml={EXAMPLE}
    />
  );
}
