import { FakeClock } from '../../testing/FakeClock';
import { PullRequestExplanations } from './PullRequestExplanations';

describe('Explanations', () => {
  it.each([0, -3_600_000, 3_600_000])(
    'are kept for five minutes, the clock set by %p ms',
    async milliseconds => {
      const clock = FakeClock.create();
      const explanations = new PullRequestExplanations(clock);
      const find = jest.fn(async () => ['a review']);
      const ask = () => explanations.get('github 1 abc', find);
      expect(await ask()).toEqual(['a review']);
      clock.jump(milliseconds);
      await clock.advance(299_999);
      expect(await ask()).toEqual(['a review']);
      expect(find).toHaveBeenCalledTimes(1);
      await clock.advance(1);
      await ask();
      expect(find).toHaveBeenCalledTimes(2);
    },
  );
});
