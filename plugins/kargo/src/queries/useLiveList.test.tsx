import { useIsFetching } from '@tanstack/react-query';
import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { aFreight, aPromotion, aStage } from '../../dev/testing/builders';
import { FakeKargoApi } from '../../dev/testing/FakeKargoApi';
import { renderWithKargo } from '../../dev/testing/renderWithKargo';
import { usePromotions } from './usePromotions';

const promotion = aPromotion('prod.1', aStage('prod'), aFreight('f1'), {
  phase: 'Running',
});

function Follower() {
  const { items, live, reload } = usePromotions('shop', 'prod');
  const isAsking = useIsFetching() > 0;
  return (
    <>
      {live} {items?.[0]?.status?.phase} {isAsking ? 'asking' : 'answered'}
      <button onClick={reload}>reload</button>
    </>
  );
}

it('keeps what arrives while a list is asked for again, though the answer is older', async () => {
  const api = FakeKargoApi.create({ promotions: [promotion] });
  renderWithKargo(<Follower />, api);
  expect(await screen.findByText('live Running answered')).toBeInTheDocument();

  const list = api.listPromotions.bind(api);
  const answers: Array<() => void> = [];
  jest.spyOn(api, 'listPromotions').mockImplementation(async request => {
    const answer = await list(request);
    await new Promise<void>(resolve => answers.push(resolve));
    return answer;
  });
  await userEvent.click(screen.getByText('reload'));
  await waitFor(() => expect(answers).toHaveLength(1));
  api.put('promotions', { ...promotion, status: { phase: 'Succeeded' } });
  expect(await screen.findByText('live Succeeded asking')).toBeInTheDocument();

  answers.forEach(answer => answer());
  expect(await screen.findByText(/answered/)).toHaveTextContent(
    'live Succeeded answered',
  );
});
