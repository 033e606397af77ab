import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import {
  aFreight,
  aStage,
  aWarehouse,
  holding,
} from '../../dev/testing/builders';
import { FakeKargoApi } from '../../dev/testing/FakeKargoApi';
import { renderWithKargo } from '../../dev/testing/renderWithKargo';
import { KargoRouter } from '../project/KargoRouter';

const [one, two] = ['1.0.0', '2.0.0'].map((version, index) =>
  aFreight(version, { version, minutesOld: 10 - index }),
);
const path = '/projects/shop/versions';

it('answers where a version is', async () => {
  const api = FakeKargoApi.create({
    warehouses: [aWarehouse('web')],
    stages: [
      aStage('prod', { sources: { stages: ['test'] }, status: holding(one) }),
      aStage('test', {
        status: {
          freightHistory: [two, one].flatMap(
            item => holding(item).freightHistory ?? [],
          ),
        },
      }),
    ],
    freight: [one, two, aFreight('3', { version: '3.0.0', minutesOld: 1 })],
  });
  renderWithKargo(<KargoRouter />, api, { path });
  const table = within(
    await screen.findByRole('table', {
      name: 'Versions of registry.example.com/web',
    }),
  );
  const texts = () =>
    table
      .getAllByRole('row')
      .map(row =>
        [...row.children].map(({ textContent }) => textContent).join(' | '),
      );
  expect(texts()).toEqual([
    'Version | test | prod',
    '2.0.0 | Runs here | ',
    '1.0.0 | 1 version ago | Runs here',
  ]);
  await userEvent.click(
    screen.getByRole('checkbox', { name: 'Also versions that ran nowhere' }),
  );
  expect(texts()[1]).toBe('3.0.0 |  | ');
});

it('says that there is no Freight yet', async () => {
  const api = FakeKargoApi.create({ warehouses: [aWarehouse('web')] });
  renderWithKargo(<KargoRouter />, api, { path });
  expect(await screen.findByText('No Freight yet')).toBeInTheDocument();
});
