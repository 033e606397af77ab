import { StepExecutionMetadata } from 'backstage-plugin-kargo-common';
import { finalPhase, hasEarlierFailure } from './finalPhase';
import { backoff, pollInterval, RECONCILE_BACKOFF } from './retryPolicy';

function entries(
  ...statuses: Array<[StepExecutionMetadata['status'], boolean?]>
): StepExecutionMetadata[] {
  return statuses.map(([status, continueOnError], i) => ({
    alias: `s${i}`,
    status,
    message: `m${i}`,
    ...(continueOnError && { continueOnError }),
  }));
}

describe('finalPhase', () => {
  it.each([
    ['no steps', entries(), { phase: 'Succeeded' }],
    [
      'all succeeded',
      entries(['Succeeded'], ['Succeeded']),
      { phase: 'Succeeded' },
    ],
    ['all skipped', entries(['Skipped']), { phase: 'Succeeded' }],
    [
      'failed is worse than aborted',
      entries(['Aborted'], ['Failed']),
      { phase: 'Failed', message: 'm1' },
    ],
    [
      'errored is worse than failed',
      entries(['Failed'], ['Errored'], ['Skipped']),
      { phase: 'Errored', message: 'm1' },
    ],
    [
      'the first of the worst speaks',
      entries(['Errored'], ['Errored']),
      { phase: 'Errored', message: 'm0' },
    ],
    [
      'a step that may fail does not count',
      entries(['Errored', true], ['Succeeded']),
      { phase: 'Succeeded' },
    ],
  ])('%s', (_, metadata, expected) => {
    expect(finalPhase([], metadata)).toEqual(expected);
  });
});

describe('hasEarlierFailure', () => {
  it.each([
    ['failed', entries(['Failed']), true],
    ['errored', entries(['Errored']), true],
    ['failed but allowed', entries(['Failed', true]), false],
    ['skipped', entries(['Skipped'], ['Succeeded']), false],
  ])('%s', (_, metadata, expected) => {
    expect(hasEarlierFailure(metadata)).toBe(expected);
  });
});

describe('pollInterval', () => {
  const nowMs = 1_000_000;
  it.each([
    ['without a suggestion it is five minutes', {}, 300_000],
    ['a suggestion counts', { suggestedMs: 30_000 }, 30_000],
    ['a short suggestion is raised to ten seconds', { suggestedMs: 1 }, 10_000],
    [
      'a nearer deadline comes first',
      { startedAtMs: nowMs - 1_000, timeoutMs: 6_000 },
      5_001,
    ],
    [
      'a deadline in the past means now',
      { startedAtMs: 0, timeoutMs: 1_000 },
      0,
    ],
    [
      'a later deadline changes nothing',
      { suggestedMs: 30_000, startedAtMs: nowMs, timeoutMs: 60_000 },
      30_000,
    ],
  ])('%s', (_, options, expected) => {
    expect(pollInterval({ ...options, nowMs })).toBe(expected);
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
