import { screen, within } from '@testing-library/react';
import { aFreight, aStage, aWarehouse } from '../../dev/testing/builders';
import { FakeKargoApi } from '../../dev/testing/FakeKargoApi';
import { renderWithKargo } from '../../dev/testing/renderWithKargo';
import { PipelineView } from '../pipeline/PipelineView';

it('says where Freight was verified also when it is approved for a Stage', async () => {
  const api = FakeKargoApi.create({
    warehouses: [aWarehouse('web')],
    stages: [aStage('test'), aStage('prod')],
    freight: [
      aFreight('f1', {
        status: { verifiedIn: { test: {} }, approvedFor: { prod: {} } },
      }),
    ],
  });
  renderWithKargo(<PipelineView scope={{ project: 'shop' }} />, api, {
    path: '/?view=list',
  });
  const timeline = await screen.findByRole('list', {
    name: 'Freight, newest first',
  });
  expect(
    within(timeline).getByText('Approved for prod · Verified in test'),
  ).toBeInTheDocument();
});

it('shows the first of hundreds of Stages that take Freight', async () => {
  renderWithKargo(
    <PipelineView scope={{ project: 'shop' }} />,
    FakeKargoApi.create({
      warehouses: [aWarehouse('web')],
      stages: Array.from({ length: 45 }, (_, index) => aStage(`s${index}`)),
      freight: [aFreight('f1', { alias: 'calm-heron' })],
    }),
    { path: '/?view=list&freight=f1' },
  );
  const details = within(
    await screen.findByRole('dialog', { name: 'calm-heron' }),
  );
  expect(details.getAllByRole('button', { name: /^Promote / })).toHaveLength(
    40,
  );
  expect(
    details.getByRole('button', { name: 'Show 5 more' }),
  ).toBeInTheDocument();
});
