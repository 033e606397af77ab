import { readOutputFormat } from '../output/OutputFormat';
import { parseYamlDocuments } from './parseYamlDocuments';

describe('parseYamlDocuments', () => {
  it.each<[string, unknown[]]>([
    ['a: yes\nb: 012\nc: 1_000\n', [{ a: true, b: 10, c: 1000 }]],
    ['a: 2024-01-01\nb: 1:30\n', [{ a: '2024-01-01', b: '1:30' }]],
    ['a: 1\na: 2\n', [{ a: 2 }]],
    ['a: &a {k: 1}\nb: {<<: *a}\n', [{ a: { k: 1 }, b: { k: 1 } }]],
    ['a: 1\n---\nb: 2\n', [{ a: 1 }, { b: 2 }]],
    ['a: 0o12\nb: 0x1f\nc: 0b101\nd: 08\n', [{ a: 10, b: 31, c: 5, d: 8 }]],
    ['a: 1e400\nb: 1.2.3\nc: .5\n', [{ a: '1e400', b: '1.2.3', c: 0.5 }]],
    ['a:\nb: ~\nc: ""\nd: "yes"\n', [{ a: null, b: null, c: '', d: 'yes' }]],
    ['a: !!str 1\nb: !!int "7"\n', [{ a: '1', b: 7 }]],
    ['- y\n- Off\n- !custom x\n', [[true, false, 'x']]],
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
