import { useApi, useTranslationRef } from '@backstage/frontend-plugin-api';
import { useMemo } from 'react';
import { kargoApiRef } from '../../kargoApiRef';
import { kargoTranslationRef } from '../../translation';
import { projectData, sharedData } from '../data/dataFamilies';
import { DataSection } from '../data/DataSection';
import { useSharedRefusal } from '../useManageRefusal';
import { RepoCredentialsSection } from './RepoCredentialsSection';

/** The credentials of a project. */
export function CredentialsTab(props: { project: string }) {
  const api = useApi(kargoApiRef);
  const { t } = useTranslationRef(kargoTranslationRef);
  const { repoCredentials, secrets } = useMemo(
    () => projectData(api, props.project),
    [api, props.project],
  );
  return (
    <>
      <RepoCredentialsSection
        text={t('settings.repoCredentialsText')}
        family={repoCredentials}
      />
      <DataSection
        kind="Secret"
        title={t('settings.secrets')}
        text={t('settings.secretsText')}
        family={secrets}
      />
    </>
  );
}

/** The credentials that all projects share. */
export function SharedCredentialsTab() {
  const api = useApi(kargoApiRef);
  const { t } = useTranslationRef(kargoTranslationRef);
  const refusal = useSharedRefusal();
  const refused = refusal !== undefined && { refusal };
  const { repoCredentials, secrets } = useMemo(() => sharedData(api), [api]);
  return (
    <>
      <RepoCredentialsSection
        text={t('settings.sharedRepoCredentialsText')}
        family={repoCredentials}
        {...refused}
      />
      <DataSection
        kind="Secret"
        title={t('settings.secrets')}
        text={t('settings.sharedSecretsText')}
        family={secrets}
        {...refused}
      />
    </>
  );
}
