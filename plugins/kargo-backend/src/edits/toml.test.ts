import { formatTomlValue, updateToml } from './toml';

const update = (text: string, key: string, value: unknown) =>
  updateToml(text, [{ key, value }]);

describe('updateToml', () => {
  it.each<[string, string, string, unknown, string]>([
    [
      'a text, whose comment and quotes stay',
      '[image]\ntag = "v1" # keep\n',
      'image.tag',
      'v2',
      '[image]\ntag = "v2" # keep\n',
    ],
    ['a text in single quotes', "a = 'x'\n", 'a', 'y', "a = 'y'\n"],
    ['a text with a quote', 'n = "x"\n', 'n', "it's", 'n = "it\'s"\n'],
    [
      'a text in single quotes with one',
      "n = 'x'\n",
      'n',
      "it's",
      'n = "it\'s"\n',
    ],
    [
      'a text of several lines',
      'n = """\na\nb"""\nm = 1\n',
      'n',
      'c',
      'n = "c"\nm = 1\n',
    ],
    ['a text with a line break', "n = 'x'\n", 'n', 'a\nb', 'n = "a\\nb"\n'],
    ['an integer', 'n = 1\n', 'n', 42, 'n = 42\n'],
    ['a large integer', 'n = 1\n', 'n', 1234567, 'n = 1234567\n'],
    ['a number with a fraction', 'n = 1.5\n', 'n', 2, 'n = 2.0\n'],
    ['a small number', 'n = 1\n', 'n', 0.00001, 'n = 1e-05\n'],
    ['a number by a text', 'a = 1\n', 'a', 'x', "a = 'x'\n"],
    ['a date by a text', 'a = 2024-01-01\n', 'a', 'x', "a = 'x'\n"],
    [
      'an element of a list',
      'v = [1, 2, 3] # c\n',
      'v.1',
      true,
      'v = [1, true, 3] # c\n',
    ],
    [
      'a member of an inline table',
      'p = { a = 1, b = "x" }\n',
      'p.b',
      'y',
      'p = { a = 1, b = "y" }\n',
    ],
    [
      'a member of a table in a list',
      '[[s]]\nname = "a"\n[[s]]\nname = "b"\n',
      's.1.name',
      'c',
      '[[s]]\nname = "a"\n[[s]]\nname = "c"\n',
    ],
    [
      'a table below the last one of a list',
      '[[s]]\n[s.x]\nk = 1\n[[s]]\n[s.x]\nk = 2\n',
      's.x.k',
      3,
      '[[s]]\n[s.x]\nk = 1\n[[s]]\n[s.x]\nk = 3\n',
    ],
    [
      'a table below one of a list, by its index',
      '[[s]]\n[s.x]\nk = 1\n[[s]]\n[s.x]\nk = 2\n',
      's.0.x.k',
      3,
      '[[s]]\n[s.x]\nk = 3\n[[s]]\n[s.x]\nk = 2\n',
    ],
    [
      'a key with dots',
      '[labels]\n"example.com/version" = "1"\n',
      'labels.example\\.com/version',
      '2',
      '[labels]\n"example.com/version" = "2"\n',
    ],
    ['a dotted key', 'a.b.c = 1\n', 'a.b.c', 2, 'a.b.c = 2\n'],
    [
      'a line break of another system and no last one',
      'a = 1\r\nb = 2',
      'a',
      'x',
      "a = 'x'\r\nb = 2",
    ],
    ['what is there already', 'a =  "x"   # y\n', 'a', 'x', 'a =  "x"   # y\n'],
    [
      'a text beyond one unit',
      '"имя" = "v1"\nb="𝒳"#c\n',
      'b',
      'v2',
      '"имя" = "v1"\nb="v2"#c\n',
    ],
  ])('replaces %s', (_, before, key, value, after) => {
    expect(update(before, key, value)).toBe(after);
  });

  it.each<[string, string, string, unknown, string]>([
    ['a key that is not there', 'a = 1\n', 'b', 1, 'was not found'],
    ['an index behind the end', 'v = [1]\n', 'v.1', 1, 'was not found'],
    [
      'a value of a table without its index',
      '[[s]]\nn = 1\n[[s]]\nn = 2\n',
      's.n',
      3,
      'was not found',
    ],
    ['an index before the start', 'v = [1]\n', 'v.-1', 1, 'was not found'],
    ['a table', '[a]\nb = 1\n', 'a', 'x', 'addresses a table'],
    ['a list', 'a = [1]\n', 'a', 'x', 'addresses a list'],
    ['a member of a number', 'a = 1\n', 'a.b', 'x', 'was not found'],
    ['a value that is none', 'a = 1\n', 'a', null, 'must be a text'],
    [
      'a text that is no TOML',
      'a = secret\n',
      'a',
      1,
      'not valid TOML at line 1',
    ],
    ['brackets without end', `a = ${'['.repeat(200_000)}`, 'a', 1, 'TOML'],
    ['a key with an empty part', 'a = 1\n', 'a..b', 1, 'empty part'],
  ])('refuses %s', (_, text, key, value, message) => {
    expect(() => update(text, key, value)).toThrow(
      message === 'TOML' ? /TOML|too deep/ : message,
    );
  });

  it('takes the last of several values, and all or none', () => {
    expect(
      updateToml('a = 1\nb = 2\n', [
        { key: 'a', value: 5 },
        { key: 'b', value: 6 },
        { key: 'a', value: 7 },
      ]),
    ).toBe('a = 7\nb = 6\n');
    expect(() =>
      updateToml('a = 1\n', [
        { key: 'a', value: 5 },
        { key: 'missing', value: 6 },
      ]),
    ).toThrow('"missing"');
  });

  it.each<[string | number | boolean, string]>([
    ['v2', "'v2'"],
    ["it's", '"it\'s"'],
    [42, '42'],
    [1e21, '1000000000000000000000.0'],
    [true, 'true'],
  ])('words %j as %s', (value, text) => {
    expect(formatTomlValue(value)).toBe(text);
  });
});
