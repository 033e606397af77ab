import { findInside, relativeFrom } from './relativePath';

describe('relativeFrom', () => {
  it.each([
    ['a/b', 'a/c/d', '../c/d'],
    ['a/b', 'a/b/c', 'c'],
    ['a/b/', 'a', '..'],
    ['a', 'a', '.'],
    ['', 'x/y', 'x/y'],
    ['a/b', 'x/z/../y', '../../x/y'],
  ])('leads from %p to %p by %p', (folder, path, expected) => {
    expect(relativeFrom(folder, path)).toBe(expected);
    expect(findInside(folder, expected)).toBe(findInside('', path));
  });
});
