import { screen, waitFor } from '@testing-library/react';
import { aFreight, aPromotion, aStage } from '../../dev/testing/builders';
import { FakeKargoApi } from '../../dev/testing/FakeKargoApi';
import { renderWithKargo } from '../../dev/testing/renderWithKargo';
import { usePromotion } from './usePromotions';

const stage = aStage('prod');
const promotion = aPromotion('prod.1', stage, aFreight('f1'), {
  phase: 'Succeeded',
});

function Follower() {
  const { items, live } = usePromotion('shop', 'prod.1');
  return (
    <>
      {live} {items?.[0]?.status?.phase}
    </>
  );
}

it('follows an older Promotion from when it was read, not from its last change', async () => {
  const api = FakeKargoApi.create({ promotions: [promotion] });
  renderWithKargo(<Follower />, api);
  expect(await screen.findByText('live Succeeded')).toBeInTheDocument();
  expect(api.streams).toEqual([['promotions prod.1@1']]);
  api.put('promotions', { ...promotion, status: { phase: 'Aborted' } });
  expect(await screen.findByText('live Aborted')).toBeInTheDocument();
  await waitFor(() => expect(api.openStreams).toBe(1));
});
