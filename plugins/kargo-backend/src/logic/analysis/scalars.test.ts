import { effectiveCount, parseDuration, parseIntOrString } from './scalars';

describe('parseDuration', () => {
  it.each([
    ['0', 0],
    ['30s', 30_000],
    ['1h30m', 5_400_000],
    ['1.5h', 5_400_000],
    ['.5s', 500],
    ['-5s', -5_000],
    ['+1m', 60_000],
    ['250ms', 250],
    ['2us', 0.002],
    ['2562047h', 9_223_369_200_000],
  ])('reads %s', (text, expected) => {
    expect(parseDuration(text)).toBeCloseTo(expected, 6);
  });

  it.each([
    ['1d', 'time: unknown unit "d" in duration "1d"'],
    ['5', 'time: missing unit in duration "5"'],
    ['1 m', 'time: unknown unit " m" in duration "1 m"'],
    ['', 'time: invalid duration ""'],
    ['x', 'time: invalid duration "x"'],
    ['.s', 'time: invalid duration ".s"'],
    ['1h-5m', 'time: unknown unit "h-" in duration "1h-5m"'],
    ['2562048h', 'time: invalid duration "2562048h"'],
  ])('refuses %j as Go does', (text, message) => {
    expect(() => parseDuration(text)).toThrow(message);
  });
});

describe('parseIntOrString', () => {
  it.each([
    [3, 3],
    ['3', 3],
    ['-1', -1],
    [' 3', 0],
    ['abc', 0],
    ['1.5', 0],
    [undefined, 0],
  ])('takes %j for %d', (value, expected) => {
    expect(parseIntOrString(value)).toBe(expected);
  });
});

describe('effectiveCount', () => {
  it.each([
    [{}, 1],
    [{ interval: '1m' }, undefined],
    [{ count: 3, interval: '1m' }, 3],
    [{ count: 0 }, 1],
    [{ count: 0, interval: '1m' }, undefined],
    [{ count: -1, interval: '1m' }, -1],
  ])('of %j is %s', (metric, expected) => {
    expect(effectiveCount({ name: 'a', provider: {}, ...metric })).toBe(
      expected,
    );
  });
});
