import { BodyBudget } from './BodyBudget';

describe('BodyBudget', () => {
  let budget: BodyBudget;

  beforeEach(() => {
    budget = new BodyBudget({ total: 10, perReceiver: 6 });
  });

  it('has room until one receiver holds its share, and for others still', () => {
    expect(budget.take('a', 4)).toBeDefined();
    expect(budget.take('a', 3)).toBeUndefined();
    expect(budget.take('a', 2)).toBeDefined();
    expect(budget.take('b', 4)).toBeDefined();
  });

  it('has no room for anybody when all of it is held', () => {
    budget.take('a', 6);
    budget.take('b', 4);
    expect(budget.take('c', 1)).toBeUndefined();
  });

  it('has the room again that was given back', () => {
    const giveBack = budget.take('a', 6)!;
    giveBack();
    expect(budget.take('a', 6)).toBeDefined();
  });
});
