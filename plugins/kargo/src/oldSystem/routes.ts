import {
  createExternalRouteRef,
  createRouteRef,
} from '@backstage/core-plugin-api';

/** The page of all projects. */
export const rootRouteRef = createRouteRef({ id: 'kargo' });

/** The pipeline tab of an entity. */
export const entityContentRouteRef = createRouteRef({ id: 'kargo-entity' });

/**
 * Where the links of tabs and cards lead. A portal need not mount all there is: asking for a
 * route that is mounted nowhere fails, asking for an optional one does not.
 */
export const pageTargetRouteRef = createExternalRouteRef({
  id: 'kargo-page',
  optional: true,
  defaultTarget: 'kargo.root',
});

/** As {@link pageTargetRouteRef}, of the pipeline tab. */
export const pipelineTargetRouteRef = createExternalRouteRef({
  id: 'kargo-pipeline',
  optional: true,
  defaultTarget: 'kargo.entityContent',
});
