import { isMailAddress } from './mailAddress';

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
    [' "Last" <a@b.c> ', true],
    ['a b@c', false],
    ['N <nope>', false],
    ['a@b@c', false],
    [' a@b.c\n', true],
    ['a.b@c.d', true],
    ['a..b@c', false],
    ['.a@c', false],
    ['a@b.', false],
    ['"a b"@c.d', true],
    ['a@[127.0.0.1]', true],
    ['N\nM <a@b.c>', false],
    ['"N\nM" <a@b.c>', false],
    ['"a\nb"@c.d', false],
    ['a\0@b.c', false],
  ])('of %j is %s', (text, expected) => {
    expect(isMailAddress(text)).toBe(expected);
  });

  it('looks at every character a few times at most, however long the text', () => {
    // Fails by never coming to an end.
    expect(isMailAddress(' '.repeat(200_000))).toBe(false);
    expect(isMailAddress(`${' '.repeat(200_000)}<a@b.c`)).toBe(false);
    expect(isMailAddress(`  N${' '.repeat(200_000)}<a@b.c>  `)).toBe(true);
  });
});
