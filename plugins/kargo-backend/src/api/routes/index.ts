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
import { stageRoutes } from './stages';
import { systemRoutes } from './system';
import { warehouseRoutes } from './warehouses';
import { watchRoutes } from './watches';
import { whyRoutes } from './why';

/** The table of operations: the API, its document and its tests are made of it. */
export const ROUTES: readonly Route[] = [
  ...resourceRoutes,
  ...projectRoutes,
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
  ...systemRoutes,
  ...watchRoutes,
];
