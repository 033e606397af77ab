import {
  AnyMap,
  evaluate,
  HostFunction,
  HostObject,
  Value,
} from 'backstage-plugin-kargo-expr';
import { parse } from 'yaml';
import { seededRandom } from '../testing/seededRandom';
import { encodeYaml } from './encodeYaml';
import { toArtifact, toGitCommit, toImage, toOrigin } from './hostTypes';

const lines = (...texts: string[]) => texts.map(text => `${text}\n`).join('');

describe('encodeYaml', () => {
  it.each<[string, Value, string]>([
    ['nil', null, 'null\n'],
    ['a boolean', true, 'true\n'],
    ['an int', 42n, '42\n'],
    ['a float', 0.5, '0.5\n'],
    ['a float without fraction', 42, '42\n'],
    ['a large float', 1_000_000, '1e+06\n'],
    ['a small float', 0.00001, '1e-05\n'],
    ['infinity', -Infinity, '-.inf\n'],
    ['not a number', NaN, '.nan\n'],
    ['a text', 'hello world', 'hello world\n'],
    ['an empty list', [], '[]\n'],
    ['an empty map', {}, '{}\n'],
    ['a list', [1n, 'x'], lines('- 1', '- x')],
    ['lists in lists', [[1n, [2n]], []], lines('- - 1', '  - - 2', '- []')],
    [
      'a list of maps',
      [{ a: 1n, b: { c: 2n } }, {}],
      lines('- a: 1', '  b:', '    c: 2', '- {}'),
    ],
    [
      'maps in maps',
      { a: { b: { c: null }, d: {} } },
      lines('a:', '    b:', '        c: null', '    d: {}'),
    ],
    [
      'a list under a key',
      { a: [1n, { b: [2n], c: 3n }] },
      lines('a:', '    - 1', '    - b:', '        - 2', '      c: 3'),
    ],
    [
      'keys in natural order',
      { a10: 1n, a2: 1n, B: 1n, b: 1n, _: 1n },
      lines('_: 1', 'B: 1', 'a2: 1', 'a10: 1', 'b: 1'),
    ],
    [
      'keys that need quotes',
      { y: 1n, n: 1n, '1': 1n, 'a: b': 1n, 'a\nb': 1n, '': 1n },
      lines('"": 1', '"1": 1', '"a\\nb": 1', "'a: b': 1", '"n": 1', '"y": 1'),
    ],
    [
      'texts of several lines',
      { a: 'l1\nl2\n', b: 'l1\n\nl2', c: 'l\n\n', d: ' l1\nl2' },
      lines(
        ...['a: |', '    l1', '    l2'],
        ...['b: |-', '    l1', '', '    l2'],
        ...['c: |+', '    l', ''],
        ...['d: |4-', '     l1', '    l2'],
      ),
    ],
    [
      'texts of several lines in a list',
      ['l1\nl2', ' l1\nl2'],
      lines('- |-', '  l1', '  l2', '- |2-', '   l1', '  l2'),
    ],
    ['a text of several lines alone', 'a\nb\n', lines('|', '    a', '    b')],
    ['a text with blanks before a line break', 'a \nb', '"a \\nb"\n'],
    [
      'a map with keys of any type',
      new AnyMap(
        new Map<string, readonly [Value, Value]>([
          ['sb', ['b', 1n]],
          ['i10', [10n, 2n]],
          ['i2', [2n, 3n]],
        ]),
        null,
      ),
      lines('2: 3', '10: 2', 'b: 1'),
    ],
    [
      'times and durations',
      [
        evaluate("date('2024-05-06T07:08:09.5+02:00')"),
        evaluate("duration('90m')"),
      ],
      lines('- 2024-05-06T07:08:09.5+02:00', '- 1h30m0s'),
    ],
    [
      'a commit, empty members included',
      toGitCommit({ repoURL: 'https://x/y.git', id: 'abc', message: 'fix: x' }),
      lines(
        'repourl: https://x/y.git',
        'id: abc',
        'branch: ""',
        'tag: ""',
        "message: 'fix: x'",
        'author: ""',
        'committer: ""',
        'subscriptionname: ""',
      ),
    ],
    [
      'an image',
      [toImage({ repoURL: 'r', tag: '1.10', annotations: { k: 'v' } })],
      lines(
        '- repourl: r',
        '  tag: "1.10"',
        '  digest: ""',
        '  annotations:',
        '    k: v',
        '  subscriptionname: ""',
      ),
    ],
    [
      'another artifact',
      toArtifact({ artifactType: 't', subscriptionName: 's', version: '7' }),
      lines(
        'artifacttype: t',
        'subscriptionname: s',
        'version: "7"',
        'metadata: {}',
      ),
    ],
    [
      'an origin',
      toOrigin({ kind: 'Warehouse', name: 'w' }),
      lines('kind: Warehouse', 'name: w'),
    ],
  ])('writes %s', (_, value, yaml) => {
    expect(encodeYaml(value)).toBe(yaml);
  });

  it.each([
    // Read as something else.
    ['', '""'],
    ['~', '"~"'],
    ['null', '"null"'],
    ['true', '"true"'],
    ['Yes', '"Yes"'],
    ['off', '"off"'],
    ['y', '"y"'],
    ['42', '"42"'],
    ['-1', '"-1"'],
    ['1.10', '"1.10"'],
    ['1e3', '"1e3"'],
    ['.5', '".5"'],
    ['.inf', '".inf"'],
    ['0x1F', '"0x1F"'],
    ['0b1', '"0b1"'],
    ['0o17', '"0o17"'],
    ['017', '"017"'],
    ['1_000', '"1_000"'],
    ['1:30', '"1:30"'],
    ['2024-05-06', '"2024-05-06"'],
    ['2024-05-06T07:08:09Z', '"2024-05-06T07:08:09Z"'],
    // Not plain.
    ['a: b', "'a: b'"],
    ['a:', "'a:'"],
    ['a #b', "'a #b'"],
    ['- a', "'- a'"],
    ['-', "'-'"],
    ['? a', "'? a'"],
    ['[a', "'[a'"],
    ['{a}', "'{a}'"],
    ['*a', "'*a'"],
    ['&a', "'&a'"],
    ['!a', "'!a'"],
    ['|', "'|'"],
    ['>', "'>'"],
    ['%a', "'%a'"],
    ['@a', "'@a'"],
    ['`a', "'`a'"],
    ["'a'", "'''a'''"],
    ['"a"', '\'"a"\''],
    [' a', "' a'"],
    ['a ', "'a '"],
    ['---', "'---'"],
    ['...', "'...'"],
    // Escaped.
    ['a\tb', '"a\\tb"'],
    ['a\rb', '"a\\rb"'],
    ['\u0000\u001b\u007f', '"\\0\\e\\x7F"'],
    ['\u0085\u2028\ufeff', '"\\N\\L\\uFEFF"'],
    ['😀', '"\\U0001F600"'],
    ['\ud800', '"\ufffd"'],
    // Plain.
    ['yesterday', 'yesterday'],
    ['1.2.3', '1.2.3'],
    ['v1', 'v1'],
    ['-a', '-a'],
    ['a:b', 'a:b'],
    ['a#b', 'a#b'],
    ["it's", "it's"],
    ['sha256:aa11', 'sha256:aa11'],
    ['https://x/y?z=1', 'https://x/y?z=1'],
    ['é日本', 'é日本'],
    ['1h30m', '1h30m'],
    ['0x', '0x'],
    ['1:99', '1:99'],
  ])('writes the text %j as %s', (text, yaml) => {
    expect(encodeYaml(text)).toBe(`${yaml}\n`);
  });

  it('is read back as what it was', () => {
    const random = createRandom(20_261_123);
    for (let i = 0; i < 3_000; i++) {
      const value = randomValue(random, 4);
      expect(parse(encodeYaml(value as Value))).toEqual(value);
    }
  });

  it('refuses functions', () => {
    const upper = new HostFunction('upper', [], () => null);
    expect(() => encodeYaml({ a: upper })).toThrow(
      expect.objectContaining({ stage: 'encode' }),
    );
  });

  it('refuses what is too deep or too long', () => {
    let deep: Value = [];
    for (let i = 0; i < 100_000; i++) deep = [deep];
    expect(() => encodeYaml(deep)).toThrow('nested too deeply');
    const long = 'x'.repeat(1_000_000);
    expect(() => encodeYaml(Array(20).fill(long))).toThrow('too long');
  });

  it('has no special keys', () => {
    const value = JSON.parse('{"__proto__": 1, "constructor": 2}');
    expect(encodeYaml(value)).toBe('__proto__: 1\nconstructor: 2\n');
  });

  it('writes versions as text', () => {
    const version = new HostObject(
      { name: 'V', members: new Map(), toJson: () => '1.2.3' },
      new Map(),
    );
    expect(encodeYaml({ version })).toBe('version: 1.2.3\n');
  });
});

