import { isConditionTrue, Warehouse } from 'backstage-plugin-kargo-common';
import { ownSubscribedURLs } from '../../../logic/subscribedURLs';
import { ControllerServices, defineKind } from '../KindModule';
import { wakeProject } from '../project/wakeProject';
import { mirrorShard } from '../shared/mirrorShard';
import { refreshRequest } from '../shared/refreshRequest';
import { WarehouseController } from './WarehouseController';

/** A Warehouse: what is watched for new artifacts. */
export const warehouseKind = defineKind<Warehouse>({
  kind: 'Warehouse',
  admission: { complete: draft => mirrorShard<Warehouse>(draft) },
  indexes: {
    subscribedURL: warehouse =>
      warehouse.spec.subscriptions.flatMap(ownSubscribedURLs),
    failing: ({ status }) => (status?.subscriptionFailures ? [''] : []),
    healthy: warehouse =>
      isConditionTrue(warehouse.status, 'Healthy') ? [''] : [],
  },
  wakeOthers: wakeProject,
  controller: {
    pool: 'warehouses',
    create: createController,
    requests: refreshRequest,
  },
});

function createController(services: ControllerServices): WarehouseController {
  return WarehouseController.create({
    ...services,
    minimumIntervalMs: services.minimumDiscoveryIntervalMs,
  });
}
