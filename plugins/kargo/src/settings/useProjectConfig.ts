import { useApi } from '@backstage/frontend-plugin-api';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import {
  isKargoRequestError,
  KargoApi,
  ProjectConfig,
  ProjectConfigSpec,
  RequestOptions,
} from 'backstage-plugin-kargo-common';
import { kargoApiRef } from '../kargoApiRef';
import { invalidateProject } from '../queries/invalidateProject';
import { kargoKeys } from '../queries/keys';
import { writeConfig } from './writeConfig';

/** The configuration of a project, where it has one. */
export interface ConfigOfProject {
  config: ProjectConfig | undefined;
}

/** The configuration of a project; a project does not need one. */
export function useProjectConfig(project: string) {
  const api = useApi(kargoApiRef);
  return useQuery({
    queryKey: kargoKeys.projectConfig(project),
    queryFn: ({ signal }) => findConfig(api, project, { signal }),
    refetchInterval: 30_000,
  });
}

async function findConfig(
  api: KargoApi,
  project: string,
  options: RequestOptions,
): Promise<ConfigOfProject> {
  try {
    return { config: await api.getProjectConfig({ project }, options) };
  } catch (error) {
    if (isKargoRequestError(error, 404)) {
      return { config: undefined };
    }
    throw error;
  }
}

/**
 * For mutations that change the configuration of a project: one begins when the one before it
 * has ended, with what that left, so that a person may set off several.
 */
export function useConfigChange(project: string) {
  const api = useApi(kargoApiRef);
  const client = useQueryClient();
  return {
    /** @returns the generation that was written */
    write: (
      change: (spec: ProjectConfigSpec) => Partial<ProjectConfigSpec>,
    ) => {
      const known = client.getQueryData<ConfigOfProject>(
        kargoKeys.projectConfig(project),
      );
      const config = known?.config;
      return writeConfig(api, project, config, change(config?.spec ?? {}));
    },
    options: {
      scope: { id: `configuration of ${project}` },
      // Also after a failure: somebody else may have changed it meanwhile.
      onSettled: () => invalidateProject(client, project),
    },
  };
}
