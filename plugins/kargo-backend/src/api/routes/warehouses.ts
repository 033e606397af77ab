import { answerList, answerWatch } from '../server/answers';
import { createRoute } from '../server/route';
import { deleteRoute, getOrWatchRoute, refreshRoute } from './kindRoutes';

const listWarehouses = createRoute('listWarehouses', {
  summary: 'Lists the Warehouses of a project, or streams their changes',
  answers: { 200: 'WarehouseList' },
  handle: async ({ project, query }, { store }) => {
    const options = { namespace: project.metadata.name };
    return query.watch
      ? answerWatch({ store }, 'Warehouse', options, query)
      : answerList(store, 'Warehouse', options);
  },
});

/** Warehouses. */
export const warehouseRoutes = [
  listWarehouses,
  getOrWatchRoute('getWarehouse', 'Warehouse'),
  deleteRoute('deleteWarehouse', 'Warehouse'),
  refreshRoute('refreshWarehouse', 'Warehouse'),
];
