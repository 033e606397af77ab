import { compareWaitingItems } from './waitingOrder';

describe('compareWaitingItems', () => {
  it('puts the most pressing first', () => {
    const kinds = ['promote', 'held', 'failed', 'approve'] as const;
    expect(
      kinds
        .map(kind => ({ kind }))
        .sort(compareWaitingItems)
        .map(({ kind }) => kind),
    ).toEqual(['failed', 'approve', 'held', 'promote']);
  });
});
