import { useApi, useTranslationRef } from '@backstage/frontend-plugin-api';
import Typography from '@material-ui/core/Typography';
import { useQuery } from '@tanstack/react-query';
import {
  AccessVerdict,
  KargoApi,
  RequestOptions,
  Resource,
  ResourceList,
} from 'backstage-plugin-kargo-common';
import { ReactNode } from 'react';
import { Section } from '../../components/Section';
import { useRefusal } from '../../components/useRefusal';
import { kargoApiRef } from '../../kargoApiRef';
import { CreateManifestButton } from '../../manifest/CreateManifestButton';
import { ManifestSection } from '../../manifest/ManifestSection';
import { CreatableKind } from '../../manifest/manifestTemplates';
import { kargoKeys } from '../../queries/keys';
import { useAccess } from '../../queries/usePipeline';
import { useSystemAccess } from '../../queries/useSystemAccess';
import { kargoTranslationRef } from '../../translation';
import { SettingsBody } from '../SettingsBody';

interface Definitions<T extends Resource> {
  kind: CreatableKind;
  title: string;
  text: string;
  queryKey: readonly string[];
  list: (api: KargoApi, options: RequestOptions) => Promise<ResourceList<T>>;
  /** What of one is seen at a glance. */
  summary: (item: T) => ReactNode;
}

/** Everything of a kind, each with its manifest to read, edit and delete. */
function DefinitionList<T extends Resource>(
  props: Definitions<T> & {
    project?: string;
    manage: AccessVerdict | undefined;
  },
) {
  const { t } = useTranslationRef(kargoTranslationRef);
  const api = useApi(kargoApiRef);
  const { kind, list, project, manage } = props;
  const refusal = useRefusal(manage);
  const query = useQuery({
    queryKey: props.queryKey,
    queryFn: async ({ signal }) => (await list(api, { signal })).items ?? [],
  });
  return (
    <Section
      title={props.title}
      action={
        query.data && (
          <CreateManifestButton
            kind={kind}
            {...(project !== undefined && { project })}
            {...(refusal !== undefined && { refusal })}
          />
        )
      }
    >
      <Typography variant="body2">{props.text}</Typography>
      <SettingsBody query={query}>
        {items =>
          items.length === 0 ? (
            <Typography variant="body2">{t('settings.noneYet')}</Typography>
          ) : (
            items.map(item => (
              <ManifestSection
                key={item.metadata.name}
                title={item.metadata.name}
                resource={item}
                manage={manage}
                summary={props.summary(item)}
              />
            ))
          )
        }
      </SettingsBody>
    </Section>
  );
}

function ProjectDefinitions<T extends Resource>(
  props: Definitions<T> & { project: string },
) {
  const access = useAccess(props.project);
  return <DefinitionList {...props} manage={access?.project.manage} />;
}

function SharedDefinitions<T extends Resource>(props: Definitions<T>) {
  const access = useSystemAccess();
  return <DefinitionList {...props} manage={access?.shared.manage} />;
}

/** The steps that Stages of a project share. */
export function TasksTab(props: { project: string }) {
  const { t } = useTranslationRef(kargoTranslationRef);
  const { project } = props;
  return (
    <ProjectDefinitions
      project={project}
      kind="PromotionTask"
      title={t('settings.tabs.tasks')}
      text={t('settings.tasksText')}
      queryKey={kargoKeys.definitions(project, 'tasks')}
      list={(api, options) => api.listPromotionTasks({ project }, options)}
      summary={({ spec }) => spec.steps.map(stepName).join(', ')}
    />
  );
}

/** How Freight of a project is verified. */
export function AnalysisTemplatesTab(props: { project: string }) {
  const { t } = useTranslationRef(kargoTranslationRef);
  const { project } = props;
  return (
    <ProjectDefinitions
      project={project}
      kind="AnalysisTemplate"
      title={t('settings.tabs.templates')}
      text={t('settings.templatesText')}
      queryKey={kargoKeys.definitions(project, 'templates')}
      list={(api, options) => api.listAnalysisTemplates({ project }, options)}
      summary={item => metricNames(item.spec)}
    />
  );
}

/** The steps that Stages of all projects share. */
export function ClusterTasksTab() {
  const { t } = useTranslationRef(kargoTranslationRef);
  return (
    <SharedDefinitions
      kind="ClusterPromotionTask"
      title={t('settings.tabs.tasks')}
      text={t('settings.clusterTasksText')}
      queryKey={kargoKeys.globalData('shared', 'tasks')}
      list={(api, options) => api.listClusterPromotionTasks({}, options)}
      summary={({ spec }) => spec.steps.map(stepName).join(', ')}
    />
  );
}

/** How Freight of all projects may be verified. */
export function ClusterAnalysisTemplatesTab() {
  const { t } = useTranslationRef(kargoTranslationRef);
  return (
    <SharedDefinitions
      kind="ClusterAnalysisTemplate"
      title={t('settings.tabs.templates')}
      text={t('settings.clusterTemplatesText')}
      queryKey={kargoKeys.globalData('shared', 'templates')}
      list={(api, options) => api.listClusterAnalysisTemplates({}, options)}
      summary={item => metricNames(item.spec)}
    />
  );
}

function stepName(step: {
  as?: string;
  uses?: string;
  task?: { name: string };
}): string {
  return step.as ?? step.uses ?? step.task?.name ?? '';
}

function metricNames(spec: { metrics?: Array<{ name: string }> }): string {
  return (spec.metrics ?? []).map(({ name }) => name).join(', ');
}
