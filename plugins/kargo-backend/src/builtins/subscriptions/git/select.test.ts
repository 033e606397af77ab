import { GitSubscription } from 'backstage-plugin-kargo-common';
import { compileCommitFilter } from '../../../expressions/commitFilter';
import { inOneTurn } from '../../../testing/inOneTurn';
import { compileGitSelection, considerTags, findBases } from './select';

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

describe('an expressionFilter', () => {
  const accepts = (expressionFilter: string) =>
    compileGitSelection(
      GitSubscription.parse({
        repoURL: 'https://git.example/a',
        expressionFilter,
      }),
      compileCommitFilter,
    ).acceptsCommit(
      {
        id: 'a'.repeat(40),
        commitDate: '2025-03-01T10:00:00+05:30',
        author: 'Jo <jo@x>',
        committer: 'Jo <jo@x>',
        subject: 'feat: x',
      },
      0,
    );

  it.each([
    ['subject contains "feat"', true],
    ['0', false],
  ])('that says %s', (expression, verdict) => {
    expect(accepts(expression)).toBe(verdict);
  });

  it.each([
    ['nil', 'the expression must result in true or false, not in nil'],
    ['nope', 'the expression must result in true or false, not in nil'],
    ['commitDate.Hour()', 'must result in true or false, not in "10"'],
    ['subject + 1', 'expressionFilter: '],
  ])('that says %s is named where it fails', (expression, message) => {
    expect(() => accepts(expression)).toThrow(/^expressionFilter: /);
    expect(() => accepts(expression)).toThrow(message);
  });
});
