import { replaceYamlTexts } from './yamlTexts';

describe('replaceYamlTexts', () => {
  const replace = (text: string, at: (string | number)[], from = 'old') =>
    replaceYamlTexts(text, [{ at, from, to: '../new' }]);

  it.each([
    ['a plain text', 'k:\n- old # why\n- x\n', 'k:\n- "../new" # why\n- x\n'],
    ['one in quotes', "k: ['old', x]\n", 'k: ["../new", x]\n'],
    ['one in a flow list', 'k: [old, x]\n', 'k: ["../new", x]\n'],
    ['a block', 'k:\n- |-\n  old\n- x\n', 'k:\n- "../new"\n- x\n'],
    ['a text of JSON', '{"k":["old"]}', '{"k":["../new"]}'],
    ['one with CRLF', 'k:\r\n- old\r\n', 'k:\r\n- "../new"\r\n'],
  ])('replaces %s and nothing else', (_, text, expected) => {
    expect(replace(text, ['k', 0])).toBe(expected);
  });

  it('replaces several, also by keys that have dots', () => {
    expect(
      replaceYamlTexts('a.b: {c: one}\nd: [x, two]\n', [
        { at: ['d', 1], from: 'two', to: '2' },
        { at: ['a.b', 'c'], from: 'one', to: 'uno' },
      ]),
    ).toBe('a.b: {c: "uno"}\nd: [x, "2"]\n');
  });

  it.each([
    ['an alias', 'a: &a old\nk: [*a]\n'],
    ['an anchor', 'k: [&a old]\nb: *a\n'],
    ['a merge', '<<: {k: [old]}\n'],
    ['a key that is there twice', 'k: [other]\nk: [old]\n'],
  ])('refuses %s', (_, text) => {
    expect(() => replace(text, ['k', 0])).toThrow('write it out');
  });
});
