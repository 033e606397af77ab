import { KargoNotices } from './KargoNotices';

const notices = KargoNotices.create('/deliveries');

function failed(promotion: string, message: string) {
  return notices.promotionFailed({
    type: 'PromotionFailed',
    project: 'shop',
    stage: 'prod',
    promotion,
    message,
  });
}

describe('KargoNotices', () => {
  it('leads to where the page of Kargo is, and names Freight that is not known', () => {
    expect(failed('p1', 'no')).toMatchObject({
      title: 'Promotion of Freight to prod failed',
      description: 'Project shop. no.',
      link: '/deliveries/projects/shop/promotions/p1',
    });
  });

  it('fits into the columns of an inbox', () => {
    const { scope, description } = failed('p'.repeat(253), 'x'.repeat(5000));
    expect(scope.length).toBeLessThanOrEqual(255);
    expect(failed(`${'p'.repeat(252)}q`, '').scope).not.toBe(scope);
    expect(description).toHaveLength(1000);
    expect(description).toMatch(/x…$/);
  });
});
