import { readOutputFormat } from '../output/OutputFormat';
import { parseYamlDocuments } from './parseYamlDocuments';

describe('parseYamlDocuments', () => {
  it.each<[string, unknown[]]>([
    ['a: yes\nb: 012\nc: 1_000\n', [{ a: true, b: 10, c: 1000 }]],
    ['a: 2024-01-01\nb: 1:30\n', [{ a: '2024-01-01', b: '1:30' }]],
    ['a: &a {k: 1}\nb: {<<: *a}\n', [{ a: { k: 1 }, b: { k: 1 } }]],
    ['a: 1\n---\nb: 2\n', [{ a: 1 }, { b: 2 }]],
    ['a: 0o12\nb: 0x1f\nc: 0b101\nd: 08\n', [{ a: 10, b: 31, c: 5, d: 8 }]],
    ['a: 1e400\nb: 1.2.3\nc: .5\n', [{ a: '1e400', b: '1.2.3', c: 0.5 }]],
    ['a:\nb: ~\nc: ""\nd: "yes"\n', [{ a: null, b: null, c: '', d: 'yes' }]],
    ['a: !!str 1\nb: !!int "7"\n', [{ a: '1', b: 7 }]],
    ['- y\n- Off\n- !custom x\n', [[true, false, 'x']]],
    [
      'p: &p {k: 1}\nq: {<<: *p, k: 2}\nr: {k: 2, <<: *p}\n',
      [{ p: { k: 1 }, q: { k: 2 }, r: { k: 1 } }],
    ],
    [
      'p: &p {k: 1}\nq: &q {k: 2, l: 3}\nr: {<<: [*p, *q]}\n"<<": 4\n',
      [{ p: { k: 1 }, q: { k: 2, l: 3 }, r: { k: 1, l: 3 }, '<<': 4 }],
    ],
    ['a: &a [1]\nb: *a\ny: *a\n', [{ a: [1], b: [1], true: [1] }]],
    [
      'a: &a 1\nb: &b [*a]\nc: &a {d: &e 2}\ne: &e 3\nf: [*b, *a, *e]\n',
      [{ a: 1, b: [1], c: { d: 2 }, e: 3, f: [[1], { d: 2 }, 3] }],
    ],
    [
      "- !(author contains 'bot')\n- !(x)\n- {a: !(b == 1) }\n",
      [["!(author contains 'bot')", '!(x)', { a: '!(b == 1)' }]],
    ],
    ['# nothing\n', []],
    ['{"a": [1, true, null]}', [{ a: [1, true, null] }]],
  ])('reads %j as Kubernetes does', (text, values) => {
    expect(parseYamlDocuments(text)).toEqual(values.map(value => ({ value })));
  });

  it.each([
    ...['yes', 'n', 'Off', '~', 'null', '', '012', '0o12', '0x1f', '0b101'],
    ...['1_000', '08', '1e3', '.5', '-.inf', '2024-01-01', '1:30', '='],
    ...['+1', 'a: b', '# x', 'multi\nline', '- a'],
  ])('reads the text %j as what `-o yaml` printed', async text => {
    const format = await readOutputFormat('yaml', { workingDirectory: '/' });
    const resource = {
      ...{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c' } },
      data: { text, [text]: 'as a key' },
    };
    expect(parseYamlDocuments(format(resource))).toEqual([{ value: resource }]);
  });

  it('takes the last of equal keys, and says which', () => {
    expect(
      parseYamlDocuments(
        'x: 1\n---\na: 1\nb: &b\n  c: 1\n  c: 2\na: 3\nd: *b\n',
      ),
    ).toEqual([
      { value: { x: 1 } },
      {
        value: { a: 3, b: { c: 2 }, d: { c: 2 } },
        warnings: [6, 7].map(
          line =>
            `the key at line ${line} stands more than once in its mapping; the last one counts`,
        ),
      },
    ]);
  });

  it.each([
    ['a: .inf\n', 'a number stands there that JSON does not know'],
    ['null: x\n', 'a null stands as a key'],
    ['a: {{ x }}\n', 'a mapping or list stands as a key'],
    ['a: &a [*a]\n', 'a value stands inside of itself'],
    ['a: *b\nb: &b 1\n', 'an alias names no anchor before it'],
  ])('refuses %j, which JSON has not', (text, problem) => {
    expect(parseYamlDocuments(text)).toEqual([
      { problem: expect.stringContaining(problem) },
    ]);
  });

  it('refuses a small text whose aliases stand for a large one', () => {
    const lines = Array.from(
      { length: 24 },
      (_, at) => `a${at + 1}: &a${at + 1} [*a${at}, *a${at}]\n`,
    );
    expect(parseYamlDocuments(`a0: &a0 1\n${lines.join('')}`)).toEqual([
      { problem: 'its aliases repeat more than 1000000 values' },
    ]);
  });

  it('keeps a member named __proto__ a member', () => {
    const [document] = parseYamlDocuments('__proto__: {polluted: true}\n');
    const { value } = document as { value: object };
    expect(Object.keys(value)).toEqual(['__proto__']);
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  });

  it('refuses a merge of what is no mapping', () => {
    expect(parseYamlDocuments('a: {<<: text}\n')).toEqual([
      { problem: expect.stringContaining('Merge') },
    ]);
  });

  it('refuses a tag that does not fit', () => {
    expect(parseYamlDocuments('a: !!int x\n')).toEqual([
      { problem: expect.stringContaining('this is no int') },
    ]);
  });

  it('shows nothing of what it cannot read', () => {
    const [document] = parseYamlDocuments('password: [hunter2\n');
    expect(document).toEqual({ problem: expect.any(String) });
    expect(JSON.stringify(document)).not.toContain('hunter2');
  });
});
