import {
  createRouteRef,
  createSubRouteRef,
} from '@backstage/frontend-plugin-api';

/** The page of all projects. */
export const rootRouteRef = createRouteRef();

/** The pipeline of one project. */
export const projectRouteRef = createSubRouteRef({
  parent: rootRouteRef,
  path: '/projects/:project',
});

/** One promotion of a project. */
export const promotionRouteRef = createSubRouteRef({
  parent: rootRouteRef,
  path: '/projects/:project/promotions/:promotion',
});

/** One verification of a project, by its AnalysisRun. */
export const verificationRouteRef = createSubRouteRef({
  parent: rootRouteRef,
  path: '/projects/:project/verifications/:run',
});

/** The pipeline tab of an entity. */
export const entityContentRouteRef = createRouteRef();
