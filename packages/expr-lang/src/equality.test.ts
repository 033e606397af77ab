import { evaluate } from './evaluate';

const run = (source: string) =>
  evaluate(source, { ints: [1n], nils: [null, null], m: { a: 1, b: [1, 2] } });

describe('equality', () => {
  it.each<[string, boolean]>([
    ['[1, 2] == [1]', false],
    ["[1, nil] == [1, 'a']", false],
    ['[1] == [1.0]', true],
    ["[1] == ['1']", false],
    ['ints == [1]', true],
    ['nil == []', false],
    ["'ab' == 'ac'", false],
    ["b'ab' == b'ab'", true],
    ["b'ab' == b'ac'", false],
    ["b'ab' == b'a'", false],
    ["duration('60m') == duration('1h')", true],
    ["date('2024-05-06') == date('2024-05-06T01:00:00+01:00')", true],
    ["date('2024-05-06').Month() == date('2024-05-31').Month()", true],
    ["date('2024-05-06').Month() == date('2024-06-01').Month()", false],
    ["timezone('UTC') == timezone('')", true],
    ["timezone('UTC') == timezone('Europe/Zurich')", false],
  ])('%s is %p', (source, expected) => {
    expect(run(source)).toBe(expected);
  });

  // As deep as they go, and without any conversion.
  it.each<[string, boolean]>([
    ['{a: 1} == {a: 1}', true],
    ['{a: 1} == {a: 1.0}', false],
    ['m == {a: 1.0, b: [1, 2]}', false],
    ['m == fromJSON(\'{"b":[1,2],"a":1}\')', true],
    ['m == fromJSON(\'{"b":[1,3],"a":1}\')', false],
    ['m == fromJSON(\'{"b":[1],"a":1}\')', false],
    ['{a: 1} == {a: 1, b: 2}', false],
    ['{a: 1, b: 2} == {a: 1, c: 2}', false],
    ['{a: nil} == {b: nil}', false],
    ['{a: nil} == {a: nil}', true],
    ["{a: b'xy'} == {a: b'xy'}", true],
    ["{a: b'xy'} == {a: b'xz'}", false],
    ["{a: duration('1h')} == {a: duration('60m')}", true],
    ["{a: duration('1h')} == {a: duration('1m')}", false],
    ["{a: date('2024-05-06')} == {a: date('2024-05-06')}", true],
    ["{a: date('2024-05-06')} == {a: date('2024-05-07')}", false],
    [
      "{a: date('2024-05-06').Month()} == {a: date('2024-05-07').Month()}",
      true,
    ],
    [
      "{a: date('2024-05-06').Month()} == {a: date('2024-06-07').Month()}",
      false,
    ],
    ["{a: date('2024-05-06').Month()} == {a: 5}", false],
    ["{a: timezone('UTC')} == {a: timezone('UTC')}", true],
    ["{a: timezone('UTC')} == {a: timezone('Europe/Zurich')}", false],
    ['{a: {b: [true]}} == {a: {b: [true]}}', true],
    ['{a: {b: [true]}} == {a: {b: [false]}}', false],
  ])('of maps: %s is %p', (source, expected) => {
    expect(run(source)).toBe(expected);
  });

  it.each<[string, boolean]>([
    ['groupBy([1, 2, 3], # % 2) == groupBy([1, 2, 3], # % 2)', true],
    ['groupBy([1, 2, 3], # % 2) == groupBy([1, 2, 5], # % 2)', false],
    ['groupBy([1, 2, 3], # % 2) == groupBy([1, 3], # % 2)', false],
    ['groupBy([1], #) == groupBy([2], #)', false],
    ["fromPairs([['a', 1]]) == fromPairs([['a', 1]])", true],
    ["fromPairs([['a', 1]]) == fromPairs([['a', 2]])", false],
  ])('of maps with any keys: %s is %p', (source, expected) => {
    expect(run(source)).toBe(expected);
  });
});

describe('the keys of groups', () => {
  it.each<[string, bigint]>([
    ['[1, 1.0, 1]', 2n],
    ["['1', 1]", 2n],
    ['nils', 1n],
    ['[true, false, true]', 2n],
    ['[0.0, -0.0]', 1n],
    ["[duration('1h'), duration('60m'), duration('2h')]", 2n],
    ["[date('2024-05-06'), date('2024-05-06'), date('2024-05-07')]", 2n],
    ["map(['2024-05-06', '2024-05-07', '2024-06-07'], date(#).Month())", 2n],
  ])('of %s are %i', (list, count) => {
    expect(run(`len(groupBy(${list}, #))`)).toBe(count);
  });

  it.each(['[[1]]', '[{a: 1}]', "[b'a']"])('cannot be those of %s', list => {
    expect(() => run(`groupBy(${list}, #)`)).toThrow(
      expect.objectContaining({ stage: 'run', code: 'unhashable-key' }),
    );
  });
});

describe('order', () => {
  it.each<[string, boolean]>([
    ["'a' < 'ab'", true],
    ["'ab' < 'a'", false],
    ["'ab' <= 'ab'", true],
    ["'' < 'a'", true],
    ["'Z' < 'a'", true],
    // By the bytes of UTF-8.
    ["'ä' > 'z'", true],
    ["'\\uffff' < '\\U0001f600'", true],
    ["'\\U0001f600' < '\\U0001f601'", true],
  ])('%s is %p', (source, expected) => {
    expect(run(source)).toBe(expected);
  });

  it('of a list', () => {
    expect(run("sort(['b', 'ab', '\\U0001f600', 'a', '\\uffff'])")).toEqual([
      'a',
      'ab',
      'b',
      '\uffff',
      '\u{1f600}',
    ]);
  });
});
