import {
  JsonObject,
  KARGO_API_VERSION,
  KargoApi,
  ProjectConfig,
  ProjectConfigSpec,
} from 'backstage-plugin-kargo-common';
import { throwErrors } from '../manifest/ManifestDialog';

/**
 * Changes parts of a project's configuration, or makes it where there is none.
 *
 * @returns the generation that was written
 * @throws when somebody else changed it since it was read
 */
export async function writeConfig(
  api: KargoApi,
  project: string,
  config: ProjectConfig | undefined,
  change: Partial<ProjectConfigSpec>,
): Promise<number | undefined> {
  const body = [
    configManifest(project, config, change) as unknown as JsonObject,
  ];
  const { results } = config
    ? await api.updateResources({ body, ifUnchanged: true })
    : await api.createResources({ body });
  throwErrors(results);
  const [{ createdResourceManifest, updatedResourceManifest }] = results;
  const stored = (updatedResourceManifest ?? createdResourceManifest) as
    | ProjectConfig
    | undefined;
  return stored?.metadata.generation;
}

/** What is sent to change a configuration; the version of what was read keeps later changes. */
export function configManifest(
  project: string,
  config: ProjectConfig | undefined,
  change: Partial<ProjectConfigSpec>,
) {
  const { labels, annotations, resourceVersion } = config?.metadata ?? {};
  return {
    apiVersion: KARGO_API_VERSION,
    kind: 'ProjectConfig',
    metadata: {
      name: project,
      namespace: project,
      ...(labels && { labels }),
      ...(annotations && { annotations }),
      ...(resourceVersion && { resourceVersion }),
    },
    spec: { ...config?.spec, ...change },
  };
}
