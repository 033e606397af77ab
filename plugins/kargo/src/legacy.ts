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
  fetchApiRef,
} from '@backstage/core-plugin-api';
import { createSearchResultListItemExtension } from '@backstage/plugin-search-react';
import { KARGO_SEARCH_TYPE, KargoClient } from 'backstage-plugin-kargo-common';
import { kargoApiRef } from './kargoApiRef';
import {
  entityContentRouteRef,
  pageTargetRouteRef,
  pipelineTargetRouteRef,
  rootRouteRef,
} from './oldSystem/routes';

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
  externalRoutes: {
    page: pageTargetRouteRef,
    pipeline: pipelineTargetRouteRef,
  },
});

/** The page of all projects. @public */
export const KargoPage = kargoPlugin.provide(
  createRoutableExtension({
    name: 'KargoPage',
    component: () =>
      import('./oldSystem/LegacyKargoPage').then(m => m.LegacyKargoPage),
    mountPoint: rootRouteRef,
  }),
);

/** The pipeline tab of an entity. @public */
export const EntityKargoContent = kargoPlugin.provide(
  createRoutableExtension({
    name: 'EntityKargoContent',
    component: () =>
      import('./oldSystem/LegacyParts').then(m => m.LegacyPipelineContent),
    mountPoint: entityContentRouteRef,
  }),
);

/**
 * The tab of systems, groups and environments: what runs of each component in each environment.
 *
 * @public
 */
export const EntityKargoSystemContent = kargoPlugin.provide(
  createComponentExtension({
    name: 'EntityKargoSystemContent',
    component: {
      lazy: () =>
        import('./oldSystem/LegacyParts').then(m => m.LegacySystemContent),
    },
  }),
);

/** The overview card of an entity. @public */
export const EntityKargoDeliveriesCard = kargoPlugin.provide(
  createComponentExtension({
    name: 'EntityKargoDeliveriesCard',
    component: {
      lazy: () =>
        import('./oldSystem/LegacyParts').then(m => m.LegacyDeliveriesCard),
    },
  }),
);

/** The home page's card of what goes on only when the viewer does something. @public */
export const KargoWaitingForYouCard = kargoPlugin.provide(
  createComponentExtension({
    name: 'KargoWaitingForYouCard',
    component: {
      lazy: () =>
        import('./oldSystem/LegacyParts').then(m => m.LegacyWaitingForYouCard),
    },
  }),
);

/** What the search found of Kargo, among the results on the search page. @public */
export const KargoSearchResultListItem = kargoPlugin.provide(
  createSearchResultListItemExtension({
    name: 'KargoSearchResultListItem',
    predicate: ({ type }) => type === KARGO_SEARCH_TYPE,
    component: () =>
      import('./search/KargoSearchResultListItem').then(
        m => m.KargoSearchResultListItem,
      ),
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
