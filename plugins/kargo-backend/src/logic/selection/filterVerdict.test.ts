import { readVerdict } from './filterVerdict';

describe('readVerdict', () => {
  it.each([
    [true, true],
    [false, false],
    [1, true],
    [1.0, true],
    [0, false],
    [1n, true],
    ['true', true],
    ['True', true],
    ['TRUE', true],
    ['t', true],
    ['T', true],
    ['1', true],
    ['false', false],
    ['F', false],
    ['0', false],
  ])('of %p is %s', (result, expected) => {
    expect(readVerdict(result)).toBe(expected);
  });

  it.each([
    [2, '"2"'],
    [10, '"10"'],
    ['yes', '"yes"'],
    ['tRUE', '"tRUE"'],
    ['', '""'],
    [undefined, 'nil'],
    [null, 'nil'],
    [[true], 'an object'],
  ])('refuses %p', (result, description) => {
    expect(() => readVerdict(result)).toThrow(
      `the expression must result in true or false, not in ${description}`,
    );
  });
});
