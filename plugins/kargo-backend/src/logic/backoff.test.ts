import {
  attemptLimit,
  backoff,
  elapsedSince,
  pollInterval,
  RECONCILE_BACKOFF,
} from './backoff';

describe('pollInterval', () => {
  it.each([
    ['without a suggestion it is five minutes', {}, 300_000],
    ['a suggestion counts', { suggestedMs: 30_000 }, 30_000],
    ['a short suggestion is raised to ten seconds', { suggestedMs: 1 }, 10_000],
    ['two seconds are raised to ten, too', { suggestedMs: 2_000 }, 10_000],
    [
      'more than a month is a month',
      { suggestedMs: Number.MAX_VALUE },
      2_592_000_000,
    ],
    [
      'a minute before the deadline it is a minute',
      { elapsedMs: 240_000, timeoutMs: 300_000 },
      60_001,
    ],
    [
      'a nearer deadline comes first',
      { elapsedMs: 1_000, timeoutMs: 6_000 },
      5_001,
    ],
    [
      'a deadline in the past means now',
      { elapsedMs: 9_000, timeoutMs: 1_000 },
      0,
    ],
    [
      'a later deadline changes nothing',
      { suggestedMs: 30_000, timeoutMs: 60_000 },
      30_000,
    ],
  ])('%s', (_, options, expected) => {
    expect(pollInterval({ elapsedMs: 0, ...options })).toBe(expected);
  });
});

describe('attemptLimit', () => {
  it.each([
    ['no timeout, no limit', { isFirst: true }, undefined],
    ['zero is none', { timeoutMs: 0, isFirst: true }, undefined],
    ['below zero is none', { timeoutMs: -1, isFirst: true }, undefined],
    [
      'the first attempt has the whole time',
      { timeoutMs: 3_000, isFirst: true },
      3_000,
    ],
    [
      'a later one has what is left',
      { timeoutMs: 60_000, elapsedMs: 20_000, isFirst: false },
      40_000,
    ],
    [
      'a clock that went back gives no more than the whole',
      { timeoutMs: 60_000, elapsedMs: -3_600_000, isFirst: false },
      60_000,
    ],
    [
      'a last look has ten seconds',
      { timeoutMs: 60_000, elapsedMs: 61_000, isFirst: false },
      10_000,
    ],
  ])('%s', (_, options, expected) => {
    expect(attemptLimit({ elapsedMs: 0, ...options })).toBe(expected);
  });
});

describe('elapsedSince', () => {
  const startedAt = '2026-01-01T00:00:10Z';
  const started = Date.parse(startedAt);
  it.each([
    ['a second that has just begun has not passed', 999, 0],
    ['never more than has passed', 61_500, 60_501],
    ['a second that may not have begun is below zero', 0, -999],
  ])('%s', (_, later, expected) => {
    expect(elapsedSince(startedAt, started + later)).toBe(expected);
  });
});

describe('backoff', () => {
  it.each([
    [1, 1_000],
    [2, 2_000],
    [5, 16_000],
    [40, 300_000],
  ])('after %d failures waits at most %d ms', (attempt, ms) => {
    expect(backoff(attempt, RECONCILE_BACKOFF, 1)).toBe(ms);
    expect(backoff(attempt, RECONCILE_BACKOFF, 0)).toBe(ms * 0.8);
  });
});
