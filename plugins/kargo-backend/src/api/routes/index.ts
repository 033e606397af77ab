import { OperationId } from 'backstage-plugin-kargo-common';
import { Route } from '../server/route';
import { accessRoutes } from './access';
import { dataObjectRoutes } from './data';
import { definitionRoutes } from './definitions';
import { freightRoutes } from './freight';
import { linkRoutes } from './links';
import { projectRoutes } from './projects';
import { promotionRoutes } from './promotions';
import { resourceRoutes } from './resources';
import { roleRoutes } from './roles';
import { searchRoutes } from './search';
import { stageRoutes } from './stages';
import { systemRoutes } from './system';
import { tokenRoutes } from './tokens';
import { warehouseRoutes } from './warehouses';
import { watchRoutes } from './watches';
import { whyRoutes } from './why';

const routes = [
  ...resourceRoutes,
  ...projectRoutes,
  ...searchRoutes,
  ...accessRoutes,
  ...warehouseRoutes,
  ...freightRoutes,
  ...stageRoutes,
  ...promotionRoutes,
  ...whyRoutes,
  ...linkRoutes,
  ...definitionRoutes,
  ...dataObjectRoutes,
  ...roleRoutes,
  ...tokenRoutes,
  ...systemRoutes,
  ...watchRoutes,
];

/** The routes, or the names of operations that none of them carries out. */
type Complete<Id extends OperationId> = [OperationId] extends [Id]
  ? readonly Route[]
  : { missing: Exclude<OperationId, Id> };

/**
 * How each operation is carried out: the API, its document and its tests are made of it.
 * Without a route for every operation of the table it does not compile.
 */
export const ROUTES: Complete<(typeof routes)[number]['operationId']> = routes;
