import { compileIgnorePatterns } from './ignorePatterns';

describe('compileIgnorePatterns', () => {
  it.each<[string, string, boolean, boolean]>([
    ['', '.git', false, true],
    ['', 'nested/.git', true, true],
    ['', '.gitignore', false, false],
    ['!.git', '.git', true, false],
    ['*.log', 'a.log', false, true],
    ['*.log', 'sub/deep/a.log', false, true],
    ['/top', 'top', false, true],
    ['/top', 'sub/top', false, false],
    ['build/', 'build', true, true],
    ['build/', 'build', false, false],
    ['build/', 'sub/build', true, true],
    ['a/b', 'a/b', false, true],
    ['a/b', 'x/a/b', false, false],
    ['**/b', 'x/a/b', false, true],
    ['a/**/b', 'a/x/y/b', false, true],
    ['a/**', 'a', true, false],
    ['a/**', 'a/b', false, true],
    ['a/**', 'a/b/c', false, true],
    ['a/**/', 'a', true, false],
    ['a/**/', 'a/b', true, true],
    ['a/**\n!a/keep', 'a/keep', false, false],
    ['/**', 'a', true, true],
    ['*.log\n!keep.log', 'keep.log', false, false],
    ['!keep.log\n*.log', 'keep.log', false, true],
    ['# note\n\n*.tmp  ', 'x.tmp', false, true],
    ['\\#x', '#x', false, true],
    ['\\!x', '!x', false, true],
    ['a\\ ', 'a ', false, true],
    ['{a,b}', 'a', false, false],
    ['{a,b}', '{a,b}', false, true],
    ['[', '[', false, false],
    ['x\r\ny', 'x', false, true],
  ])(
    '%j on %j (folder: %s) ignores: %s',
    (text, path, isDirectory, ignored) => {
      expect(compileIgnorePatterns(text)(path, isDirectory)).toBe(ignored);
    },
  );
});
