import {
  KargoApi,
  RequestOptions,
  ungroupedFreight,
} from 'backstage-plugin-kargo-common';
import { kargoKeys } from '../queries/keys';
import { WaitingInput } from './waitingModel';

const LOOK_AGAIN_MS = 60_000;

/** Loads what decides what waits in a project; the home page and lists share the answer. */
export function waitingQuery(api: KargoApi, project: string) {
  return {
    queryKey: kargoKeys.waiting(project),
    queryFn: ({ signal }: { signal: AbortSignal }) =>
      loadProject(api, project, { signal }),
    refetchInterval: LOOK_AGAIN_MS,
    // A page asks for many of them: not again whenever somebody comes back to it.
    staleTime: LOOK_AGAIN_MS,
  };
}

async function loadProject(
  api: KargoApi,
  project: string,
  options: RequestOptions,
): Promise<WaitingInput> {
  const [stages, freight, access] = await Promise.all([
    api.listStages({ project }, options),
    api.queryFreight({ project }, options),
    api.getProjectAccess({ project }, options),
  ]);
  return {
    project,
    stages: stages.items ?? [],
    freight: ungroupedFreight(freight),
    access,
  };
}
