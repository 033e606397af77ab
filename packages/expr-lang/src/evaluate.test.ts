import { evaluate } from './evaluate';
import { isExpressionError } from './errors';
import type { Value } from './values';

const env: Value = { n: 3, s: 'hello', a: [1, 2, 3], m: { x: { y: 1 } } };

function outcome(source: string): unknown {
  try {
    return evaluate(source, env);
  } catch (error) {
    if (isExpressionError(error)) return `${error.stage}: ${error.code}`;
    throw error;
  }
}

describe('evaluate', () => {
  it.each<[string, unknown]>([
    ['1 + 2 * 3', 7n],
    ['n + 1', 4],
    ['7 / 2', 3.5],
    ["'a' + s", 'ahello'],
    ['m.x.y', 1],
    ['m?.zz?.y', null],
    ['m.zz.y', 'run: member-of-nil'],
    ['x ?? 5', 5n],
    ['a | filter(# > 1) | map(# * 2)', [4, 6]],
    ['let q = 2; q ** 2', 4],
    ['1 < n < 5', true],
    ['(1 + ', 'parse: syntax'],
    ['__proto__', null],
    ['m.constructor', null],
    ['m["__proto__"]', null],
  ])('gives for %s', (source, expected) => {
    expect(outcome(source)).toEqual(expected);
  });

  it('runs five thousand additions and refuses one more', () => {
    expect(outcome(new Array(5000).fill('1').join('+'))).toBe(5000n);
    expect(outcome(new Array(5001).fill('1').join('+'))).toBe(
      'parse: node-limit',
    );
  });
});
