import { mockApis, renderInTestApp } from '@backstage/frontend-test-utils';
import { Entity } from '@backstage/catalog-model';
import { catalogApiRef, entityRouteRef } from '@backstage/plugin-catalog-react';
import { catalogApiMock } from '@backstage/plugin-catalog-react/testUtils';
import { permissionApiRef } from '@backstage/plugin-permission-react';
import { ReactElement } from 'react';
import { kargoApiRef } from '../../src/kargoApiRef';
import { KargoQueryProvider } from '../../src/queries/KargoQueryProvider';
import { FakeKargoApi } from './FakeKargoApi';

/** Draws a component over a Kargo and a catalog in memory. */
export function renderWithKargo(
  element: ReactElement,
  api: FakeKargoApi,
  options: { path?: string; entities?: Entity[] } = {},
) {
  return renderInTestApp(<KargoQueryProvider>{element}</KargoQueryProvider>, {
    apis: [
      [kargoApiRef, api.asApi()],
      [permissionApiRef, mockApis.permission()],
      [catalogApiRef, catalogApiMock({ entities: options.entities ?? [] })],
    ],
    mountedRoutes: { '/catalog/:namespace/:kind/:name': entityRouteRef },
    ...(options.path && { initialRouteEntries: [options.path] }),
  });
}
