import { Route } from '../route';
import { accessRoutes } from './access';
import { definitionRoutes } from './definitions';
import { freightRoutes } from './freight';
import { projectRoutes } from './projects';
import { promotionRoutes } from './promotions';
import { resourceRoutes } from './resources';
import { stageRoutes } from './stages';
import { systemRoutes } from './system';
import { warehouseRoutes } from './warehouses';

/** The table of operations: the API, its document and its tests are made of it. */
export const ROUTES: readonly Route[] = [
  ...resourceRoutes,
  ...projectRoutes,
  ...accessRoutes,
  ...warehouseRoutes,
  ...freightRoutes,
  ...stageRoutes,
  ...promotionRoutes,
  ...definitionRoutes,
  ...systemRoutes,
];
