import { Promotion, PromotionPhase } from 'backstage-plugin-kargo-common';
import { awaitedPullRequests, pullRequestKey } from './awaitedPullRequests';

const URL = 'https://github.com/O/R/pull/7';

function promotion(
  uses: Array<[string, string?]>,
  status: { currentStep?: number; state?: object; phase?: PromotionPhase },
): Promotion {
  return {
    spec: {
      stage: 'test',
      steps: uses.map(([step, alias]) => ({
        uses: step,
        ...(alias && { as: alias }),
      })),
    },
    status: { phase: 'Running', ...status },
  } as Promotion;
}

const WAIT: [string, string] = ['git-wait-for-pr', 'wait'];

describe('awaitedPullRequests', () => {
  it.each<[string, Promotion, string[]]>([
    [
      'of the current step',
      promotion([WAIT], {
        currentStep: 0,
        state: { wait: { pr: { url: URL } } },
      }),
      ['https://github.com/o/r/pull/7'],
    ],
    [
      'of a step before the current one',
      promotion([WAIT, ['copy', 'copy']], {
        currentStep: 1,
        state: { wait: { pr: { url: URL } } },
      }),
      ['https://github.com/o/r/pull/7'],
    ],
    [
      'not of a step that has not been reached',
      promotion([['copy', 'copy'], WAIT], {
        currentStep: 0,
        state: { wait: { pr: { url: URL } } },
      }),
      [],
    ],
    [
      'not of another step with such an output',
      promotion([['git-open-pr', 'open']], {
        state: { open: { pr: { url: URL } } },
      }),
      [],
    ],
    [
      'not of a step without an alias',
      promotion([['git-wait-for-pr']], { state: {} }),
      [],
    ],
    [
      'not of a step that has said nothing yet',
      promotion([WAIT], { state: {} }),
      [],
    ],
    [
      'not of a Promotion that has ended',
      promotion([WAIT], {
        phase: 'Succeeded',
        state: { wait: { pr: { url: URL } } },
      }),
      [],
    ],
    [
      'not of what is no address',
      promotion([WAIT], { state: { wait: { pr: [7] } } }),
      [],
    ],
  ])('are those %s', (_, given, expected) => {
    expect(awaitedPullRequests(given)).toEqual(expected);
  });
});

describe('pullRequestKey', () => {
  it.each([
    ['in another case', 'https://github.com/o/r/pull/7/'],
    ['with a part of the page', `${URL}#view=discussion`],
    ['with a view of the page', `${URL}?_a=files`],
  ])('is the same for an address %s', (_, other) => {
    expect(pullRequestKey(other)).toBe(pullRequestKey(URL));
  });

  it('is the same however names are encoded', () => {
    const azure = 'https://dev.azure.com/acme/R%26D%20web/_git/a/pullrequest/7';
    expect(pullRequestKey(azure.replace('%26', '&'))).toBe(
      pullRequestKey(azure),
    );
    expect(pullRequestKey('https://h/100%/7')).toBe('https://h/100%/7');
  });
});
