import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import {
  aFreight,
  aProject,
  aStage,
  aWarehouse,
  holding,
} from '../../dev/testing/builders';
import { FakeKargoApi } from '../../dev/testing/FakeKargoApi';
import { renderWithKargo } from '../../dev/testing/renderWithKargo';
import { KargoRouter } from '../project/KargoRouter';

const fresh = aFreight('f2', { alias: 'brisk-otter', version: '1.1.0' });

function open(path: string) {
  const api = FakeKargoApi.create({
    projects: [aProject('shop', [1, 1])],
    warehouses: [aWarehouse('web')],
    stages: [aStage('test', { status: holding(fresh) }), aStage('uat')],
    freight: [fresh],
    access: {
      project: { manage: { allowed: true } },
      stages: {
        test: { promote: { allowed: true }, approve: { allowed: true } },
      },
    },
  });
  renderWithKargo(<KargoRouter />, api, { path: `/projects/shop${path}` });
}

const noDialog = () =>
  waitFor(() => expect(screen.queryByRole('dialog')).not.toBeInTheDocument());

it('gives the focus back to the Stage behind one dialog after another', async () => {
  const user = userEvent.setup();
  open('?view=list');
  const stage = await screen.findByRole('button', { name: 'test' });
  await user.click(stage);
  const details = within(await screen.findByRole('dialog', { name: 'test' }));
  await user.click(details.getByRole('button', { name: 'Promote' }));
  await screen.findByRole('dialog', { name: 'Promote to test' });
  await user.keyboard('{Escape}');
  await noDialog();
  expect(screen.getByRole('button', { name: 'test' })).toHaveFocus();
});

it('gives the focus back to the button behind its menu', async () => {
  const user = userEvent.setup();
  open('?view=list');
  const button = await screen.findByRole('button', { name: 'Create' });
  await user.click(button);
  await user.click(await screen.findByRole('menuitem', { name: 'Stage' }));
  await screen.findByRole('dialog', { name: 'Create Stage' });
  await user.keyboard('{Escape}');
  await noDialog();
  expect(button).toHaveFocus();
});

it('gives the focus back to the button of a dialog in the settings', async () => {
  const user = userEvent.setup();
  open('/settings/roles');
  const button = await screen.findByRole('button', { name: 'Create role' });
  await user.click(button);
  await screen.findByRole('dialog', { name: 'Create role' });
  await user.keyboard('{Escape}');
  await noDialog();
  expect(button).toHaveFocus();
});
