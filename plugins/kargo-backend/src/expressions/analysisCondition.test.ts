import { judgeResult } from './analysisCondition';

describe('conditions of metrics', () => {
  const numbers = Array.from({ length: 50_000 }, (_, i) => i);

  it('judge a result of many elements', () => {
    const successCondition = 'all(result, # >= 0) and len(result) == 50000';
    expect(judgeResult(numbers, { successCondition }, 0)).toEqual({
      phase: 'Successful',
    });
  });

  it.each([
    ['sum(1..400000, # * 2) > 0', 'the expression takes too many steps'],
    ['len(1..500000) > 0', 'the expression uses too much memory'],
  ])(
    'are an error when they take too much: %s',
    (successCondition, problem) => {
      expect(judgeResult(numbers, { successCondition }, 0)).toEqual({
        phase: 'Error',
        message: expect.stringContaining(problem),
      });
    },
  );
});
