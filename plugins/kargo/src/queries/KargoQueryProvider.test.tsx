import {
  focusManager,
  onlineManager,
  QueryClient,
  useQueryClient,
} from '@tanstack/react-query';
import { act, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { aFreight, aStage, aWarehouse } from '../../dev/testing/builders';
import { FakeKargoApi } from '../../dev/testing/FakeKargoApi';
import { renderWithKargo } from '../../dev/testing/renderWithKargo';
import { PipelineView } from '../pipeline/PipelineView';

afterEach(() => {
  onlineManager.setOnline(true);
  focusManager.setFocused(undefined);
});

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

it('asks again what I may do when I come back to the page, and lists nothing that a stream tells', async () => {
  const verdict = { allowed: false, reason: 'Only the owners may.' };
  const access = {
    project: { manage: verdict },
    stages: { prod: { promote: verdict, approve: verdict } },
  };
  const api = FakeKargoApi.create({ stages: [aStage('prod')], access });
  const list = jest.spyOn(api, 'listStages');
  let client: QueryClient | undefined;
  function Client() {
    client = useQueryClient();
    return null;
  }
  renderWithKargo(
    <>
      <Client />
      <PipelineView scope={{ project: 'shop' }} />
    </>,
    api,
    { path: '/?view=list' },
  );
  const promote = await screen.findByRole('button', {
    name: 'Promote to prod',
  });
  await waitFor(() => expect(promote).toHaveAttribute('aria-disabled', 'true'));
  expect(await screen.findByText('Live')).toBeInTheDocument();

  act(() => focusManager.setFocused(false));
  const allowed = { promote: { allowed: true }, approve: verdict };
  jest
    .spyOn(api, 'getProjectAccess')
    .mockResolvedValue({ ...access, stages: { prod: allowed } });
  // As it would be after a while.
  await act(() => client!.invalidateQueries({ refetchType: 'none' }));
  act(() => focusManager.setFocused(true));
  await waitFor(() =>
    expect(promote).toHaveAttribute('aria-disabled', 'false'),
  );
  expect(list).toHaveBeenCalledTimes(1);
});
