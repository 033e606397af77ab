import { Entity } from '@backstage/catalog-model';
import {
  catalogApiRef,
  EntityProvider,
  entityRouteRef,
} from '@backstage/plugin-catalog-react';
import { catalogApiMock } from '@backstage/plugin-catalog-react/testUtils';
import { renderInTestApp } from '@backstage/frontend-test-utils';
import { QueryClient, useQueryClient } from '@tanstack/react-query';
import { act, screen, within } from '@testing-library/react';
import { KargoRequestError } from 'backstage-plugin-kargo-common';
import {
  aFreight,
  aStage,
  aWarehouse,
  holding,
} from '../../dev/testing/builders';
import { FakeKargoApi } from '../../dev/testing/FakeKargoApi';
import { KargoLinksProvider } from '../components/KargoLinks';
import { kargoApiRef } from '../kargoApiRef';
import { KargoQueryProvider } from '../queries/KargoQueryProvider';
import { SystemContent } from './SystemContent';

const system: Entity = {
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'System',
  metadata: { name: 'store', namespace: 'default' },
};

function component(name: string, project?: string): Entity {
  return {
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'Component',
    metadata: {
      name,
      namespace: 'default',
      annotations: project ? { 'kargo.akuity.io/project': project } : {},
    },
    relations: [{ type: 'partOf', targetRef: 'system:default/store' }],
  };
}

function render(api: FakeKargoApi, ...entities: Entity[]) {
  renderOf(system, api, ...entities);
}

function renderOf(entity: Entity, api: FakeKargoApi, ...entities: Entity[]) {
  renderInTestApp(
    <EntityProvider entity={entity}>
      <KargoLinksProvider links={{ project: name => `/kargo/${name}` }}>
        <SystemContent />
      </KargoLinksProvider>
    </EntityProvider>,
    {
      apis: [
        [kargoApiRef, api.asApi()],
        [catalogApiRef, catalogApiMock({ entities })],
      ],
      mountedRoutes: { '/catalog/:namespace/:kind/:name': entityRouteRef },
    },
  );
}

const freight = aFreight('f1', { version: '1.4.1' });
const shop = () =>
  FakeKargoApi.create({
    warehouses: [aWarehouse('web')],
    stages: [
      aStage('web-test', { status: holding(freight) }),
      aStage('web-prod', { sources: { stages: ['web-test'] } }),
    ],
    freight: [freight],
  });

it('shows the components of a system across their environments', async () => {
  render(shop(), component('web', 'shop'), component('docs'));
  const table = within(
    await screen.findByRole('table', {
      name: 'What runs of each component in each environment',
    }),
  );
  const [head, web, ...others] = table.getAllByRole('row');
  expect(head).toHaveTextContent('Componenttestprod');
  expect(web).toHaveTextContent(/web.*1\.4\.1.*Ready.*Empty/);
  expect(others).toEqual([]);
  expect(table.getByRole('link', { name: 'web-prod' })).toHaveAttribute(
    'href',
    '/kargo/shop?stage=web-prod',
  );
});

it('says how to begin where no component names a project', async () => {
  render(shop(), component('docs'));
  expect(
    await screen.findByText('No component is delivered yet'),
  ).toBeInTheDocument();
});

it('names the project that could not be loaded', async () => {
  const api = shop();
  api.failure = new KargoRequestError(403, 'you may not read it');
  render(api, component('web', 'shop'));
  expect(
    await screen.findByText(
      'Project shop could not be loaded: you may not read it',
    ),
  ).toBeInTheDocument();
});

it('keeps what it shows when the catalog does not answer again', async () => {
  const api = shop();
  const catalog = catalogApiMock({ entities: [component('web', 'shop')] });
  let client: QueryClient | undefined;
  function Client() {
    client = useQueryClient();
    return null;
  }
  renderInTestApp(
    <EntityProvider entity={system}>
      <SystemContent />
      <KargoQueryProvider>
        <Client />
      </KargoQueryProvider>
    </EntityProvider>,
    {
      apis: [
        [kargoApiRef, api.asApi()],
        [catalogApiRef, catalog],
      ],
      mountedRoutes: { '/catalog/:namespace/:kind/:name': entityRouteRef },
    },
  );
  expect(await screen.findByRole('table')).toBeInTheDocument();
  jest
    .spyOn(catalog, 'getEntities')
    .mockRejectedValue(new KargoRequestError(422, 'The catalog is closed'));
  await act(() => client!.refetchQueries());
  expect(await screen.findByText('The catalog is closed')).toBeInTheDocument();
  expect(screen.getByRole('table')).toBeInTheDocument();
});

function related(
  type: string,
  targetRef: string,
  name: string,
  project = name,
) {
  return { ...component(name, project), relations: [{ type, targetRef }] };
}

async function columns() {
  const table = within(await screen.findByRole('table'));
  return table.getAllByRole('columnheader').map(cell => cell.textContent);
}

it('shows a group what runs of the components that it owns', async () => {
  const group = {
    ...system,
    kind: 'Group',
    metadata: { name: 'makers', namespace: 'default' },
  };
  const owned = related('ownedBy', 'group:default/makers', 'web', 'shop');
  renderOf(group, shop(), owned, component('other', 'shop'));
  expect(await columns()).toEqual(['Component', 'test', 'prod']);
  expect(screen.queryByText('other')).not.toBeInTheDocument();
});

it('shows an environment what runs there of the components that depend on it', async () => {
  const cluster = {
    ...system,
    kind: 'Resource',
    metadata: {
      name: 'cluster',
      namespace: 'default',
      annotations: { 'kargo.akuity.io/environment': 'prod, prod-eu' },
    },
  };
  renderOf(
    cluster,
    shop(),
    related('dependsOn', 'resource:default/cluster', 'web', 'shop'),
  );
  expect(await columns()).toEqual(['Component', 'prod']);
});

it('looks into so many projects, and says how many more there are', async () => {
  const many = Array.from({ length: 23 }, (_, index) =>
    related('partOf', 'system:default/store', `web-${index}`),
  );
  const api = shop();
  render(api, ...many);
  expect(
    await screen.findByText('3 more projects are not looked into.'),
  ).toBeInTheDocument();
});
