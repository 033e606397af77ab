import { useApi } from '@backstage/frontend-plugin-api';
import { useQuery } from '@tanstack/react-query';
import {
  isKargoRequestError,
  KargoApi,
  ProjectConfig,
  RequestOptions,
} from 'backstage-plugin-kargo-common';
import { kargoApiRef } from '../kargoApiRef';
import { kargoKeys } from '../queries/keys';

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
