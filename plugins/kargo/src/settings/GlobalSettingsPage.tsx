import { useTranslationRef } from '@backstage/frontend-plugin-api';
import Link from '@material-ui/core/Link';
import Typography from '@material-ui/core/Typography';
import { Link as RouterLink } from 'react-router-dom';
import { usePageTitle } from '../components/usePageTitle';
import { kargoTranslationRef } from '../translation';
import { SettingsFrame } from './SettingsFrame';
import { GLOBAL_TABS } from './settingsTabs';

/** What all projects share, and the configuration of the installation. */
export function GlobalSettingsPage() {
  const { t } = useTranslationRef(kargoTranslationRef);
  usePageTitle(t('settings.globalTitle'), 'Kargo');
  return (
    <>
      <Link component={RouterLink} to=".." relative="path" variant="body2">
        {t('projects.back')}
      </Link>
      <Typography variant="h5" component="h2">
        {t('settings.globalTitle')}
      </Typography>
      <SettingsFrame
        label={t('settings.globalTitle')}
        tabs={GLOBAL_TABS}
        content={{}}
      />
    </>
  );
}
