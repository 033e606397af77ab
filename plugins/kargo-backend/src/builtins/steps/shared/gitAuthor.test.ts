import { isMailAddress } from './gitAuthor';

describe('isMailAddress', () => {
  it.each([
    ['a@b.c', true],
    ['a@localhost', true],
    ['N <a@b.c>', true],
    ['"Last, First" <a@b.c>', true],
    ['no-reply+x@kargo.io', true],
    ['nope', false],
    ['', false],
    ['a@', false],
    ['a b@c', false],
    ['N <nope>', false],
    ['a@b@c', false],
  ])('of %j is %s', (text, expected) => {
    expect(isMailAddress(text)).toBe(expected);
  });
});
