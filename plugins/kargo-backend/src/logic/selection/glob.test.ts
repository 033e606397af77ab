import { compileGlob } from './glob';

// The compatibility vectors stand in the selection corpus; this is the rule book.
describe('compileGlob', () => {
  it.each([
    ['apps/*', 'apps/a', true, 'a star takes a component'],
    ['apps/*', 'apps/', true, 'also an empty one'],
    ['apps/*', 'apps/a/b', false, 'but no slash'],
    ['apps/*', 'apps/.env', true, 'leading dots are ordinary'],
    ['a?c', 'abc', true, 'a question mark takes one character'],
    ['a?c', 'a😀c', true, 'however wide it is'],
    ['a?c', 'a/c', false, 'but no slash'],
    ['**/*.md', 'README.md', true, 'two stars take no components'],
    ['**/*.md', 'a/b/README.md', true, 'or many'],
    ['a/**/z', 'a/z', true, 'between others, too'],
    ['apps/**', 'apps/a/b', true, 'at the end they take the rest'],
    ['apps/**', 'apps', true, 'and the directory itself'],
    ['apps/**', 'apps2', false, 'which is not a prefix'],
    [
      'apps/**.yaml',
      'apps/a/x.yaml',
      false,
      'inside a component they are one star',
    ],
    ['[ab]x', 'bx', true, 'a class takes one of its members'],
    ['[!ab]x', 'bx', false, 'or, negated, none of them'],
    ['[^ab]x', 'cx', true, 'in either spelling'],
    ['[a-cx-z]', 'y', true, 'it has ranges'],
    ['[a\\-z]', 'm', false, 'an escaped dash is no range'],
    ['[a-]', '-', true, 'nor is one at the end'],
    ['[axz]', 'y', false, 'nor what has no dash'],
    ['{a,b}/x', 'b/x', true, 'alternatives'],
    ['{a,{b,c}}/x', 'c/x', true, 'nest'],
    ['a{,b}', 'a', true, 'and may be empty'],
    ['{a/**,b}', 'a/x/y', true, 'and hold anything'],
    ['{[a,b],c}x', 'bx', true, 'also classes with a comma'],
    ['{[a}],c}', '}', true, 'or a brace'],
    ['{[a,b],c}', 'c', true, 'which do not divide them'],
    ['*{*,x}', 'a/b', false, 'stars of two choices are two'],
    ['*{*,x}', 'ab', true, 'and stay in their component'],
    ['a/*{*,x}/b', 'a/c/d/b', false, 'wherever they stand'],
    ['*{*,x}/{b,c}', 'a/z/b', false, 'whatever is chosen after them'],
    ['{**,x}/b', 'a/c/b', true, 'those of one choice are one'],
    ['apps/\\*', 'apps/*', true, 'a backslash takes the next one literally'],
    ['apps/\\*', 'apps/a', false, 'and nothing else'],
    ['{1..3}', '2', false, 'there are no numeric ranges'],
    ['!a', 'b', false, 'no negation'],
    ['#a', '#a', true, 'no comments'],
    ['./a', 'a', false, 'nothing is cleaned'],
    ['', '', true, 'an empty glob takes an empty path'],
    ['', 'a', false, 'and nothing else'],
  ])('%j takes %j: %s, %s', (pattern, path, expected) => {
    expect(compileGlob(pattern)(path)).toBe(expected);
  });

  it.each(['[', '[]', '[!]', '[]a]', '[a', '{', '{a', 'a}', '\\', '[a\\]'])(
    'refuses %j',
    pattern => {
      expect(() => compileGlob(pattern)).toThrow(
        `"${pattern}" is not a valid glob`,
      );
    },
  );
});
