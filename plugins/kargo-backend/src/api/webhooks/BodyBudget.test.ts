import { FakeClock } from '../../testing/FakeClock';
import { BodyBudget, BodyRoom } from './BodyBudget';

describe('BodyBudget', () => {
  let clock: FakeClock;
  let budget: BodyBudget;

  beforeEach(() => {
    clock = FakeClock.create();
    budget = new BodyBudget(clock, {
      total: 10,
      perReceiver: 6,
      arrivalMs: 1000,
      graceMs: 100,
    });
  });

  const hasGivenWay = (room?: BodyRoom) => room?.signal.aborted;

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

  it('has the room again that was given back, once', () => {
    const room = budget.take('a', 6)!;
    room.giveBack();
    room.giveBack();
    expect(budget.take('a', 6)).toBeDefined();
    expect(budget.take('a', 1)).toBeUndefined();
  });

  describe('when it is full', () => {
    it('takes the room of the slowest senders, and no more than is needed', async () => {
      const [half, none, some] = [2, 2, 2].map(bytes =>
        budget.take('a', bytes),
      );
      half?.add(1);
      await clock.advance(400);
      some?.add(0.5);
      expect(budget.take('a', 3)).toBeDefined();
      expect([half, none, some].map(hasGivenWay)).toEqual([false, true, true]);
    });

    it('leaves alone who has only begun, is in time or is done', async () => {
      const done = budget.take('a', 2);
      done?.complete();
      const inTime = budget.take('a', 2);
      await clock.advance(500);
      inTime?.add(1);
      const begun = budget.take('a', 2);
      expect(budget.take('a', 1)).toBeUndefined();
      expect([done, inTime, begun].map(hasGivenWay)).toEqual(
        Array(3).fill(false),
      );
    });

    it('drops nobody where that is not enough', async () => {
      const slow = budget.take('a', 1);
      await clock.advance(500);
      budget.take('a', 5);
      expect(budget.take('a', 2)).toBeUndefined();
      expect(hasGivenWay(slow)).toBe(false);
    });

    it('takes what slow senders to other receivers hold when all together hold too much', async () => {
      const slow = budget.take('a', 6);
      await clock.advance(500);
      budget.take('b', 4);
      expect(budget.take('c', 1)).toBeDefined();
      expect(hasGivenWay(slow)).toBe(true);
      // What has given way gives nothing back a second time.
      slow?.giveBack();
      expect(budget.take('d', 6)).toBeUndefined();
      expect(budget.take('d', 5)).toBeDefined();
    });

    it('takes nothing of other receivers for one that has its share', async () => {
      const other = budget.take('b', 4);
      await clock.advance(500);
      budget.take('a', 6);
      expect(budget.take('a', 1)).toBeUndefined();
      expect(hasGivenWay(other)).toBe(false);
    });
  });
});
