import { mockApis, renderInTestApp } from '@backstage/frontend-test-utils';
import { permissionApiRef } from '@backstage/plugin-permission-react';
import { ReactElement } from 'react';
import { kargoApiRef } from '../../src/kargoApiRef';
import { KargoQueryProvider } from '../../src/queries/KargoQueryProvider';
import { FakeKargoApi } from './FakeKargoApi';

/** Draws a component over a Kargo in memory. */
export function renderWithKargo(
  element: ReactElement,
  api: FakeKargoApi,
  options: { path?: string } = {},
) {
  return renderInTestApp(<KargoQueryProvider>{element}</KargoQueryProvider>, {
    apis: [
      [kargoApiRef, api.asApi()],
      [permissionApiRef, mockApis.permission()],
    ],
    ...(options.path && { initialRouteEntries: [options.path] }),
  });
}
