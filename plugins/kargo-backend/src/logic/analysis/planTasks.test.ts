import { AnalysisRunStatus } from 'backstage-plugin-kargo-common';
import { expiryOf } from './planTasks';

const DONE = '2026-01-01T00:00:00Z';

const CASES: Array<
  [
    phase: AnalysisRunStatus['phase'],
    age: number,
    ttl: [completion?: number, failure?: number, success?: number],
    isGone: boolean,
  ]
> = [
  ['Successful', 100.9, [100], false],
  ['Successful', 101, [100], true],
  ['Successful', 50, [100, undefined, 10], true],
  ['Successful', 50, [10, undefined, 100], false],
  ['Failed', 50, [100, 10], true],
  ['Failed', 50, [undefined, undefined, 10], false],
  ['Error', 50, [undefined, 10], false],
  ['Inconclusive', 50, [10, 100], true],
];

describe('a run with a time to live', () => {
  it.each(CASES)(
    'that is %s for %d s, of completion, failure, success %j, is gone: %s',
    (phase, age, [completion, failure, success], isGone) => {
      const expiry = expiryOf(
        {
          ttlStrategy: {
            secondsAfterCompletion: completion,
            secondsAfterFailure: failure,
            secondsAfterSuccess: success,
          },
        },
        { phase, completedAt: DONE },
      );
      const now = Date.parse(DONE) + age * 1_000;
      expect(expiry !== undefined && now >= expiry).toBe(isGone);
    },
  );

  it('stays when nobody knows when it ended', () => {
    expect(
      expiryOf(
        { ttlStrategy: { secondsAfterCompletion: 10 } },
        { phase: 'Successful' },
      ),
    ).toBeUndefined();
  });
});
