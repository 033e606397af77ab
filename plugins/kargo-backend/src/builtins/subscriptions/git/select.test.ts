import { GitSubscription } from 'backstage-plugin-kargo-common';
import { inOneTurn } from '../../../testing/inOneTurn';
import { considerTags, findBases } from './select';

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

describe('considerTags', () => {
  const TAGS = ['v1.0.0', 'v2.0.0', 'v1.1.0', 'nightly'];

  it.each([
    [{ commitSelectionStrategy: 'SemVer' }, 'v2.0.0', undefined],
    [
      { commitSelectionStrategy: 'SemVer', semverConstraint: '^1' },
      'v1.1.0',
      { name: 'v2.0.0', by: 'semverConstraint ^1' },
    ],
    [
      { commitSelectionStrategy: 'SemVer', ignoreTagsRegexes: ['^v2'] },
      'v1.1.0',
      { name: 'v2.0.0', by: 'ignoreTagsRegexes' },
    ],
    [
      { commitSelectionStrategy: 'Lexical', expressionFilter: 'false' },
      undefined,
      { name: 'v2.0.0', by: 'expressionFilter' },
    ],
    [{ commitSelectionStrategy: 'NewestTag' }, 'nightly', undefined],
  ])('of %j, when %s is chosen', (config, chosen, leftOut) => {
    expect(
      inOneTurn(
        considerTags(
          GitSubscription.parse({
            repoURL: 'https://git.example/a',
            ...config,
          }),
          TAGS,
          chosen,
        ),
      ),
    ).toEqual({ count: 4, unit: 'tags', ...(leftOut && { leftOut }) });
  });
});
