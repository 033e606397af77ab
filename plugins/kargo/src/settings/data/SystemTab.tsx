import { useApi, useTranslationRef } from '@backstage/frontend-plugin-api';
import { useMemo } from 'react';
import { kargoApiRef } from '../../kargoApiRef';
import { kargoTranslationRef } from '../../translation';
import { DataSection } from './DataSection';
import { systemData } from './dataFamilies';

/** Secrets and ConfigMaps of the installation itself, which no project sees. */
export function SystemTab() {
  const api = useApi(kargoApiRef);
  const { t } = useTranslationRef(kargoTranslationRef);
  const { secrets, configMaps } = useMemo(() => systemData(api), [api]);
  return (
    <>
      <DataSection
        kind="Secret"
        title={t('settings.systemSecrets')}
        text={t('settings.systemSecretsText')}
        family={secrets}
      />
      <DataSection
        kind="ConfigMap"
        title={t('settings.systemConfigMaps')}
        text={t('settings.systemConfigMapsText')}
        family={configMaps}
      />
    </>
  );
}
