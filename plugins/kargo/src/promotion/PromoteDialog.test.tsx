import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import {
  aFreight,
  aStage,
  aWarehouse,
  holding,
} from '../../dev/testing/builders';
import { FakeKargoApi } from '../../dev/testing/FakeKargoApi';
import { renderWithKargo } from '../../dev/testing/renderWithKargo';
import { PipelineView } from '../pipeline/PipelineView';

const old = aFreight('f1', {
  alias: 'calm-heron',
  version: '1.0.0',
  minutesOld: 90,
});
const newest = aFreight('f2', {
  alias: 'keen-wren',
  version: '1.1.0',
  minutesOld: 10,
});

function openDialog(api: FakeKargoApi) {
  renderWithKargo(<PipelineView scope={{ project: 'shop' }} />, api, {
    path: '/?view=list&promote=prod',
  });
  return screen.findByRole('dialog', { name: 'Promote to prod' });
}

describe('the promote dialog', () => {
  it('chooses nothing for me where the newest runs, and names a rollback', async () => {
    const api = FakeKargoApi.create({
      warehouses: [aWarehouse('web')],
      stages: [aStage('prod', { status: holding(newest) })],
      freight: [old, newest],
    });
    const dialog = within(await openDialog(api));
    expect(
      dialog.getByText(/prod already runs the newest/),
    ).toBeInTheDocument();
    expect(
      dialog.getByRole('button', { name: 'Promote to prod' }),
    ).toHaveAttribute('aria-disabled', 'true');
    dialog
      .getAllByRole('radio')
      .forEach(radio => expect(radio).not.toBeChecked());
    expect(dialog.getByText(/choosing one rolls back/)).toBeInTheDocument();

    await userEvent.click(dialog.getByRole('radio', { name: /calm-heron/ }));
    expect(
      dialog.getByText('1.1.0 (keen-wren) → 1.0.0 (calm-heron)'),
    ).toBeInTheDocument();
    await userEvent.click(
      dialog.getByRole('button', { name: 'Roll back to 1.0.0' }),
    );
    await waitFor(() =>
      expect(api.calls).toEqual(['promote prod {"freight":"f1"}']),
    );
  });

  it('keeps Freight of several Warehouses apart, and says what stays', async () => {
    const content = aFreight('c1', { warehouse: 'content', version: '7.0.0' });
    const api = FakeKargoApi.create({
      warehouses: [aWarehouse('content'), aWarehouse('web')],
      stages: [
        aStage('prod', {
          warehouses: ['web', 'content'],
          status: holding(old, content),
        }),
      ],
      freight: [old, newest, content],
    });
    const dialog = within(await openDialog(api));
    expect(dialog.getByText('From web')).toBeInTheDocument();
    expect(dialog.getByText('From content')).toBeInTheDocument();
    expect(dialog.getByRole('radio', { name: /keen-wren/ })).toBeChecked();
    expect(dialog.getByText('From content, as it is')).toBeInTheDocument();
    expect(dialog.getAllByText('7.0.0').length).toBeGreaterThan(1);
  });

  it('says which Stage an approval goes past', async () => {
    const approved = { ...newest, status: { approvedFor: { prod: {} } } };
    const api = FakeKargoApi.create({
      warehouses: [aWarehouse('web')],
      stages: [
        aStage('uat'),
        aStage('prod', { sources: { stages: ['uat'] }, status: holding(old) }),
      ],
      freight: [old, approved],
    });
    const dialog = within(await openDialog(api));
    expect(
      dialog.getByText(/goes past uat: it was approved/),
    ).toBeInTheDocument();
  });
});
