import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { useParams } from 'react-router-dom';
import { useAdditions } from '../additions/useAdditions';
import { PageHead } from '../components/PageHead';
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
      <PageHead above={project} to=".." title={t('settings.title')} />
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
