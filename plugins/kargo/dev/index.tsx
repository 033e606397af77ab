import { Entity } from '@backstage/catalog-model';
import { createDevApp } from '@backstage/frontend-dev-utils';
import {
  ApiBlueprint,
  createFrontendModule,
  createFrontendPlugin,
  PageBlueprint,
} from '@backstage/frontend-plugin-api';
import {
  catalogApiRef,
  EntityProvider,
  entityRouteRef,
} from '@backstage/plugin-catalog-react';
import { catalogApiMock } from '@backstage/plugin-catalog-react/testUtils';
import {
  type PermissionApi,
  permissionApiRef,
} from '@backstage/plugin-permission-react';
import { ReactNode } from 'react';
import { KargoLinksProvider } from '../src/components/KargoLinks';
import { kargoApiRef } from '../src/kargoApiRef';
import { EntityDeliveriesCard } from '../src/overview/EntityDeliveriesCard';
import { EntityPipelineContent } from '../src/pipeline/EntityPipelineContent';
import { kargoApi, kargoPlugin } from '../src/plugin';
import { SCENARIOS } from './scenarios';

/**
 * The plugin over a Kargo in memory. `?scenario=many` (storefront, many, two, engine,
 * away, unreachable, empty, error, denied, unbound) chooses what it holds; `/tab` and `/card` show the parts
 * that live on entity pages.
 */
const scenario =
  new URLSearchParams(window.location.search).get('scenario') ?? 'storefront';
const api = (SCENARIOS[scenario] ?? SCENARIOS.storefront)().asApi();

const entity: Entity = {
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'Component',
  metadata: {
    name: 'storefront',
    namespace: 'default',
    annotations:
      scenario === 'unbound' ? {} : { 'kargo.akuity.io/project': 'shop' },
  },
  spec: {
    type: 'service',
    owner: 'group:default/shop',
    lifecycle: 'production',
  },
};

function OnEntity(props: { children: ReactNode }) {
  return (
    <EntityProvider entity={entity}>
      <KargoLinksProvider
        links={{
          entityPipeline: '/tab',
          project: project => `/kargo/projects/${project}`,
          promotion: (project, name) =>
            `/kargo/projects/${project}/promotions/${name}`,
          verification: (project, run) =>
            `/kargo/projects/${project}/verifications/${run}`,
        }}
      >
        <main style={{ padding: 24 }}>{props.children}</main>
      </KargoLinksProvider>
    </EntityProvider>
  );
}

const previews = createFrontendPlugin({
  pluginId: 'previews',
  extensions: [
    ApiBlueprint.make({
      name: 'catalog',
      params: defineParams =>
        defineParams({
          api: catalogApiRef,
          deps: {},
          factory: () => catalogApiMock({ entities: [entity] }),
        }),
    }),
    PageBlueprint.make({
      name: 'tab',
      params: {
        path: '/tab',
        title: 'Entity tab',
        loader: async () => (
          <OnEntity>
            <EntityPipelineContent />
          </OnEntity>
        ),
      },
    }),
    PageBlueprint.make({
      name: 'card',
      params: {
        path: '/card',
        title: 'Entity card',
        loader: async () => (
          <OnEntity>
            <div style={{ maxWidth: 640 }}>
              <EntityDeliveriesCard />
            </div>
          </OnEntity>
        ),
      },
    }),
    PageBlueprint.make({
      name: 'entity',
      params: {
        path: '/catalog/:namespace/:kind/:name',
        routeRef: entityRouteRef,
        loader: async () => <OnEntity>{entity.metadata.name}</OnEntity>,
      },
    }),
  ],
});

const allowingAll = {
  authorize: async () => ({ result: 'ALLOW' }),
} as unknown as PermissionApi;

/** Whoever looks may see everything: there is no portal to ask. */
const noPolicy = createFrontendModule({
  pluginId: 'app',
  extensions: [
    ApiBlueprint.make({
      name: 'permission',
      params: defineParams =>
        defineParams({
          api: permissionApiRef,
          deps: {},
          factory: () => allowingAll,
        }),
    }),
  ],
});

createDevApp({
  features: [
    noPolicy,
    previews,
    kargoPlugin.withOverrides({
      extensions: [
        kargoApi.override({
          params: defineParams =>
            defineParams({
              api: kargoApiRef,
              deps: {},
              factory: () => api,
            }),
        }),
      ],
    }),
  ],
});
