import { inOneTurn } from '../../testing/inOneTurn';
import { cleanPath } from './cleanPath';
import { compilePathFilter, parsePathSelector } from './pathFilters';

describe('cleanPath', () => {
  it.each([
    ['', '.'],
    ['.', '.'],
    ['a/', 'a'],
    ['a//b/./c/../d', 'a/b/d'],
    ['a/..', '.'],
    ['../a/../..', '../..'],
    ['/..', '/'],
    ['/a/../../b', '/b'],
    ['https://charts.example.com/app', 'https:/charts.example.com/app'],
  ])('of %j is %j', (path, expected) => {
    expect(cleanPath(path)).toBe(expected);
  });
});

describe('parsePathSelector', () => {
  it.each([
    ['apps/a', 'apps/a/x.yaml', true, 'a directory takes what is below it'],
    [
      'apps/a',
      'apps/a',
      true,
      'a directory takes itself, as a submodule would',
    ],
    ['apps/a', 'apps/ab/x', false, 'it is not a prefix of text'],
    ['apps/*', 'apps/a', false, 'wildcards are literal without a prefix'],
    ['/apps', 'apps/a', false, 'a leading slash never matches'],
    ['.', 'any/file', true, 'a dot takes everything'],
    ['apps', 'apps/v1..v2', false, 'two dots in a row never match a directory'],
    [
      'glob:apps/**',
      'apps',
      true,
      'a glob over all components takes the directory',
    ],
    ['glob:apps/**', 'apps/v1..v2', true, 'a glob has no rule about dots'],
    ['glob:*', 'x/y', false, 'a star stays in its component'],
    ['regex:^apps/', 'x/apps/y', false, 'a regular expression anchors'],
    ['regexp:apps', 'x/apps/y', true, 'or searches'],
  ])('%j takes %j: %s, %s', (selector, path, expected) => {
    const { source, matches } = parsePathSelector(selector);
    expect(matches(path)).toBe(expected);
    expect(source).toBe(selector);
  });
});

describe('compilePathFilter', () => {
  it.each([
    ['', 'docs', 'docs/a', false, ''],
    ['', 'docs', 'docs/a src/b', true, 'one path survives'],
    ['apps/a', '', 'apps/b/x', false, ''],
    ['apps/a', '', 'apps/b/x apps/a/y', true, ''],
    ['apps', 'apps/a', 'apps/a/x', false, ''],
    ['apps', 'apps/a', 'apps/a/x apps/b/y', true, ''],
    [
      'apps/a',
      'apps',
      'apps/a/x',
      false,
      'exclusion wins over a closer inclusion',
    ],
    ['apps/a', 'glob:**/*.md', 'apps/a/README.md', false, ''],
    ['apps/a', 'glob:**/*.md', 'apps/a/README.md apps/a/x.yaml', true, ''],
    [
      'apps/a',
      'glob:**/*.md',
      'apps/a/README.md apps/b/x.yaml',
      false,
      'the survivor must be included',
    ],
    ['apps/a libs', '', 'libs/x', true, ''],
    ['', 'docs', '', false, 'an empty commit never passes'],
    ['.', '', '', false, 'an empty commit never passes'],
    ['apps/a', '', 'apps/a..b/x', false, ''],
    ['apps', '', 'apps/v1..v2/x', false, 'two dots in a row'],
    ['glob:apps/**', '', 'apps/v1..v2/x', true, ''],
    [
      'regex:^(apps|libs)/',
      'regex:_test\\.go$',
      'apps/x_test.go docs/y',
      false,
      '',
    ],
    ['glob:**/*.yaml README.md', '', 'README.md', true, ''],
    [
      'charts/app',
      'charts/app/values-dev.yaml',
      'charts/app/values-dev.yaml charts/app/Chart.yaml',
      true,
      '',
    ],
    ['apps/a', '', 'apps/a', true, 'a submodule moved'],
    ['apps', 'glob:apps/*/docs/**', 'apps/a/docs', false, ''],
    ['', '', '', true, 'nothing is configured'],
  ])(
    'including %j, excluding %j, %j passes: %s %s',
    (include, exclude, paths, expected) => {
      const words = (text: string) => (text === '' ? [] : text.split(' '));
      const filter = compilePathFilter({
        includePaths: words(include),
        excludePaths: words(exclude),
      });
      expect(filter.accepts(words(paths))).toBe(expected);
      expect(inOneTurn(filter.judge(words(paths)))).toBe(expected);
      expect(filter.isEmpty).toBe(include === '' && exclude === '');
    },
  );

  it('refuses a selector that is not valid', () => {
    expect(() => compilePathFilter({ excludePaths: ['regex:('] })).toThrow(
      'is not a valid regular expression',
    );
  });
});
