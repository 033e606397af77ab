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

  it.each<[JsonValue, string, string]>([
    ['-7', 'asInt(result) == -7', 'Successful'],
    ['+7', 'asInt(result) == 7', 'Successful'],
    ['007', 'asInt(result) == 7', 'Successful'],
    [`${'0'.repeat(30)}7`, 'asInt(result) == 7', 'Successful'],
    [
      '9223372036854775807',
      'asInt(result) > 9223372036854775806',
      'Successful',
    ],
    ['-9223372036854775808', 'asInt(result) < 0', 'Successful'],
    [-1.9, 'asInt(result) == -1', 'Successful'],
    ['9223372036854775808', 'asInt(result) > 0', 'Error'],
    [1e19, 'asInt(result) > 0', 'Error'],
    [Infinity, 'asInt(result) > 0', 'Error'],
    ['1.0', 'asInt(result) == 1', 'Error'],
    [' 1', 'asInt(result) == 1', 'Error'],
    ['0x1', 'asInt(result) == 1', 'Error'],
    ['', 'asInt(result) == 0', 'Error'],
    [true, 'asInt(result) == 1', 'Error'],
    ['1.5', 'asFloat(result) == 1.5', 'Successful'],
    ['-.5e1', 'asFloat(result) == -5', 'Successful'],
    ['1_000', 'asFloat(result) == 1000', 'Successful'],
    ['0x1p4', 'asFloat(result) == 16', 'Successful'],
    ['-Inf', 'isInf(asFloat(result)) and asFloat(result) < 0', 'Successful'],
    [
      '+infinity',
      'isInf(asFloat(result)) and asFloat(result) > 0',
      'Successful',
    ],
    ['NaN', 'isNaN(asFloat(result))', 'Successful'],
    [7, 'asFloat(result) == 7.0', 'Successful'],
    ['1e999', 'asFloat(result) > 1', 'Error'],
    ['+NaN', 'isNaN(asFloat(result))', 'Error'],
    [' 1', 'asFloat(result) == 1', 'Error'],
    ['', 'asFloat(result) == 0', 'Error'],
    ['5%', 'asFloat(result) > 1', 'Error'],
    [1, 'isNaN(result) or isInf(result)', 'Failed'],
  ])('%p read by %s is %s', (result, successCondition, phase) => {
    expect(judge(result, { successCondition })).toMatchObject({ phase });
  });

  it.each<[JsonValue, string | undefined, string | undefined, string]>([
    [1, undefined, undefined, 'Successful'],
    [1, 'result == 1', undefined, 'Successful'],
    [2, 'result == 1', undefined, 'Failed'],
    [1, undefined, 'result == 1', 'Failed'],
    [2, undefined, 'result == 1', 'Successful'],
    [1, 'result == 1', 'result == 2', 'Successful'],
    [2, 'result == 1', 'result == 2', 'Failed'],
    [3, 'result == 1', 'result == 2', 'Inconclusive'],
    [1, 'result == 1', 'result < 2', 'Failed'],
    // Both are evaluated, so that a broken one shows.
    [1, 'result == 1', 'result > "a"', 'Error'],
    [1, 'result', undefined, 'Error'],
    [null, 'default(result, 5) == 5', undefined, 'Successful'],
    [4, 'default(result, 5) == 4', undefined, 'Successful'],
    [[], 'isNil(result)', undefined, 'Failed'],
  ])('judge %p by %s and %s as %s', (result, success, failure, phase) => {
    expect(
      judge(result, { successCondition: success, failureCondition: failure }),
    ).toMatchObject({ phase });
  });

  it.each<[JsonValue, string]>([
    [null, 'no data returned from the metric provider'],
    [[], 'no data returned from the metric provider'],
    [[1], 'expected bool, but got'],
    ['', 'expected bool, but got string'],
  ])('tell of %p why they cannot be evaluated: %s', (result, message) => {
    expect(judge(result, { successCondition: 'result' })).toMatchObject({
      phase: 'Error',
      message: expect.stringContaining(message),
    });
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
