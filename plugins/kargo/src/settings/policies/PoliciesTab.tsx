import { useTranslationRef } from '@backstage/frontend-plugin-api';
import Typography from '@material-ui/core/Typography';
import { isControlFlow } from 'backstage-plugin-kargo-common';
import { useMemo } from 'react';
import { Section } from '../../components/Section';
import { ManifestSection } from '../../manifest/ManifestSection';
import { CreateManifestButton } from '../../manifest/CreateManifestButton';
import { useAccess, useStages } from '../../queries/usePipeline';
import { kargoTranslationRef } from '../../translation';
import { SettingsBody } from '../SettingsBody';
import { SettingsTable } from '../SettingsTable';
import { useManageRefusal } from '../useManageRefusal';
import { ConfigOfProject, useProjectConfig } from '../useProjectConfig';
import { AutoPromotionSwitch } from './AutoPromotionSwitch';
import { PolicyList } from './PolicyList';

/** Which Stages are promoted to automatically, by switch and by manifest. */
export function PoliciesTab(props: { project: string }) {
  const { t } = useTranslationRef(kargoTranslationRef);
  const { project } = props;
  const query = useProjectConfig(project);
  return (
    <SettingsBody query={query}>
      {loaded => (
        <>
          <Section title={t('settings.autoPromotion')}>
            <Typography variant="body2" gutterBottom>
              {t('settings.autoPromotionText')}
            </Typography>
            <Policies project={project} {...loaded} />
          </Section>
          <Configuration project={project} {...loaded} />
        </>
      )}
    </SettingsBody>
  );
}

function Policies(props: { project: string } & ConfigOfProject) {
  const { t } = useTranslationRef(kargoTranslationRef);
  const { project, config } = props;
  const refusal = useManageRefusal(project);
  const { items, error, reload } = useStages(project);
  const stages = useMemo(
    () => items?.filter(stage => !isControlFlow(stage)),
    [items],
  );
  return (
    <SettingsBody
      query={{ data: stages, error: error ?? null, refetch: reload }}
    >
      {loaded =>
        loaded.length === 0 ? (
          <Typography variant="body2">{t('settings.noStages')}</Typography>
        ) : (
          <>
            <SettingsTable
              caption={t('settings.autoPromotion')}
              items={loaded}
              columns={[
                {
                  title: t('settings.promotesAutomatically'),
                  cell: stage => (
                    <AutoPromotionSwitch
                      project={project}
                      config={config}
                      stage={stage}
                      refusal={refusal}
                    />
                  ),
                },
              ]}
            />
            <PolicyList
              policies={config?.spec.promotionPolicies ?? []}
              stages={loaded}
            />
          </>
        )
      }
    </SettingsBody>
  );
}

function Configuration(props: { project: string } & ConfigOfProject) {
  const { t } = useTranslationRef(kargoTranslationRef);
  const { project, config } = props;
  const access = useAccess(project);
  const refusal = useManageRefusal(project);
  return config ? (
    <ManifestSection
      title={t('settings.configuration')}
      resource={config}
      manage={access?.project.manage}
    />
  ) : (
    <Section
      title={t('settings.configuration')}
      action={
        <CreateManifestButton
          kind="ProjectConfig"
          project={project}
          {...(refusal !== undefined && { refusal })}
        />
      }
    >
      <Typography variant="body2">{t('settings.noConfiguration')}</Typography>
    </Section>
  );
}
