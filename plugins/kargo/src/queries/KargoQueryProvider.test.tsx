import { onlineManager } from '@tanstack/react-query';
import { act, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { aFreight, aStage, aWarehouse } from '../../dev/testing/builders';
import { FakeKargoApi } from '../../dev/testing/FakeKargoApi';
import { renderWithKargo } from '../../dev/testing/renderWithKargo';
import { PipelineView } from '../pipeline/PipelineView';

afterEach(() => onlineManager.setOnline(true));

it('tells at once that nothing came of a click while the browser is offline, and does not do it later', async () => {
  const api = FakeKargoApi.create({
    warehouses: [aWarehouse('web')],
    stages: [aStage('prod')],
    freight: [aFreight('f1')],
  });
  renderWithKargo(<PipelineView scope={{ project: 'shop' }} />, api, {
    path: '/?view=list&promote=prod',
  });
  const promote = await screen.findByRole('button', {
    name: 'Promote to prod',
  });
  onlineManager.setOnline(false);
  api.refusal = new TypeError('Failed to fetch');
  await userEvent.click(promote);
  expect(
    await screen.findByText('The promotion was not created: Failed to fetch'),
  ).toBeInTheDocument();

  api.refusal = undefined;
  act(() => onlineManager.setOnline(true));
  await userEvent.click(screen.getByRole('button', { name: 'Cancel' }));
  expect(api.all('promotions')).toEqual([]);
});
