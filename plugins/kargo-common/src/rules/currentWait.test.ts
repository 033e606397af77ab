import { StageStatus } from '../model/Stage';
import { JsonValue } from '../model/json';
import { awaitedPullRequest, currentWait } from './currentWait';

const URL = 'https://git.example.com/acme/gitops/pull/7';

function waiting(output: JsonValue | undefined): StageStatus {
  return {
    currentPromotion: {
      name: 'p1',
      status: {
        phase: 'Running',
        currentStep: 3,
        stepExecutionMetadata: [
          {
            alias: 'wait',
            status: 'Running',
            message: 'pull request 7 is open',
            startedAt: '2026-01-01T00:00:00Z',
          },
        ],
        ...(output !== undefined && { state: { wait: output } }),
      },
    },
  };
}

describe('currentWait', () => {
  it.each<[string, StageStatus | undefined]>([
    ['nothing is promoted', undefined],
    ['no step waits', { currentPromotion: { name: 'p1' } }],
  ])('is nothing where %s', (_, status) => {
    expect(currentWait(status)).toBeUndefined();
  });

  it('names the step and says why', () => {
    expect(currentWait(waiting(undefined))).toEqual({
      step: 'wait',
      note: 'pull request 7 is open',
      startedAt: '2026-01-01T00:00:00Z',
    });
  });

  it.each<[string, JsonValue, unknown]>([
    [
      'with its state',
      { pr: { id: 7, url: URL, open: true } },
      { number: 7, url: URL, isOpen: true },
    ],
    [
      'without a state that the step does not tell',
      { pr: { id: 7, url: URL } },
      { number: 7, url: URL },
    ],
    [
      'not where its page is no web address',
      { pr: { id: 7, url: 'ftp://git.example.com/7' } },
      undefined,
    ],
    ['not without a number', { pr: { url: URL } }, undefined],
    ['not where the output has another shape', 'text', undefined],
  ])('tells the pull request %s', (_, output, pullRequest) => {
    expect(currentWait(waiting(output))?.pullRequest).toEqual(pullRequest);
  });
});

describe('awaitedPullRequest', () => {
  const opened = { pr: { id: 7, url: URL } };
  const merged = { pr: { id: 7, url: URL, open: false, merged: true } };
  const next = { pr: { id: 8, url: URL, open: true } };

  it.each<[string, Record<string, JsonValue> | undefined, unknown]>([
    ['nothing without outputs', undefined, undefined],
    ['nothing where a step only opened one', { opened }, undefined],
    [
      'what was waited for',
      { opened, merged, other: { commit: 'abc' } },
      { number: 7, url: URL, isOpen: false },
    ],
    [
      'the last of several',
      { merged, next },
      { number: 8, url: URL, isOpen: true },
    ],
  ])('is %s', (_, state, expected) => {
    expect(awaitedPullRequest({ ...(state && { state }) })).toEqual(expected);
  });
});
