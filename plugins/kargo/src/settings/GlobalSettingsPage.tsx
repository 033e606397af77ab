import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { PageHead } from '../components/PageHead';
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
      <PageHead
        above={t('projects.back')}
        to=".."
        title={t('settings.globalTitle')}
      />
      <SettingsFrame
        label={t('settings.globalTitle')}
        tabs={GLOBAL_TABS}
        content={{}}
      />
    </>
  );
}
