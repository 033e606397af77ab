import { z } from 'zod';
import { answerList, answerWatch } from '../server/answers';
import { watchParameters } from '../server/parseQuery';
import { createRoute, Route } from '../server/route';
import { deleteRoute, getOrWatchRoute, refreshRoute } from './kindRoutes';

const WAREHOUSES = { kind: 'Warehouse', plural: 'warehouses' } as const;

const listWarehouses = createRoute({
  method: 'get',
  path: '/projects/{project}/warehouses',
  operationId: 'listWarehouses',
  summary: 'Lists the Warehouses of a project, or streams their changes',
  ask: { scope: 'project' },
  query: z.object(watchParameters),
  answers: { 200: 'WarehouseList' },
  handle: async ({ project, query }, { store }) => {
    const options = { namespace: project.metadata.name };
    return query.watch
      ? answerWatch({ store }, 'Warehouse', options, query)
      : answerList(store, 'Warehouse', options);
  },
});

/** Warehouses. */
export const warehouseRoutes: Route[] = [
  listWarehouses,
  getOrWatchRoute(WAREHOUSES),
  deleteRoute(WAREHOUSES),
  refreshRoute(WAREHOUSES),
];
