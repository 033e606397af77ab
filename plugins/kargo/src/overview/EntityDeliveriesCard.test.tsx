import { Entity } from '@backstage/catalog-model';
import { EntityProvider } from '@backstage/plugin-catalog-react';
import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import {
  aFreight,
  aStage,
  aWarehouse,
  holding,
} from '../../dev/testing/builders';
import { FakeKargoApi } from '../../dev/testing/FakeKargoApi';
import { renderWithKargo } from '../../dev/testing/renderWithKargo';
import { EntityDeliveriesCard } from './EntityDeliveriesCard';

function onEntity(annotations: Record<string, string>) {
  const entity: Entity = {
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'Component',
    metadata: { name: 'web', annotations },
  };
  return (
    <EntityProvider entity={entity}>
      <EntityDeliveriesCard />
    </EntityProvider>
  );
}

it('shows what runs in each Stage and how far behind it is', async () => {
  const [one, two] = [1, 2].map(n =>
    aFreight(`f${n}`, { version: `1.${n}.0`, minutesOld: 10 - n }),
  );
  renderWithKargo(
    onEntity({
      'kargo.akuity.io/project': 'shop',
      'kargo.akuity.io/stages': 'test,prod',
    }),
    FakeKargoApi.create({
      warehouses: [aWarehouse('web')],
      stages: [
        aStage('test', { status: holding(two) }),
        aStage('prod', { sources: { stages: ['test'] }, status: holding(one) }),
        aStage('other'),
      ],
      freight: [one, two],
    }),
  );
  expect(await screen.findByText('1 behind test')).toBeInTheDocument();
  expect(screen.getByText('1.1.0')).toBeInTheDocument();
  expect(screen.queryByText('other')).not.toBeInTheDocument();
});

it('says what newer Freight waits for, and whom', async () => {
  const one = aFreight('f1', { version: '1.0.0', minutesOld: 90 });
  const two = aFreight('f2', { version: '1.1.0' });
  renderWithKargo(
    onEntity({ 'kargo.akuity.io/project': 'shop' }),
    FakeKargoApi.create({
      warehouses: [aWarehouse('web')],
      stages: [
        aStage('test', { status: holding(one) }),
        aStage('prod', { sources: { stages: ['test'] }, status: holding(one) }),
      ],
      freight: [one, two],
      access: {
        project: { manage: { allowed: false } },
        stages: {
          test: { promote: { allowed: true }, approve: { allowed: false } },
          prod: { promote: { allowed: true }, approve: { allowed: false } },
        },
      },
    }),
  );
  expect(
    await screen.findByText('Waits for you to promote it'),
  ).toBeInTheDocument();
  expect(
    await screen.findByText('Not yet verified in test'),
  ).toBeInTheDocument();
});

it('explains the annotation that is missing', async () => {
  renderWithKargo(onEntity({}), FakeKargoApi.create());
  expect(
    await screen.findByText('No pipeline is connected yet'),
  ).toBeInTheDocument();
});

it.each([
  [
    'Stages that only let through',
    { stages: [aStage('gate', { steps: [] })] },
    /^Stages here only let Freight through/,
  ],
  [
    'Warehouses alone',
    { warehouses: [aWarehouse('web')] },
    /^No Stage here takes/,
  ],
  [
    'nothing',
    {},
    'Add a Warehouse, which finds new versions, and a Stage, which takes them.',
  ],
])('says what there is where nothing runs: %s', async (_, content, text) => {
  renderWithKargo(
    onEntity({ 'kargo.akuity.io/project': 'shop' }),
    FakeKargoApi.create(content),
  );
  expect(await screen.findByText(text)).toBeInTheDocument();
});

it('shows the first of hundreds of Stages, and more on request', async () => {
  renderWithKargo(
    onEntity({ 'kargo.akuity.io/project': 'shop' }),
    FakeKargoApi.create({
      warehouses: [aWarehouse('web')],
      stages: Array.from({ length: 30 }, (_, index) => aStage(`s${index}`)),
    }),
  );
  const more = await screen.findByRole('button', { name: 'Show 5 more' });
  expect(screen.getAllByRole('rowheader')).toHaveLength(25);
  await userEvent.click(more);
  expect(screen.getAllByRole('rowheader')).toHaveLength(30);
  expect(more).not.toBeInTheDocument();
});
