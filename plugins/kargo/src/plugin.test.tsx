import { renderTestApp } from '@backstage/frontend-test-utils';
import { catalogApiRef } from '@backstage/plugin-catalog-react';
import {
  catalogApiMock,
  createTestEntityPage,
} from '@backstage/plugin-catalog-react/testUtils';
import { screen } from '@testing-library/react';
import { kargoApiRef } from './kargoApiRef';
import {
  entityDeliveriesCard,
  entityPipelineContent,
  kargoPage,
  kargoPlugin,
  searchResultType,
  systemContent,
  waitingForYouWidget,
} from './plugin';
import { aProject, aStage, aWarehouse } from '../dev/testing/builders';
import { FakeKargoApi } from '../dev/testing/FakeKargoApi';

const api = FakeKargoApi.create({
  projects: [aProject('shop', [1, 1])],
  stages: [aStage('test')],
  warehouses: [aWarehouse('web')],
});

it('serves the projects page', async () => {
  renderTestApp({
    features: [
      kargoPlugin.withOverrides({
        extensions: [
          kargoPage.override({ if: undefined }),
          entityPipelineContent.override({ if: undefined }),
          entityDeliveriesCard.override({ if: undefined }),
          systemContent.override({ if: undefined }),
          waitingForYouWidget.override({ if: undefined }),
          searchResultType.override({ if: undefined }),
        ],
      }),
    ],
    initialRouteEntries: ['/kargo'],
    apis: [
      [kargoApiRef, api.asApi()],
      [catalogApiRef, catalogApiMock()],
    ],
  });
  expect(await screen.findByRole('link', { name: 'shop' })).toHaveAttribute(
    'href',
    '/kargo/projects/shop',
  );
});

it('puts the pipeline on entities that name a project', async () => {
  renderTestApp({
    extensions: [
      createTestEntityPage({
        entity: {
          apiVersion: 'backstage.io/v1alpha1',
          kind: 'Component',
          metadata: {
            name: 'web',
            annotations: { 'kargo.akuity.io/project': 'shop' },
          },
        },
      }),
      entityPipelineContent.override({ if: undefined }),
    ],
    apis: [[kargoApiRef, api.asApi()]],
  });
  expect(
    await screen.findByRole('region', {
      name: 'Pipeline from Warehouses to Stages',
    }),
  ).toBeInTheDocument();
});
