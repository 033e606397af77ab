import { useApi, useTranslationRef } from '@backstage/frontend-plugin-api';
import { useMemo } from 'react';
import { kargoApiRef } from '../../kargoApiRef';
import { kargoTranslationRef } from '../../translation';
import { useManageRefusal, useSharedRefusal } from '../useManageRefusal';
import { DataSection } from './DataSection';
import { projectData, sharedData } from './dataFamilies';

/** The ConfigMaps of a project. */
export function ConfigMapsTab(props: { project: string }) {
  const api = useApi(kargoApiRef);
  const { t } = useTranslationRef(kargoTranslationRef);
  const refusal = useManageRefusal(props.project);
  const { configMaps } = useMemo(
    () => projectData(api, props.project),
    [api, props.project],
  );
  return (
    <DataSection
      kind="ConfigMap"
      title={t('settings.tabs.config-maps')}
      text={t('settings.configMapsText')}
      family={configMaps}
      {...(refusal !== undefined && { refusal })}
    />
  );
}

/** The ConfigMaps that all projects share. */
export function SharedConfigMapsTab() {
  const api = useApi(kargoApiRef);
  const { t } = useTranslationRef(kargoTranslationRef);
  const refusal = useSharedRefusal();
  const { configMaps } = useMemo(() => sharedData(api), [api]);
  return (
    <DataSection
      kind="ConfigMap"
      title={t('settings.tabs.config-maps')}
      text={t('settings.sharedConfigMapsText')}
      family={configMaps}
      {...(refusal !== undefined && { refusal })}
    />
  );
}
