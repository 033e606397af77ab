import { useApi, useTranslationRef } from '@backstage/frontend-plugin-api';
import Typography from '@material-ui/core/Typography';
import { useQuery } from '@tanstack/react-query';
import { isKargoRequestError } from 'backstage-plugin-kargo-common';
import { Section } from '../../components/Section';
import { useRefusal } from '../../components/useRefusal';
import { kargoApiRef } from '../../kargoApiRef';
import { CreateManifestButton } from '../../manifest/CreateManifestButton';
import { ManifestSection } from '../../manifest/ManifestSection';
import { kargoKeys } from '../../queries/keys';
import { useSystemAccess } from '../../queries/useSystemAccess';
import { kargoTranslationRef } from '../../translation';
import { SettingsBody } from '../SettingsBody';

/** The configuration of the whole installation. */
export function ClusterConfigTab() {
  const { t } = useTranslationRef(kargoTranslationRef);
  const query = useClusterConfig();
  const access = useSystemAccess();
  const refusal = useRefusal(access?.shared.manage);
  return (
    <SettingsBody query={query}>
      {({ config }) =>
        config ? (
          <ManifestSection
            title={t('settings.clusterConfiguration')}
            resource={config}
            manage={access?.shared.manage}
          />
        ) : (
          <Section
            title={t('settings.clusterConfiguration')}
            action={
              <CreateManifestButton
                kind="ClusterConfig"
                {...(refusal !== undefined && { refusal })}
              />
            }
          >
            <Typography variant="body2">
              {t('settings.noClusterConfiguration')}
            </Typography>
          </Section>
        )
      }
    </SettingsBody>
  );
}

function useClusterConfig() {
  const api = useApi(kargoApiRef);
  return useQuery({
    queryKey: kargoKeys.globalData('system', 'cluster-config'),
    queryFn: async ({ signal }) => {
      try {
        return { config: await api.getClusterConfig({}, { signal }) };
      } catch (error) {
        if (isKargoRequestError(error, 404)) {
          return { config: undefined };
        }
        throw error;
      }
    },
  });
}
