import { durationToMilliseconds, formatDuration } from './duration';

describe('durations', () => {
  it.each([
    ['0s', 0],
    ['5s', 5_000],
    ['1m', 60_000],
    ['90m', 5_400_000],
    ['1h30m', 5_400_000],
    ['1h0m0s', 3_600_000],
    ['0.5h', 1_800_000],
    ['1.5s', 1_500],
    ['1s1s', 2_000],
    ['100h', 360_000_000],
  ])('%s are %i milliseconds', (text, milliseconds) => {
    expect(durationToMilliseconds(text)).toBe(milliseconds);
  });

  it.each(['', '5', '-5s', '5d', '5ms', ' 5s', '5s ', '5 s', '.5s', '1.h'])(
    'are not written %j',
    text => {
      expect(() => durationToMilliseconds(text)).toThrow('Expected a duration');
    },
  );

  it.each([
    [0, '0s'],
    [5_000, '5s'],
    [1_500, '1.5s'],
    [59_000, '59s'],
    [60_000, '1m0s'],
    [2_400_000, '40m0s'],
    [3_599_000, '59m59s'],
    [3_600_000, '1h0m0s'],
    [3_661_000, '1h1m1s'],
    [90_000_000, '25h0m0s'],
  ])('of %i milliseconds are stored as %s', (milliseconds, text) => {
    expect(formatDuration(milliseconds)).toBe(text);
    expect(durationToMilliseconds(text)).toBe(milliseconds);
  });
});
