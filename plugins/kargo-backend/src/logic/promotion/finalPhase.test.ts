import { StepExecutionMetadata } from 'backstage-plugin-kargo-common';
import { finalPhase, hasEarlierFailure } from './finalPhase';

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
