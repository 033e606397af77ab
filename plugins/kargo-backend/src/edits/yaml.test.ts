import { parse } from 'yaml';
import { EditErrorCode, isEditError } from './EditError';
import { updateYamlScalars, YamlUpdate } from './yaml';

function refusal(
  text: string,
  updates: YamlUpdate[],
): EditErrorCode | undefined {
  try {
    updateYamlScalars(text, updates);
  } catch (error) {
    if (isEditError(error)) return error.code;
    throw error;
  }
  return undefined;
}

describe('updateYamlScalars', () => {
  it.each<[string, string, string, unknown, string]>([
    [
      'a nested value',
      'image:\n  tag: v1\n',
      'image.tag',
      'v2',
      'image:\n  tag: v2\n',
    ],
    [
      'a value and keeps the comment behind it',
      'image:\n  tag: v1 # keep me\n  repo: x\n',
      'image.tag',
      'v2',
      'image:\n  tag: v2 # keep me\n  repo: x\n',
    ],
    ['a value in double quotes', 'a: "v1"\n', 'a', 'v2', 'a: "v2"\n'],
    ['a value in single quotes', "a: 'v1'\n", 'a', 'v2', "a: 'v2'\n"],
    ['a quote in single quotes', "a: 'v1'\n", 'a', "it's", "a: 'it''s'\n"],
    [
      'a text in single quotes by one that needs escapes',
      "a: 'v1'\n",
      'a',
      'x\ny',
      'a: "x\\ny"\n',
    ],
    ['a quoted text by a number', 'a: "1"\n', 'a', 2, 'a: 2\n'],
    ['a number by a quoted text', 'a: 1\n', 'a', '2', 'a: "2"\n'],
    ['a text that looks like a number', 'a: x\n', 'a', '1.10', 'a: "1.10"\n'],
    ['a number', 'a: x\n', 'a', 1.1, 'a: 1.1\n'],
    ['a boolean', 'a: x\n', 'a', true, 'a: true\n'],
    ['a text that looks like a boolean', 'a: x\n', 'a', 'true', 'a: "true"\n'],
    ['a text that looks like null', 'a: x\n', 'a', 'null', 'a: "null"\n'],
    ['a value that is not there yet', 'a:\nb: 1\n', 'a', 'z', 'a: z\nb: 1\n'],
    [
      'an absent value with a comment',
      'a:  # c\nb: 1\n',
      'a',
      'z',
      'a: z  # c\nb: 1\n',
    ],
    ['an absent value at the end of the text', 'a:', 'a', 'z', 'a: z'],
    ['an element of a list', 'a:\n- x\n- y\n', 'a.1', 'z', 'a:\n- x\n- z\n'],
    [
      'an empty element of a list',
      'a:\n-\n- y\n',
      'a.0',
      'z',
      'a:\n- z\n- y\n',
    ],
    [
      'a key with a literal dot',
      'example.com/v: v1\n',
      'example\\.com/v',
      'v2',
      'example.com/v: v2\n',
    ],
    [
      'a numeric key',
      'ports:\n  8080: web\n',
      'ports.8080',
      'api',
      'ports:\n  8080: api\n',
    ],
    [
      'a hinted numeric key',
      'ports:\n  8080: web\n',
      'ports.:8080',
      'api',
      'ports:\n  8080: api\n',
    ],
    [
      'the first of several documents',
      'a: x\n---\na: y\n',
      'a',
      'z',
      'a: z\n---\na: y\n',
    ],
    ['a document after its marker', '---\na: x\n', 'a', 'z', '---\na: z\n'],
    ['a text without a last line feed', 'a: x', 'a', 'z', 'a: z'],
    ['a text with CRLF', 'a: x\r\nb: y\r\n', 'a', 'z', 'a: z\r\nb: y\r\n'],
    [
      'an absent value in a text with CRLF',
      'a:\r\nb: y\r\n',
      'a',
      'z',
      'a: z\r\nb: y\r\n',
    ],
    [
      'a text behind a byte order mark',
      '\ufeffa: x\n',
      'a',
      'z',
      '\ufeffa: z\n',
    ],
    ['a mapping in a list', '- a: 1\n- a: 2\n', '1.a', 5, '- a: 1\n- a: 5\n'],
    [
      'a large number in plain decimals',
      'a: x\n',
      'a',
      1234567,
      'a: 1234567\n',
    ],
    [
      'a value behind multi-byte characters',
      'имя: v1\n',
      'имя',
      'v2',
      'имя: v2\n',
    ],
    ['a value with a tag that fits', 'a: !!str 1\n', 'a', 'z', 'a: !!str z\n'],
    [
      "a value with a tag of the user's",
      'a: !Ref x\n',
      'a',
      'z',
      'a: !Ref z\n',
    ],
    [
      'a value with a tag that does not fit',
      'a: !!int 1\n',
      'a',
      'z',
      'a: z\n',
    ],
    ['a number with its tag', 'a: !!int 1\n', 'a', 2, 'a: !!int 2\n'],
    [
      'a value with an anchor',
      'a: &x v1\nb: *x\n',
      'a',
      'z',
      'a: &x z\nb: *x\n',
    ],
    [
      'a value with an anchor and a tag that does not fit',
      'a: !!int &x 1\nb: &y !!int 1\n',
      'a',
      'z',
      'a: &x z\nb: &y !!int 1\n',
    ],
    [
      'a value with a tag that does not fit behind an anchor',
      'b: &y !!int 1\n',
      'b',
      'z',
      'b: &y z\n',
    ],
    ['an anchor without a value', 'a: &x\nb: 1\n', 'a', 'z', 'a: &x z\nb: 1\n'],
    ['a tag without a value', 'a: !!null\nb: 1\n', 'a', 'z', 'a: z\nb: 1\n'],
    [
      'a value on the line after its key',
      'a:\n  "x"\n',
      'a',
      'z',
      'a:\n  "z"\n',
    ],
    [
      'the last value of a flow collection over lines',
      'a: {\n  b: 1\n}\n',
      'a.b',
      9,
      'a: {\n  b: 9\n}\n',
    ],
    [
      'a key beside two equal ones',
      'a: 1\na: 2\nb: 3\n',
      'b',
      9,
      'a: 1\na: 2\nb: 9\n',
    ],
    [
      'a document followed by something that is no YAML',
      'a: 1\n---\n{{ x }}: }\n',
      'a',
      2,
      'a: 2\n---\n{{ x }}: }\n',
    ],
    ['a text that needs quotes', 'a: x\n', 'a', 'foo: bar', 'a: "foo: bar"\n'],
  ])('replaces %s', (_, before, key, value, after) => {
    expect(updateYamlScalars(before, [{ key, value }])).toBe(after);
  });

  it.each<[string, string, YamlUpdate[], EditErrorCode]>([
    [
      'an index past the end',
      'a:\n- x\n',
      [{ key: 'a.1', value: 'z' }],
      'index-out-of-range',
    ],
    [
      'a negative index',
      'a:\n- x\n',
      [{ key: 'a.-1', value: 'z' }],
      'index-out-of-range',
    ],
    [
      'an index in brackets',
      'a:\n- x\n',
      [{ key: 'a.[0]', value: 'z' }],
      'not-found',
    ],
    ['a missing key', 'a: 1\n', [{ key: 'b', value: 'z' }], 'not-found'],
    [
      'one of two equal keys, of which readers take the last',
      'a: 1\n"a": 2\n',
      [{ key: 'a', value: 9 }],
      'unsupported',
    ],
    [
      'a key below one of two equal ones',
      'a: {b: 1}\na: {c: 2}\n',
      [{ key: 'a.b', value: 9 }],
      'unsupported',
    ],
    [
      'a key below a scalar',
      'a: 1\n',
      [{ key: 'a.b', value: 'z' }],
      'not-found',
    ],
    ['a mapping', 'a:\n  b: 1\n', [{ key: 'a', value: 'z' }], 'not-scalar'],
    [
      'an alias',
      'a: &q v1\nb: *q\n',
      [{ key: 'b', value: 'v2' }],
      'not-scalar',
    ],
    [
      'a key behind a merge',
      'x: &x\n  k: 1\ny:\n  <<: *x\n',
      [{ key: 'y.k', value: 2 }],
      'not-found',
    ],
    [
      'a flow mapping that goes on',
      'a: {b: 1, c: 2}\n',
      [{ key: 'a.b', value: 9 }],
      'unsupported',
    ],
    [
      'a flow list that goes on',
      'a: [1, 2]\n',
      [{ key: 'a.1', value: 9 }],
      'unsupported',
    ],
    [
      'a block scalar',
      'a: |\n  l1\nb: 1\n',
      [{ key: 'a', value: 'z' }],
      'unsupported',
    ],
    [
      'an empty block scalar',
      'a: |\nb: 1\n',
      [{ key: 'a', value: 'z' }],
      'unsupported',
    ],
    [
      'a plain scalar over lines',
      'a: x\n  y\n',
      [{ key: 'a', value: 'z' }],
      'unsupported',
    ],
    [
      'a quoted scalar over lines',
      'a: "x\n  y"\n',
      [{ key: 'a', value: 'z' }],
      'unsupported',
    ],
    [
      'null as the new value',
      'a: x\n',
      [{ key: 'a', value: null }],
      'bad-value',
    ],
    [
      'a list as the new value',
      'a: x\n',
      [{ key: 'a', value: [1] }],
      'bad-value',
    ],
    ['an empty text', '', [{ key: 'a', value: 'z' }], 'not-found'],
    [
      'a text that is no YAML',
      'a: [\n',
      [{ key: 'a', value: 'z' }],
      'bad-document',
    ],
    [
      'one good and one missing key',
      'a: x\nb: y\n',
      [
        { key: 'a', value: '1' },
        { key: 'm', value: '2' },
      ],
      'not-found',
    ],
    [
      'an empty part of a key',
      'k: v\n',
      [{ key: 'a..b', value: 1 }],
      'bad-path',
    ],
    [
      'a colon inside of a key',
      'k: v\n',
      [{ key: 'a:b', value: 1 }],
      'bad-path',
    ],
  ])('refuses %s', (_, before, updates, code) => {
    expect(refusal(before, updates)).toBe(code);
  });

  it.each<[string, string, YamlUpdate[], string]>([
    [
      'in the order of the file, not of the keys',
      'a: x # c\nb: "y"\nc:\n- n: z\n',
      [
        { key: 'c.0.n', value: 'longer than before' },
        { key: 'a', value: '' },
        { key: 'b', value: 'q' },
      ],
      'a: "" # c\nb: "q"\nc:\n- n: longer than before\n',
    ],
    [
      'with an anchor, and an alias of it elsewhere',
      'a: &x v1\nb: *x\n',
      [{ key: 'a', value: 'v2' }],
      'a: &x v2\nb: *x\n',
    ],
    [
      'below a directive',
      '%YAML 1.2\n---\na: v1\n',
      [{ key: 'a', value: 'v2' }],
      '%YAML 1.2\n---\na: v2\n',
    ],
    [
      'on a line without its key',
      'a:\n  v1\nb: c\n',
      [{ key: 'a', value: 'v2: d' }],
      'a:\n  "v2: d"\nb: c\n',
    ],
  ])('replaces values %s', (_, before, updates, after) => {
    expect(updateYamlScalars(before, updates)).toBe(after);
  });

  it('applies several updates, and the last one to the same key', () => {
    const updates = [
      { key: 'a', value: 1 },
      { key: 'b.c', value: 'x' },
      { key: 'a', value: 2 },
    ];
    expect(updateYamlScalars('a: 0\nb:\n  c: y\n', updates)).toBe(
      'a: 2\nb:\n  c: x\n',
    );
  });

  it.each([
    ['a text', 'a: v1 # {"$imagepolicy": "ns:app"}\n', 'v1'],
    ['a quoted text', "a: 'v1'\n", 'v1'],
    ['a text with escapes', 'a: "\\u0076\\x31"\n', 'v1'],
    ['a number in another notation', 'a: 0x10\r\n', 16],
    ['a number with a fraction', 'a: 1.0', 1],
    ['a boolean', 'a: True\n', true],
    ['a text over several lines', 'a: >-\n  x\n  y\nb: 1\n', 'x y'],
  ])('leaves %s alone that is there already', (_, text, value) => {
    expect(updateYamlScalars(text, [{ key: 'a', value }])).toBe(text);
  });

  it.each([
    ['0755', 755, '755'],
    ['-012', -12, '-12'],
    ['9007199254740993', 9007199254740992, '9007199254740992'],
  ])(
    'writes over the number %s, which other readers do not take for %d',
    (old, value, text) => {
      expect(updateYamlScalars(`a: ${old} # c\n`, [{ key: 'a', value }])).toBe(
        `a: ${text} # c\n`,
      );
    },
  );

  it.each(['yes', '1_000', '0X1F'])(
    'quotes the bare text %s, which some readers take for something else',
    value => {
      expect(updateYamlScalars(`a: ${value}\n`, [{ key: 'a', value }])).toBe(
        `a: "${value}"\n`,
      );
    },
  );

  describe.each([
    ['LF', '\n'],
    ['CRLF', '\r\n'],
  ])('changes only its target in a text with %s', (_, lineBreak) => {
    const target = '\u0000';
    const template = [
      '%YAML 1.2',
      '---',
      '# head',
      'image:',
      '    repo:  [ghcr.io/acme/web]   # odd   spacing',
      '',
      "    tag: '[v1]'",
      'env:',
      '  - name: "[A]"',
      '    value: [1]',
      '  -   name: [B] # c',
      '      value:   [0x10]',
      'folded: >-',
      '  some text',
      '',
      '  in lines # not a comment',
      'text: |+',
      '  # not a comment',
      '',
      '',
      'end: {a: 1}',
      '...',
      '---',
      'other: {{ doc }}}',
      '',
    ].join(lineBreak);

    it.each([
      ['image.repo', 'ghcr.io/acme/web', ''],
      ['image.tag', 'v1', "'"],
      ['env.0.name', 'A', '"'],
      ['env.0.value', '1', ''],
      ['env.1.name', 'B', ''],
      ['env.1.value', '0x10', ''],
    ])('for %s', (key, old, quote) => {
      const marked = template.replace(`[${old}]`, target);
      const fill = (value: string) =>
        marked.replace(target, value).replace(/\[([^[\]]*)\]/g, '$1');
      const before = fill(old);
      for (const value of [
        'v2',
        '1.10',
        'a: b',
        'yes',
        7,
        false,
        'ü',
        "it's",
      ]) {
        const after = updateYamlScalars(before, [{ key, value }]);
        const [head, tail] = fill(target)
          .split(`${quote}${target}${quote}`)
          .map(part => part);
        expect(after.startsWith(head)).toBe(true);
        expect(after.endsWith(tail)).toBe(true);
        const written = after.slice(head.length, after.length - tail.length);
        expect(parse(written)).toBe(value);
        const isQuoted = typeof value === 'string' && quote !== '';
        expect(written.startsWith(quote) || !isQuoted).toBe(true);
        // The same again changes nothing.
        expect(updateYamlScalars(after, [{ key, value }])).toBe(after);
      }
    });
  });

  it('keeps a comment that steers another tool', () => {
    const before = [
      'image:',
      '  tag: 1.0.0 # {"$imagepolicy": "ns:app:tag"}',
      '  pull: Always # keep',
      '',
    ].join('\n');
    const updates = [{ key: 'image.tag', value: '1.2.3' }];
    expect(updateYamlScalars(before, updates)).toBe(
      before.replace('1.0.0', '1.2.3'),
    );
  });
});
