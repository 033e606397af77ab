import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { EntityRefLinks } from '@backstage/plugin-catalog-react';
import Link from '@material-ui/core/Link';
import { makeStyles } from '@material-ui/core/styles';
import Typography from '@material-ui/core/Typography';
import { Link as RouterLink, useParams } from 'react-router-dom';
import { useAdditions } from '../additions/useAdditions';
import { PageHead } from '../components/PageHead';
import { usePageTitle } from '../components/usePageTitle';
import { PipelineView } from '../pipeline/PipelineView';
import { kargoTranslationRef } from '../translation';
import { ADDED_PAGES } from './AddedProjectPage';
import { useProjectEntities } from './useProjectEntities';

const useStyles = makeStyles(theme => ({
  head: { marginBottom: theme.spacing(2) },
  links: { display: 'flex', gap: theme.spacing(2) },
  // Links of two lines stand far enough apart for a finger.
  catalog: { marginTop: theme.spacing(1) },
}));

/** The whole pipeline of one project. */
export function ProjectPage() {
  const classes = useStyles();
  const { t } = useTranslationRef(kargoTranslationRef);
  const { project = '' } = useParams();
  usePageTitle(project, 'Kargo');
  return (
    <>
      <div className={classes.head}>
        <PageHead above={t('projects.back')} to="../.." title={project} />
        <nav className={classes.links} aria-label={project}>
          <Link component={RouterLink} to="activity" variant="body2">
            {t('activity.title')}
          </Link>
          <Link component={RouterLink} to="versions" variant="body2">
            {t('matrix.title')}
          </Link>
          {useAdditions('projectPages').map(({ id, path, title }) => (
            <Link
              key={id}
              component={RouterLink}
              to={`${ADDED_PAGES}/${path}`}
              variant="body2"
            >
              {title}
            </Link>
          ))}
          <Link component={RouterLink} to="settings" variant="body2">
            {t('settings.title')}
          </Link>
        </nav>
        <InCatalog project={project} />
      </div>
      <PipelineView scope={{ project }} />
    </>
  );
}

/** The entities on whose pages the pipeline is, too. */
function InCatalog(props: { project: string }) {
  const classes = useStyles();
  const { t } = useTranslationRef(kargoTranslationRef);
  const entities = useProjectEntities(props.project);
  return entities.length > 0 ? (
    <Typography variant="body2" className={classes.catalog}>
      {t('projects.inCatalog')} <EntityRefLinks entityRefs={entities} />
    </Typography>
  ) : null;
}
