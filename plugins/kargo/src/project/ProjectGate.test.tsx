import { EntityProvider } from '@backstage/plugin-catalog-react';
import { act, screen, waitFor } from '@testing-library/react';
import { aProject, aStage, aWarehouse } from '../../dev/testing/builders';
import { FakeKargoApi } from '../../dev/testing/FakeKargoApi';
import { renderWithKargo } from '../../dev/testing/renderWithKargo';
import { EntityDeliveriesCard } from '../overview/EntityDeliveriesCard';
import { EntityPipelineContent } from '../pipeline/EntityPipelineContent';
import { KargoRouter } from './KargoRouter';

const project = aProject('shop', [1, 1]);
const entity = {
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'Component',
  metadata: {
    name: 'web',
    annotations: { 'kargo.akuity.io/project': 'shop' },
  },
};

function shop() {
  return FakeKargoApi.create({
    projects: [project],
    stages: [aStage('test')],
    warehouses: [aWarehouse('web')],
  });
}

/** Until a page would hear of the project. */
async function followed(api: FakeKargoApi) {
  await waitFor(() =>
    expect(api.streams.at(-1)?.join()).toMatch(/projects \*@\d/),
  );
}

it.each([
  '',
  '/activity',
  '/versions',
  '/promotions/test.1',
  '/verifications/run-1',
  '/settings/general',
  '/settings/credentials',
])('says at once on the page %s that its project is gone', async path => {
  const api = shop();
  renderWithKargo(<KargoRouter />, api, { path: `/projects/shop${path}` });
  await followed(api);
  act(() => api.remove('projects', 'shop'));
  expect(await screen.findByRole('alert')).toHaveTextContent(
    'Project shop is gone',
  );
  expect(
    screen.getByRole('button', { name: 'Create Project' }),
  ).toBeInTheDocument();
  await waitFor(() => expect(document.title).toBe('shop · Kargo'));
});

it.each([
  ['tab', <EntityPipelineContent />],
  ['card', <EntityDeliveriesCard />],
])(
  'says at once in the %s of an entity that its project is gone',
  async (_, part) => {
    const api = shop();
    renderWithKargo(
      <EntityProvider entity={entity}>{part}</EntityProvider>,
      api,
    );
    await followed(api);
    act(() => api.remove('projects', 'shop'));
    expect(await screen.findByRole('alert')).toHaveTextContent(
      'Project shop is gone',
    );
  },
);

it('shows a project that is made again', async () => {
  const api = shop();
  renderWithKargo(<KargoRouter />, api, { path: '/projects/shop' });
  await followed(api);
  act(() => api.remove('projects', 'shop'));
  await screen.findByText('Project shop is gone');
  // Of nothing else there is anything to be told.
  await waitFor(() => expect(api.streams.at(-1)).toHaveLength(1));
  await waitFor(() => expect(api.openStreams).toBe(1));
  act(() => api.put('projects', project));
  expect(
    await screen.findByRole('heading', { name: 'shop' }),
  ).toBeInTheDocument();
});

it('calls no pipeline empty whose project is being deleted', async () => {
  const api = shop();
  renderWithKargo(<KargoRouter />, api, { path: '/projects/shop' });
  await followed(api);
  const { metadata } = project;
  act(() => {
    api.put('projects', {
      ...project,
      metadata: { ...metadata, deletionTimestamp: '2026-03-01T12:00:00Z' },
    });
    api.remove('stages', 'test');
    api.remove('warehouses', 'web');
  });
  expect(
    await screen.findByText(/^Project shop is being deleted/),
  ).toBeInTheDocument();
  await waitFor(() =>
    expect(
      screen.queryByRole('region', { name: /^Pipeline/ }),
    ).not.toBeInTheDocument(),
  );
  expect(screen.queryByText('The pipeline is empty')).not.toBeInTheDocument();
});
