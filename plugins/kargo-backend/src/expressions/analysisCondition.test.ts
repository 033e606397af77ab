import { JsonValue } from 'backstage-plugin-kargo-common';
import { judgeResult } from './analysisCondition';

/** The judgement, and how often others could go on before. */
function judge(
  result: JsonValue,
  conditions: { successCondition?: string; failureCondition?: string },
  elements?: 'number',
) {
  const judging = judgeResult({ result, elements }, conditions, 0);
  for (let stops = 0; ; stops += 1) {
    const step = judging.next();
    if (step.done) {
      return { ...step.value, stops };
    }
  }
}

describe('conditions of metrics', () => {
  const numbers = Array.from({ length: 50_000 }, (_, i) => i);

  it('judge a result of many elements', () => {
    const successCondition = 'all(result, # >= 0) and len(result) == 50000';
    expect(judge(numbers, { successCondition })).toMatchObject({
      phase: 'Successful',
    });
  });

  it.each([
    [
      'sum(1..400000, # * 2) > 0',
      'the expression takes too many steps; it may take 500000',
    ],
    ['len(1..500000) > 0', 'the expression uses too much memory'],
  ])(
    'are an error when they take too much: %s',
    (successCondition, problem) => {
      expect(judge(numbers, { successCondition })).toMatchObject({
        phase: 'Error',
        message: expect.stringContaining(problem),
      });
    },
  );

  it.each([
    'result contains "ok"',
    'result matches "^ok"',
    'result startsWith "ok"',
    '"ok" in result',
    'first(result) == 1',
    'get(result, "status") == 1',
    'true or result > "a"',
    'result.status == "ok"',
  ])('say of no result that there is none: %s', successCondition => {
    expect(judge(null, { successCondition })).toMatchObject({
      phase: 'Error',
      message: expect.stringContaining('no data returned'),
    });
  });

  it.each(['result == nil', '(result ?? "ok") == "ok"', 'isNil(result)'])(
    'may ask whether there is a result: %s',
    successCondition => {
      expect(judge(null, { successCondition })).toMatchObject({
        phase: 'Successful',
      });
    },
  );

  it.each<[string, 'number' | undefined, string]>([
    ['result[0] == "1"', undefined, 'Failed'],
    ['result[0] == "1"', 'number', 'Error'],
    ['"1" in result', 'number', 'Error'],
    ['len(result) == 1 or result[1] == "1"', 'number', 'Error'],
    ['result[0] == 1 and all(result, # < 2)', 'number', 'Successful'],
  ])('%s over a list of %s is %s', (successCondition, elements, phase) => {
    expect(judge([1], { successCondition }, elements)).toMatchObject({ phase });
  });

  it('let others go on before each of two', () => {
    const conditions = {
      successCondition: 'all(result, # >= 0)',
      failureCondition: 'any(result, # < 0)',
    };
    expect(judge(numbers, conditions)).toEqual({
      phase: 'Successful',
      stops: 2,
    });
  });
});
