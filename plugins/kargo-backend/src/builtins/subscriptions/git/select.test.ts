import { findBases } from './select';

describe('findBases', () => {
  it.each<[string[], string[] | undefined]>([
    [[], undefined],
    [['apps/a'], ['apps/a']],
    [
      ['apps/./b/../a/', 'libs'],
      ['apps/a', 'libs'],
    ],
    [['apps', '.'], undefined],
    [['apps', ''], undefined],
    [['apps', '/docs', '../x'], ['apps']],
    [['/docs'], undefined],
    [['apps/*'], ['apps/*']],
    [['glob:apps/a/**'], ['apps/a']],
    [
      ['glob:apps/a/*.yaml', 'libs'],
      ['apps/a', 'libs'],
    ],
    [['glob:apps/a/file'], ['apps/a/file']],
    [['glob:**/*.md'], undefined],
    [['glob:apps/{a,b}/x'], ['apps']],
    [['glob:a{b/c,d}/x'], undefined],
    [['glob:ap\\*ps/x'], undefined],
    [['glob:./apps/*'], undefined],
    [['glob:/apps/*'], undefined],
    [['apps', 'regex:^libs/'], undefined],
  ])('narrows %j to %j', (selectors, expected) => {
    expect(findBases(selectors)).toEqual(expected);
  });
});
