import { OPERATIONS } from '../api/operations';
import { WatchedKinds } from '../api/watchedKinds';
import { WatchRequest } from './KargoApi';
import { HttpRequest, operationRequest } from './operationRequest';

/** By which operations a kind is watched, and how they call what the request names. */
const WATCHES = {
  projects: {
    list: OPERATIONS.getProject,
    one: OPERATIONS.getProject,
    name: 'project',
    origins: 'origins',
  },
  stages: {
    list: OPERATIONS.listStages,
    one: OPERATIONS.getStage,
    name: 'stage',
    origins: 'freightOrigins',
  },
  warehouses: {
    list: OPERATIONS.listWarehouses,
    one: OPERATIONS.getWarehouse,
    name: 'name',
    origins: 'origins',
  },
  freight: {
    list: OPERATIONS.queryFreight,
    one: OPERATIONS.getFreight,
    name: 'freight',
    origins: 'origins',
  },
  promotions: {
    list: OPERATIONS.listPromotions,
    one: OPERATIONS.getPromotion,
    name: 'name',
    origins: 'origins',
  },
} as const satisfies Record<keyof WatchedKinds, object>;

/** Where the API has what a watch follows. */
export function watchLocation({
  project,
  kind,
  name,
  stage,
  origins,
  resourceVersion,
}: WatchRequest<keyof WatchedKinds>): HttpRequest {
  const watch = WATCHES[kind];
  const { path, query, body } =
    name === undefined
      ? operationRequest(watch.list, {
          project,
          stage,
          [watch.origins]: origins,
        })
      : operationRequest(watch.one, { project, [watch.name]: name });
  return { path, query: { ...query, resourceVersion }, body };
}
