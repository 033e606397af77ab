import { fireEvent, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { KargoRequestError } from 'backstage-plugin-kargo-common';
import { aFreight, aStage, holding } from '../../dev/testing/builders';
import { FakeKargoApi } from '../../dev/testing/FakeKargoApi';
import { renderWithKargo } from '../../dev/testing/renderWithKargo';
import { useKargoActions } from '../queries/useKargoActions';
import { StageVerification } from '../stage/StageVerification';
import { RefreshButton } from './RefreshButton';

const stage = aStage('prod', { status: holding(aFreight('f1')) });

function Refresh() {
  const { refreshWarehouse } = useKargoActions('shop');
  return <RefreshButton refresh={refreshWarehouse} name="web" />;
}

describe('a click that fails', () => {
  it.each([
    ['Verify again', <StageVerification project="shop" stage={stage} />],
    ['Check now', <Refresh />],
  ])('on %s says why and can be repeated', async (name, element) => {
    const api = FakeKargoApi.create();
    api.refusal = new KargoRequestError(403, 'Only the owners may.');
    renderWithKargo(element, api);
    const button = await screen.findByRole('button', { name });
    await userEvent.click(button);
    expect(await screen.findByRole('alert')).toHaveTextContent(
      'Only the owners may.',
    );
    expect(screen.getByRole('button', { name })).toHaveAttribute(
      'aria-disabled',
      'false',
    );
    api.refusal = undefined;
    await userEvent.click(screen.getByRole('button', { name }));
    expect(api.calls).toHaveLength(2);
    expect(screen.queryByRole('alert')).not.toBeInTheDocument();
  });
});

it('does once what somebody clicks twice', async () => {
  const api = FakeKargoApi.create();
  renderWithKargo(<Refresh />, api);
  const button = await screen.findByRole('button', { name: 'Check now' });
  fireEvent.click(button);
  fireEvent.click(button);
  expect(
    await screen.findByRole('button', { name: 'Check requested' }),
  ).toBeInTheDocument();
  expect(api.calls).toEqual(['refresh warehouse web']);
  // And once more for whoever asks again.
  fireEvent.click(screen.getByRole('button', { name: 'Check requested' }));
  await waitFor(() => expect(api.calls).toHaveLength(2));
});
