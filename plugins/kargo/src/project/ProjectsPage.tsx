import { useTranslationRef } from '@backstage/frontend-plugin-api';
import Link from '@material-ui/core/Link';
import { makeStyles } from '@material-ui/core/styles';
import TextField from '@material-ui/core/TextField';
import Typography from '@material-ui/core/Typography';
import { isKargoRequestError } from 'backstage-plugin-kargo-common';
import { useState } from 'react';
import { Link as RouterLink, useSearchParams } from 'react-router-dom';
import useDebounce from 'react-use/esm/useDebounce';
import { ActionButton } from '../components/ActionButton';
import { EmptyView, ErrorView, SkeletonRows } from '../components/StateViews';
import { usePageTitle } from '../components/usePageTitle';
import { CreateMenu } from '../manifest/CreateMenu';
import { useProjects } from '../queries/usePromotions';
import { kargoTranslationRef } from '../translation';
import { FoundInPipelines } from './FoundInPipelines';
import { ProjectTable } from './ProjectTable';

const PAGE_SIZE = 25;

const useStyles = makeStyles(theme => ({
  tools: {
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    justifyContent: 'space-between',
    gap: theme.spacing(2),
    marginBottom: theme.spacing(2),
  },
  search: {
    width: 280,
    '& .MuiInputBase-root': { fontSize: '0.875rem' },
    '& .MuiInputBase-input': { paddingTop: 7.5, paddingBottom: 7.5 },
  },
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
  const filter = params.get('find') ?? '';
  const [text, setText] = useState(filter);
  const [page, setPage] = useState(0);
  useDebounce(
    () => {
      if (text.trim() !== filter) {
        const find = text.trim();
        setParams(find ? { find } : {}, { replace: true });
        setPage(0);
      }
    },
    250,
    [text],
  );
  const query = useProjects(filter, page, PAGE_SIZE);
  usePageTitle(t('projects.title'), 'Kargo');
  return (
    <>
      <div className={classes.tools}>
        <Typography variant="h5" component="h2">
          {t('projects.title')}
        </Typography>
        <TextField
          className={classes.search}
          size="small"
          variant="outlined"
          placeholder={t('projects.search')}
          inputProps={{ 'aria-label': t('projects.search'), type: 'search' }}
          value={text}
          onChange={event => setText(event.target.value)}
        />
        <Link component={RouterLink} to="settings" variant="body2">
          {t('settings.globalTitle')}
        </Link>
        <Link component={RouterLink} to="setup" variant="body2">
          {t('setup.title')}
        </Link>
        <CreateMenu />
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
            <ActionButton onClick={() => setPage(page - 1)}>
              {t('projects.previous')}
            </ActionButton>
          )}
          {(page + 1) * PAGE_SIZE < query.data.total && (
            <ActionButton onClick={() => setPage(page + 1)}>
              {t('projects.next')}
            </ActionButton>
          )}
        </nav>
      )}
    </>
  );
}

function ProjectsBody(props: {
  query: ReturnType<typeof useProjects>;
  filter: string;
  page: number;
}) {
  const { t } = useTranslationRef(kargoTranslationRef);
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
