import { useTranslationRef } from '@backstage/frontend-plugin-api';
import Link from '@material-ui/core/Link';
import { makeStyles } from '@material-ui/core/styles';
import {
  Link as RouterLink,
  Outlet,
  Route,
  Routes,
  useParams,
} from 'react-router-dom';
import { ActivityPage } from '../activity/ActivityPage';
import { useKargoLinks } from '../components/KargoLinks';
import { EmptyView } from '../components/StateViews';
import { SystemBanner } from '../components/SystemBanner';
import { usePageTitle, useTitleOfFrame } from '../components/usePageTitle';
import { VersionsPage } from '../matrix/VersionsPage';
import { KargoQueryProvider } from '../queries/KargoQueryProvider';
import { GlobalSettingsPage } from '../settings/GlobalSettingsPage';
import { ProjectSettingsPage } from '../settings/ProjectSettingsPage';
import { SetupPage } from '../setup/SetupPage';
import { kargoTranslationRef } from '../translation';
import { VerificationPage } from '../verification/VerificationPage';
import { ADDED_PAGES, AddedProjectPage } from './AddedProjectPage';
import { ProjectGate } from './ProjectGate';
import { ProjectPage } from './ProjectPage';
import { ProjectsPage } from './ProjectsPage';
import { PromotionPage } from './PromotionPage';

const useStyles = makeStyles(theme => ({
  content: {
    padding: theme.spacing(1, 3, 3),
    minWidth: 0,
    // Names of Projects and addresses of repositories may be longer than a phone is wide.
    overflowWrap: 'break-word',
    [theme.breakpoints.down('xs')]: { padding: theme.spacing(1, 2, 2) },
  },
}));

/** The pages of the plugin. The page's header is drawn by whoever mounts them. */
export function KargoRouter(props: {
  /** `div` where the frame around has the landmark already. */
  component?: 'main' | 'div';
}) {
  const classes = useStyles();
  const Landmark = props.component ?? 'main';
  useTitleOfFrame();
  return (
    <KargoQueryProvider>
      <Landmark className={classes.content}>
        <SystemBanner />
        <Routes>
          <Route path="/" element={<ProjectsPage />} />
          <Route path="/setup" element={<SetupPage />} />
          <Route path="/projects/:project" element={<PageOfProject />}>
            <Route index element={<ProjectPage />} />
            <Route path="activity" element={<ActivityPage />} />
            <Route path="versions" element={<VersionsPage />} />
            <Route
              path={`${ADDED_PAGES}/:page`}
              element={<AddedProjectPage />}
            />
            <Route path="promotions/:promotion" element={<PromotionPage />} />
            <Route path="verifications/:run" element={<VerificationPage />} />
            <Route path="settings/*" element={<ProjectSettingsPage />} />
            <Route path="*" element={<NoSuchPage />} />
          </Route>
          <Route path="/settings/*" element={<GlobalSettingsPage />} />
          <Route path="*" element={<NoSuchPage />} />
        </Routes>
      </Landmark>
    </KargoQueryProvider>
  );
}

/** One of the pages of a project, as long as there is one. */
function PageOfProject() {
  const { project = '' } = useParams();
  return (
    <ProjectGate key={project} project={project} isPage>
      <Outlet />
    </ProjectGate>
  );
}

function NoSuchPage() {
  const { t } = useTranslationRef(kargoTranslationRef);
  const { projects } = useKargoLinks();
  usePageTitle(t('states.noPageTitle'), 'Kargo');
  return (
    <EmptyView
      title={t('states.noPageTitle')}
      text={t('states.noPageText')}
      action={
        projects && (
          <Link component={RouterLink} to={projects}>
            {t('projects.back')}
          </Link>
        )
      }
    />
  );
}
