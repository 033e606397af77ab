import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { AccessVerdict } from 'backstage-plugin-kargo-common';
import {
  aFreight,
  aStage,
  aWarehouse,
  holding,
} from '../../dev/testing/builders';
import { FakeKargoApi } from '../../dev/testing/FakeKargoApi';
import { renderWithKargo } from '../../dev/testing/renderWithKargo';
import { PipelineView } from '../pipeline/PipelineView';

const gone = aFreight('f0', { alias: 'wise-otter', version: '0.9.0' });
const old = aFreight('f1', { alias: 'calm-heron', version: '1.0.0' });
const newest = aFreight('f2', {
  alias: 'keen-wren',
  version: '1.1.0',
  minutesOld: 10,
});

function open(promote: AccessVerdict = { allowed: true }) {
  const history = [newest, old, gone].flatMap(
    freight => holding(freight).freightHistory ?? [],
  );
  const api = FakeKargoApi.create({
    warehouses: [aWarehouse('web')],
    stages: [
      aStage('prod', {
        status: { ...holding(newest), freightHistory: history },
      }),
    ],
    freight: [old, newest],
    access: {
      project: { manage: { allowed: false } },
      stages: { prod: { promote, approve: { allowed: false } } },
    },
  });
  renderWithKargo(<PipelineView scope={{ project: 'shop' }} />, api, {
    path: '/?view=list&stage=prod',
  });
  return screen.findByRole('button', { name: 'Go back to 1.0.0 (calm-heron)' });
}

it('leads back to what ran before, through what it would change', async () => {
  await userEvent.click(await open());
  const dialog = within(
    await screen.findByRole('dialog', { name: 'Promote to prod' }),
  );
  expect(dialog.getByRole('radio', { name: /calm-heron/ })).toBeChecked();
  expect(
    dialog.getByRole('button', { name: 'Roll back to 1.0.0' }),
  ).toBeInTheDocument();
});

it('offers no way back to what is not there any more', async () => {
  await open();
  expect(screen.getByText(/^0\.9\.0/)).toBeInTheDocument();
  expect(
    screen.queryByRole('button', { name: /Go back to 0\.9\.0/ }),
  ).not.toBeInTheDocument();
});

it('refuses whoever may not promote, and says why', async () => {
  const button = await open({ allowed: false, reason: 'Ask the owners.' });
  await waitFor(() => expect(button).toHaveAttribute('aria-disabled', 'true'));
});
