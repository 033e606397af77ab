import { screen } from '@testing-library/react';
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

it('says which link could not be made, and why', async () => {
  const api = FakeKargoApi.create({ stages: [aStage('prod')], links });
  renderWithKargo(<PipelineView scope={{ project: 'shop' }} />, api, {
    path: '/?view=list&stage=prod',
  });
  expect(await screen.findByText('What the pods print')).toBeInTheDocument();
  expect(screen.getByText(/link "On-call": not an http/)).toBeInTheDocument();
});
