import { catalogApiRef } from '@backstage/plugin-catalog-react';
import { catalogApiMock } from '@backstage/plugin-catalog-react/testUtils';
import {
  permissionApiRef,
  type PermissionApi,
} from '@backstage/plugin-permission-react';
import { renderInTestApp, TestApiProvider } from '@backstage/test-utils';
import { screen } from '@testing-library/react';
import { kargoApiRef } from './kargoApiRef';
import { KargoPage } from './legacy';
import { aProject } from '../dev/testing/builders';
import { FakeKargoApi } from '../dev/testing/FakeKargoApi';
import { Route, Routes } from 'react-router-dom';

const permissions = {
  authorize: async () => ({ result: 'ALLOW' }),
} as unknown as PermissionApi;

it('shows the projects page in the old frontend system', async () => {
  const api = FakeKargoApi.create({ projects: [aProject('shop', [1, 2])] });
  await renderInTestApp(
    <TestApiProvider
      apis={[
        [kargoApiRef, api.asApi()],
        [permissionApiRef, permissions],
        [catalogApiRef, catalogApiMock()],
      ]}
    >
      <Routes>
        <Route path="/*" element={<KargoPage />} />
      </Routes>
    </TestApiProvider>,
  );
  expect(await screen.findByRole('link', { name: 'shop' })).toBeInTheDocument();
  expect(screen.getByText('1 of 2 healthy')).toBeInTheDocument();
});
