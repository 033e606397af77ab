import { Entity } from '@backstage/catalog-model';
import { FlatRoutes } from '@backstage/core-app-api';
import { attachComponentData } from '@backstage/core-plugin-api';
import {
  catalogApiRef,
  EntityProvider,
  entityRouteRef,
} from '@backstage/plugin-catalog-react';
import { catalogApiMock } from '@backstage/plugin-catalog-react/testUtils';
import {
  permissionApiRef,
  type PermissionApi,
} from '@backstage/plugin-permission-react';
import { renderInTestApp, TestApiProvider } from '@backstage/test-utils';
import { screen } from '@testing-library/react';
import { ReactElement, ReactNode } from 'react';
import { Route, Routes, useOutlet } from 'react-router-dom';
import {
  aFreight,
  aProject,
  aPromotion,
  aStage,
  aSummary,
  aWarehouse,
  holding,
} from '../dev/testing/builders';
import { FakeKargoApi } from '../dev/testing/FakeKargoApi';
import { kargoApiRef } from './kargoApiRef';
import {
  EntityKargoContent,
  EntityKargoDeliveriesCard,
  EntityKargoSystemContent,
  KargoPage,
  KargoWaitingForYouCard,
} from './legacy';

const permissions = {
  authorize: async () => ({ result: 'ALLOW' }),
} as unknown as PermissionApi;

const entity: Entity = {
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'Component',
  metadata: {
    name: 'web',
    namespace: 'default',
    annotations: { 'kargo.akuity.io/project': 'shop' },
  },
  relations: [{ type: 'partOf', targetRef: 'system:default/store' }],
};

const system: Entity = {
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'System',
  metadata: { name: 'store', namespace: 'default' },
};

/** The page of an entity, which shows what stands inside of its route. */
function EntityPage(props: { entity: Entity }) {
  return <EntityProvider entity={props.entity}>{useOutlet()}</EntityProvider>;
}
attachComponentData(EntityPage, 'core.mountPoint', entityRouteRef);

const older = aFreight('f1', { version: '1.0.0', minutesOld: 90 });
const newer = aFreight('f2', { version: '1.1.0' });
const test = aStage('test', { status: holding(older) });

function shop() {
  return FakeKargoApi.create({
    projects: [aProject('shop', [1, 2])],
    summaries: [
      aSummary('shop', {
        stages: { count: 2, healthy: 1 },
        forCaller: [
          { kind: 'promote', stage: 'test', freight: 'f2', version: '1.1.0' },
        ],
      }),
    ],
    warehouses: [aWarehouse('web')],
    stages: [test],
    freight: [older, newer],
    promotions: [aPromotion('test.1', test, older, { phase: 'Succeeded' })],
    access: {
      project: { manage: { allowed: true } },
      stages: {
        test: { promote: { allowed: true }, approve: { allowed: true } },
      },
    },
  });
}

/** A portal of the old frontend system that mounted some of the plugin, opened at a path. */
function openPortal(path: string, routes: ReactElement) {
  return renderInTestApp(
    <TestApiProvider
      apis={[
        [kargoApiRef, shop().asApi()],
        [permissionApiRef, permissions],
        [catalogApiRef, catalogApiMock({ entities: [entity, system] })],
      ]}
    >
      <FlatRoutes>{routes}</FlatRoutes>
    </TestApiProvider>,
    { routeEntries: [path] },
  );
}

const kargoPage = <Route path="/kargo" element={<KargoPage />} />;

/** Mounts something on the page of an entity. */
function onPageOf(shown: Entity, parts: ReactNode) {
  return (
    <Route
      path="/catalog/:namespace/:kind/:name"
      element={<EntityPage entity={shown} />}
    >
      {parts}
    </Route>
  );
}

const componentPage = onPageOf(
  entity,
  <>
    <EntityKargoDeliveriesCard />
    <Routes>
      <Route path="/delivery" element={<EntityKargoContent />} />
      <Route path="*" element={null} />
    </Routes>
  </>,
);

const ofComponent = '/catalog/default/component/web';

async function hrefOf(name: string): Promise<string | null> {
  return (await screen.findByRole('link', { name })).getAttribute('href');
}

describe('a portal of the old frontend system', () => {
  it('shows the projects page', async () => {
    await openPortal(
      '/kargo',
      <>
        {kargoPage}
        {componentPage}
      </>,
    );
    expect(await hrefOf('shop')).toBe('/kargo/projects/shop');
    expect(screen.getByText('1 of 2 healthy')).toBeInTheDocument();
  });

  it('leads from the card of a component to its pipeline, and to what may be promoted', async () => {
    await openPortal(
      ofComponent,
      <>
        {kargoPage}
        {componentPage}
      </>,
    );
    const pipeline = `${ofComponent}/delivery`;
    expect(await hrefOf('test')).toBe(`${pipeline}?stage=test`);
    expect(await hrefOf('Open pipeline')).toBe(pipeline);
    expect(await hrefOf('Promote to test')).toBe(`${pipeline}?promote=test`);
  });

  it('leads from a promotion in the tab to its page', async () => {
    await openPortal(
      `${ofComponent}/delivery?promotion=test.1`,
      <>
        {kargoPage}
        {componentPage}
      </>,
    );
    expect(await hrefOf('Open as a page')).toBe(
      '/kargo/projects/shop/promotions/test.1',
    );
  });

  it('shows the card where nothing is mounted that it could lead to', async () => {
    await openPortal(
      ofComponent,
      onPageOf(entity, <EntityKargoDeliveriesCard />),
    );
    expect(await screen.findByText('test')).toBeInTheDocument();
    expect(screen.queryByRole('link')).not.toBeInTheDocument();
  });

  it('leads from the page of a system to the Stages of its components', async () => {
    await openPortal(
      '/catalog/default/system/store',
      <>
        {kargoPage}
        {onPageOf(system, <EntityKargoSystemContent />)}
      </>,
    );
    expect(await hrefOf('test')).toBe('/kargo/projects/shop?stage=test');
  });

  it('leads from the home page to what waits for the viewer', async () => {
    await openPortal(
      '/home',
      <>
        {kargoPage}
        {componentPage}
        <Route path="/home" element={<KargoWaitingForYouCard />} />
      </>,
    );
    expect(await hrefOf('1.1.0 can be promoted to test')).toBe(
      '/kargo/projects/shop?promote=test&freight=f2',
    );
  });
});
