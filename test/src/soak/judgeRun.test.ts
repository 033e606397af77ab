import { judgeRun, type RunFacts } from './judgeRun';

const facts = (change: Partial<RunFacts> = {}): RunFacts => ({
  promotions: ['1', '2'].map(tag => ({
    ...{ project: 'p', stage: 's', name: `s.${tag}`, tag },
    phase: 'Succeeded',
  })),
  commits: { 'p/s': ['Promote 1 to s', 'Promote 2 to s'] },
  proposals: { 's.2': { commits: ['Promote 2 to s'], pullRequests: 1 } },
  rings: { 's.1': 1, 's.2': 1 },
  lastPromotions: { 'p/s': 's.2' },
  ...change,
});

describe('judgeRun', () => {
  it('finds nothing when every promise was kept', () => {
    expect(judgeRun(facts())).toEqual({ broken: [], requestsSentAgain: 0 });
  });

  it('counts requests that were sent again, which is allowed', () => {
    expect(judgeRun(facts({ rings: { 's.1': 3, 's.2': 1 } }))).toEqual({
      broken: [],
      requestsSentAgain: 2,
    });
  });

  it.each<[string, Partial<RunFacts>, string]>([
    [
      'a Promotion that failed',
      {
        promotions: [
          ...facts().promotions.slice(0, 1),
          { ...facts().promotions[1], phase: 'Errored', message: 'no' },
        ],
      },
      's.2 is Errored: no',
    ],
    [
      'a request that was never sent',
      { rings: { 's.1': 1 } },
      's.2 never sent its request',
    ],
    [
      'a commit that is missing',
      { commits: { 'p/s': ['Promote 1 to s'] } },
      'p/s: commits missing: [Promote 2 to s], repeated: []',
    ],
    [
      'a commit made twice',
      { commits: { 'p/s': ['Promote 1 to s', 'Promote 1 to s'] } },
      'p/s: commits missing: [Promote 2 to s], repeated: [Promote 1 to s]',
    ],
    [
      'Promotions that overtook each other',
      { commits: { 'p/s': ['Promote 2 to s', 'Promote 1 to s'] } },
      'p/s: commits in another order than the queue: [Promote 2 to s, Promote 1 to s]; those out of place were asked for as [s.1, s.2]',
    ],
    [
      'a proposal that was committed twice',
      {
        proposals: {
          's.2': {
            commits: ['Promote 2 to s', 'Promote 2 to s'],
            pullRequests: 1,
          },
        },
      },
      's.2 has the commits [Promote 2 to s, Promote 2 to s] on its branch',
    ],
    [
      'a second pull request',
      {
        proposals: { 's.2': { commits: ['Promote 2 to s'], pullRequests: 2 } },
      },
      's.2 has 2 pull requests',
    ],
    [
      'a Stage that forgot its last Promotion',
      { lastPromotions: { 'p/s': 's.1' } },
      'p/s tells of s.1 and not of s.2',
    ],
  ])('finds %s', (_, change, sentence) => {
    expect(judgeRun(facts(change)).broken).toEqual([sentence]);
  });
});
