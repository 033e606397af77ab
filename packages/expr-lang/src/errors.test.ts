import { ExpressionError, positionOf, printError } from './errors';
import { evaluate } from './evaluate';

function thrownBy(source: string): ExpressionError {
  try {
    evaluate(source, {});
  } catch (error) {
    return error as ExpressionError;
  }
  throw new Error(`${source} runs`);
}

describe('printError', () => {
  it('puts a caret under the place of the error', () => {
    expect(printError(thrownBy('1 +\n  x.y.z'))).toBe(
      ['nil has no members (line 2, column 5)', ' |   x.y.z', ' |     ^'].join(
        '\n',
      ),
    );
  });

  it('counts columns in characters', () => {
    expect(printError(thrownBy("'😀😀' + 1"))).toBe(
      [
        '+ does not work on string and int (line 1, column 6)',
        " | '😀😀' + 1",
        ' |      ^',
      ].join('\n'),
    );
  });

  it('cuts long lines around the caret', () => {
    const lines = printError(thrownBy(`${' '.repeat(300)}x.y`)).split('\n');
    expect(lines[0]).toContain('column 303');
    expect(lines[1].length).toBeLessThan(110);
    expect(lines[1][lines[2].indexOf('^')]).toBe('y');
  });

  it('prints only the reason where there is no place', () => {
    expect(
      printError(new ExpressionError('encode', 'not-encodable', 'no')),
    ).toBe('no');
  });
});

describe('positionOf', () => {
  it.each([
    ['abc', 0, 1, 1],
    ['abc', 3, 1, 4],
    ['a\nb', 2, 2, 1],
    ['a\n\nb', 2, 2, 1],
    ['\n', 1, 2, 1],
  ])('of %j at %i is %i:%i', (source, offset, line, column) => {
    expect(positionOf(source, offset)).toEqual({ line, column });
  });
});

describe('error messages', () => {
  it.each([
    `{k: 's3cr3t'}.k + 1`,
    `int(x ?? 's3cr3t')`,
    `['s3cr3t'].a`,
    `date(x ?? 's3cr3t')`,
    `'a' matches (x ?? 's3cr3t(')`,
    `fromJSON(x ?? 's3cr3t')`,
    `timezone(x ?? 's3cr3t')`,
  ])('of %s never hold the value', source => {
    expect(thrownBy(source).reason).not.toContain('s3cr3t');
  });
});
