import { Limits, MANIFEST_LIMITS } from '../limits';
import { parseYamlDocuments, ReadDocument } from './parseYamlDocuments';
import { splitDocuments } from './splitDocuments';

const read = (text: string, limits: Partial<Limits> = {}) => [
  ...parseYamlDocuments(text, { ...MANIFEST_LIMITS, ...limits }),
];

describe('parseYamlDocuments', () => {
  it.each<[name: string, text: string, documents: ReadDocument[]]>([
    ['nothing', '', []],
    ['comments and markers alone', '# a\n---\n---\n# b\n...\n', []],
    ['a text', 'just text', [{ value: 'just text' }]],
    [
      'several, with comments between',
      '# first\n---\na: 1\n--- # second\nb: 2\n',
      [{ value: { a: 1 } }, { value: { b: 2 } }],
    ],
    ['content behind a marker', '--- {a: 1}\n', [{ value: { a: 1 } }]],
    [
      'directives',
      '%YAML 1.1\n---\na: 1\n...\n%YAML 1.1\n---\nb: 2\n',
      [{ value: { a: 1 } }, { value: { b: 2 } }],
    ],
    [
      'a marker in a block',
      'a: |\n  ---\n  b\n',
      [{ value: { a: '---\nb\n' } }],
    ],
    [
      'line ends of other systems',
      'a: 1\r\n---\r\nb: 2\r\n',
      [{ value: { a: 1 } }, { value: { b: 2 } }],
    ],
    [
      'brackets that close at the depth of their key',
      'a: [\n  1\n]\nb: {\n  c: 2\n}\n',
      [{ value: { a: [1], b: { c: 2 } } }],
    ],
    [
      'merged mappings where they stand',
      'p: &p {k: 1}\nq: {<<: *p, k: 2}\nr: {k: 2, <<: *p}\n',
      [{ value: { p: { k: 1 }, q: { k: 2 }, r: { k: 1 } } }],
    ],
    [
      'several merged mappings, the first of which wins',
      'p: &p {k: 1}\nq: &q {k: 2, l: 3}\nr: {<<: [*p, *q]}\ns: {<<: *p, <<: *q}\n',
      [
        {
          value: {
            p: { k: 1 },
            q: { k: 2, l: 3 },
            r: { k: 1, l: 3 },
            s: { k: 2, l: 3 },
          },
        },
      ],
    ],
    [
      'a key that only looks like a merge',
      '"<<": 1\n',
      [{ value: { '<<': 1 } }],
    ],
    ['keys that are numbers', '012: x\n', [{ value: { '10': 'x' } }]],
    [
      'unknown tags',
      'a: !ours b\nc: !x {d: 1}\n',
      [{ value: { a: 'b', c: { d: 1 } } }],
    ],
    [
      'expressions that begin with a negation and have no quotes',
      'a: !(author contains \'<bot@acme.example>\')\nb: !(x)\nc: {d: !(e == "f") }\n',
      [
        {
          value: {
            a: "!(author contains '<bot@acme.example>')",
            b: '!(x)',
            c: { d: '!(e == "f")' },
          },
        },
      ],
    ],
    [
      'nulls',
      'a:\nb: ~\nc: [null]\n',
      [{ value: { a: null, b: null, c: [null] } }],
    ],
    [
      'a key that stands twice',
      'a: 1\nb: 2\na: 3\n',
      [
        {
          value: { a: 3, b: 2 },
          warning:
            'the key at line 3 stands more than once in its mapping; the last one counts',
        },
      ],
    ],
    [
      '<< as a value, in a list and under itself',
      'a: <<\nb: [<<, x]\nc: {<<: {d: <<}, e: "<<"}\n',
      [{ value: { a: '<<', b: ['<<', 'x'], c: { d: '<<', e: '<<' } } }],
    ],
    [
      'what stands around a broken one',
      'a: 1\n---\nb: *none\n---\nc: 3\n',
      [
        { value: { a: 1 } },
        { problem: expect.stringMatching(/^unidentified alias at line 3/) },
        { value: { c: 3 } },
      ] as ReadDocument[],
    ],
  ])('reads %s', (_, text, documents) => {
    expect(read(text)).toEqual(documents);
  });

  it.each<[name: string, text: string, problem: RegExp]>([
    ['a mapping as a key', 'a: {{ x }}\n', /needs quotes/],
    ['a null as a key', 'null: x\n', /null as a key/],
    ['a list with a null as a key', '? [null]\n: x\n', /list as a key/],
    ['a list with << as a key', '{? [a, <<] : x}\n', /list as a key/],
    ['infinity', 'a: .inf\n', /JSON does not know/],
    ['a merge of a text', 'a: {<<: x}\n', /names no mapping/],
    ['what contains itself', 'a: &a [*a]\n', /64 levels/],
    [
      'a tag that does not fit',
      'a: !!int secret\n',
      /tag that does not fit at line 1/,
    ],
    ['deep nesting', '[[[[[[[['.repeat(20), /maxDepth/],
  ])('refuses %s', (_, text, problem) => {
    expect(read(text)).toEqual([{ problem: expect.stringMatching(problem) }]);
    expect(JSON.stringify(read(text))).not.toContain('secret');
  });

  it('counts what aliases repeat each time', () => {
    const text = 'a: &a [x, x, x]\nb: [*a, *a, *a]\n';
    expect(read(text, { nodes: 17 })).toEqual([
      { problem: 'it has more than 17 values' },
    ]);
    expect(read(text, { nodes: 18 })).toMatchObject([{ value: {} }]);
    const long = `a: &a ${'x'.repeat(100)}\nb: [*a, *a]\n`;
    expect(read(long, { bytes: 300 })).toMatchObject([
      { problem: expect.stringMatching(/aliases make more than 300/) },
    ]);
  });

  it('changes one place of what an alias repeats alone', () => {
    const [document] = read('a: &a {k: 1}\nb: *a\n');
    const value = (document as { value: Record<string, { k: number }> }).value;
    value.a.k = 2;
    expect(value.b.k).toBe(1);
  });

  it('keeps a member named __proto__ a member', () => {
    const [document] = read('__proto__: {polluted: true}\n');
    const { value } = document as { value: object };
    expect(Object.keys(value)).toEqual(['__proto__']);
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  it('leaves texts as they are written when names are read', () => {
    expect([
      ...parseYamlDocuments(
        'a: n\nb: 012\nc: "on"\nd: !!int 1\ne: !mine x\nf: [~, 1.10]\ng:\n',
        MANIFEST_LIMITS,
        'texts',
      ),
    ]).toEqual([
      {
        value: {
          a: 'n',
          b: '012',
          c: 'on',
          d: '1',
          e: 'x',
          f: ['~', '1.10'],
          g: null,
        },
      },
    ]);
  });

  it('refuses more documents than the limit', () => {
    expect(() => read('a: 1\n---\n'.repeat(4), { documents: 3 })).toThrow(
      'more than 3 documents',
    );
  });
});

describe('splitDocuments', () => {
  it('hands out every line once, however many markers there are', () => {
    const text = 'a: 1\n---\n'.repeat(20_000);
    let characters = 0;
    let line = -1;
    for (const part of splitDocuments(text)) {
      characters += part.text.length;
      expect(part.line).toBeGreaterThan(line);
      line = part.line;
    }
    expect(characters).toBe(text.length - '---\n'.length);
  });

  it('does not copy long lines to see how they start', () => {
    const parts = [...splitDocuments(`${' '.repeat(100_000)}a: 1`)];
    expect(parts).toHaveLength(1);
  });
});
