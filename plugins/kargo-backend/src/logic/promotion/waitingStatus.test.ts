import { PromotionStatus } from 'backstage-plugin-kargo-common';
import { aPromotion } from '../../testing/resourceBuilders';
import { waitingStatus } from './waitingStatus';

const waiting: PromotionStatus = {
  phase: 'Running',
  currentStep: 1,
  stepExecutionMetadata: [
    { alias: 'push', status: 'Succeeded' },
    { alias: 'wait', status: 'Running', message: 'not merged' },
  ],
  state: { push: { pr: { id: 1, url: 'https://a.example' } } },
};

const told = (over: PromotionStatus) =>
  waitingStatus(aPromotion('p1', { status: { ...waiting, ...over } }));

describe('waitingStatus', () => {
  it('tells the step that waits, and nothing of the others', () => {
    expect(told({ nextCheckAt: '2026-01-01T00:00:30Z' })).toEqual({
      phase: 'Running',
      currentStep: 1,
      stepExecutionMetadata: [
        { alias: 'wait', status: 'Running', message: 'not merged' },
      ],
    });
  });

  it('takes of its output what a pull request is known by', () => {
    const pr = { id: 7, url: 'https://a.example/7', open: true, merged: false };
    expect(told({ state: { wait: { pr, token: 'x' } } })?.state).toEqual({
      wait: { pr: { id: 7, url: 'https://a.example/7', open: true } },
    });
  });

  it.each<[string, PromotionStatus]>([
    ['has not begun', { phase: 'Pending' }],
    ['has ended', { phase: 'Failed' }],
    ['runs its next step', { currentStep: 2 }],
    [
      'tries a step again that failed',
      {
        stepExecutionMetadata: [
          { alias: 'push', status: 'Succeeded' },
          { alias: 'wait', status: 'Errored', message: 'refused' },
        ],
      },
    ],
    [
      'runs a step that has said nothing',
      {
        stepExecutionMetadata: [
          { alias: 'push', status: 'Succeeded' },
          { alias: 'wait', status: 'Running' },
        ],
      },
    ],
  ])('is nothing of one that %s', (_, over) => {
    expect(told(over)).toBeUndefined();
  });

  it('cuts a long story short', () => {
    const message = 'x'.repeat(10_000);
    const [entry] =
      told({
        currentStep: 0,
        stepExecutionMetadata: [{ alias: 'wait', status: 'Running', message }],
      })?.stepExecutionMetadata ?? [];
    expect(entry.message).toMatch(/^x{4096}… \(10000 characters\)$/);
  });
});
