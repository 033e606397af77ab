import { useTranslationRef } from '@backstage/frontend-plugin-api';
import Link from '@material-ui/core/Link';
import Typography from '@material-ui/core/Typography';
import { Link as RouterLink, useParams } from 'react-router-dom';
import { useAdditions } from '../additions/useAdditions';
import { usePageTitle } from '../components/usePageTitle';
import { kargoTranslationRef } from '../translation';
import { SettingsFrame } from './SettingsFrame';
import { PROJECT_TABS } from './settingsTabs';

/** Everything about a project that is not its pipeline. */
export function ProjectSettingsPage() {
  const { t } = useTranslationRef(kargoTranslationRef);
  const { project = '' } = useParams();
  usePageTitle(t('settings.title'), project, 'Kargo');
  return (
    <>
      <Link component={RouterLink} to=".." relative="path" variant="body2">
        {project}
      </Link>
      <Typography variant="h5" component="h2">
        {t('settings.title')}
      </Typography>
      <SettingsFrame
        label={t('settings.title')}
        tabs={PROJECT_TABS}
        added={useAdditions('settingsPages').map(
          ({ path, title, Component }) => ({ path, title, Content: Component }),
        )}
        content={{ project }}
      />
    </>
  );
}
