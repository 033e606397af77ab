import { parseGoDuration, parseTimeLimit, StepDuration } from './goDuration';

describe('parseGoDuration', () => {
  it.each([
    ['10s', 10_000],
    ['1.5h', 5_400_000],
    ['1m30s', 90_000],
    ['250ms', 250],
    ['500us', 0.5],
    ['0', 0],
    ['-1m', -60_000],
  ])('reads %s as %d ms', (text, expected) => {
    expect(parseGoDuration(text)).toBe(expected);
  });

  it.each(['', 's', '10', 'abc 10s x', '10s ', '1d', '-'])(
    'refuses %j',
    text => {
      expect(() => parseGoDuration(text)).toThrow('is not a duration');
    },
  );
});

describe('parseTimeLimit', () => {
  it.each([
    ['10s', 10_000],
    ['0', Infinity],
    ['0s', Infinity],
    ['-1m', Infinity],
  ])('reads %s as %d ms', (text, expected) => {
    expect(parseTimeLimit(text)).toBe(expected);
  });
});

describe('StepDuration', () => {
  it.each([
    ['10s', true],
    ['1.5h', true],
    ['abc 10s x', true],
    ['soon', false],
    ['10', false],
  ])('of %j is accepted: %s', (text, accepted) => {
    expect(StepDuration.safeParse(text).success).toBe(accepted);
  });
});
