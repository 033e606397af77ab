import { pauseAfter } from './pauseAfter';

describe('pauseAfter', () => {
  it.each([
    [-5_000, 1_000],
    [0, 1_000],
    [500, 1_000],
    [2_000, 2_000],
    [8_000, 4_000],
    [50_000, 10_000],
    [3_600_000, 10_000],
  ])('what has run for %d ms is looked at again after %d ms', (ran, pause) => {
    expect(pauseAfter(ran)).toBe(pause);
  });
});
