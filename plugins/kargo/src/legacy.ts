/**
 * The plugin for portals that still use the old frontend system.
 *
 * @packageDocumentation
 */
import {
  createApiFactory,
  createComponentExtension,
  createPlugin,
  createRoutableExtension,
  createRouteRef,
  fetchApiRef,
} from '@backstage/core-plugin-api';
import { KargoClient } from 'backstage-plugin-kargo-common';
import { kargoApiRef } from './kargoApiRef';

const rootRouteRef = createRouteRef({ id: 'kargo' });
const entityContentRouteRef = createRouteRef({ id: 'kargo-entity' });

/** The plugin. @public */
export const kargoPlugin = createPlugin({
  id: 'kargo',
  apis: [
    createApiFactory({
      api: kargoApiRef,
      deps: { fetchApi: fetchApiRef },
      factory: ({ fetchApi }) => KargoClient.create({ fetch: fetchApi.fetch }),
    }),
  ],
  routes: { root: rootRouteRef, entityContent: entityContentRouteRef },
});

/** The page of all projects. @public */
export const KargoPage = kargoPlugin.provide(
  createRoutableExtension({
    name: 'KargoPage',
    component: () =>
      import('./project/LegacyKargoPage').then(m => m.LegacyKargoPage),
    mountPoint: rootRouteRef,
  }),
);

/** The pipeline tab of an entity. @public */
export const EntityKargoContent = kargoPlugin.provide(
  createRoutableExtension({
    name: 'EntityKargoContent',
    component: () =>
      import('./pipeline/EntityPipelineContent').then(
        m => m.EntityPipelineContent,
      ),
    mountPoint: entityContentRouteRef,
  }),
);

/** The tab of a system: what runs of each of its components in each environment. @public */
export const EntityKargoSystemContent = kargoPlugin.provide(
  createComponentExtension({
    name: 'EntityKargoSystemContent',
    component: {
      lazy: () => import('./system/SystemContent').then(m => m.SystemContent),
    },
  }),
);

/** The overview card of an entity. @public */
export const EntityKargoDeliveriesCard = kargoPlugin.provide(
  createComponentExtension({
    name: 'EntityKargoDeliveriesCard',
    component: {
      lazy: () =>
        import('./overview/EntityDeliveriesCard').then(
          m => m.EntityDeliveriesCard,
        ),
    },
  }),
);

export {
  kargoAdditionsApiRef,
  type KargoAddition,
  type KargoAdditions,
  type KargoPageAddition,
  type KargoProjectPageProps,
  type KargoPromoteSectionProps,
  type KargoPromotionStep,
  type KargoStageSectionProps,
  type KargoStepViewAddition,
  type KargoStepViewProps,
} from './additions/KargoAdditions';
export { isKargoAvailable } from 'backstage-plugin-kargo-common';
