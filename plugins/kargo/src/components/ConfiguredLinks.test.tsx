import { fireEvent, screen, waitFor } from '@testing-library/react';
import { Link } from 'react-router-dom';
import { aFreight, aStage } from '../../dev/testing/builders';
import { FakeKargoApi } from '../../dev/testing/FakeKargoApi';
import { renderWithKargo } from '../../dev/testing/renderWithKargo';
import { PipelineView } from '../pipeline/PipelineView';

const links = {
  'stage prod': {
    links: [
      {
        title: 'Logs',
        url: 'https://logs.example.com/?namespace=shop-prod',
        description: 'What the pods print',
      },
    ],
    errors: ['link "On-call": not an http or https URL'],
  },
  'freight f1': {
    links: [{ title: 'Release notes', url: 'https://git.example.com/1.0.0' }],
  },
};

it.each([
  ['a Stage', 'stage=prod', 'Logs', links['stage prod'].links[0].url],
  ['Freight', 'freight=f1', 'Release notes', 'https://git.example.com/1.0.0'],
])('shows the links of %s that are configured', async (_, open, name, url) => {
  const api = FakeKargoApi.create({
    stages: [aStage('prod')],
    freight: [aFreight('f1')],
    links,
  });
  renderWithKargo(<PipelineView scope={{ project: 'shop' }} />, api, {
    path: `/?view=list&${open}`,
  });
  const link = await screen.findByRole('link', { name });
  expect(link).toHaveAttribute('href', url);
});

it('never shows those of one piece of Freight with another', async () => {
  const api = FakeKargoApi.create({
    stages: [aStage('prod')],
    freight: [aFreight('f1'), aFreight('f2')],
    links,
  });
  const ofFreight = api.listFreightLinks.bind(api);
  const asked = jest
    .spyOn(api, 'listFreightLinks')
    .mockImplementation(request =>
      request.freight === 'f2' ? new Promise(() => {}) : ofFreight(request),
    );
  renderWithKargo(
    <>
      <Link to="?view=list&freight=f2">another</Link>
      <PipelineView scope={{ project: 'shop' }} />
    </>,
    api,
    { path: '/?view=list&freight=f1' },
  );
  await screen.findByRole('link', { name: 'Release notes' });
  fireEvent.click(screen.getByText('another'));
  await waitFor(() =>
    expect(asked.mock.calls.map(([{ freight }]) => freight)).toContain('f2'),
  );
  expect(
    screen.queryByRole('link', { name: 'Release notes' }),
  ).not.toBeInTheDocument();
});

it('says which link could not be made, and why', async () => {
  const api = FakeKargoApi.create({ stages: [aStage('prod')], links });
  renderWithKargo(<PipelineView scope={{ project: 'shop' }} />, api, {
    path: '/?view=list&stage=prod',
  });
  expect(await screen.findByText('What the pods print')).toBeInTheDocument();
  expect(screen.getByText(/link "On-call": not an http/)).toBeInTheDocument();
});