/** Whole numbers below a limit: the same in every run. */
function createRandom(seed: number): (below: number) => number {
  const next = seededRandom(seed);
  return below => Math.floor(next() * below);
}

const PIECES = [
  ...['a', 'B', '1', '0', '-', ':', ' ', '#', '\n', "'", '"', '\\', '\t', '{'],
  ...['}', '[', ']', ',', '&', '*', '!', '|', '>', '%', '@', '?', '.', 'é'],
  ...['😀', 'true', 'null', 'yes', '\r', '\u0085', '\u2028', '_', 'e'],
];

function randomText(random: (below: number) => number): string {
  return Array.from(
    { length: random(6) },
    () => PIECES[random(PIECES.length)],
  ).join('');
}

function randomValue(
  random: (below: number) => number,
  depth: number,
): unknown {
  switch (random(depth > 0 ? 7 : 5)) {
    case 0:
      return random(2) === 0;
    case 1:
      return null;
    case 2:
      return (random(20_000_000) - 10_000_000) / 10 ** random(6);
    case 5:
      return Array.from({ length: random(4) }, () =>
        randomValue(random, depth - 1),
      );
    case 6:
      return Object.fromEntries(
        Array.from({ length: random(4) }, () => [
          randomText(random),
          randomValue(random, depth - 1),
        ]),
      );
    default:
      return randomText(random);
  }
}
