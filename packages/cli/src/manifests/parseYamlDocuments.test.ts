import { parseYamlDocuments } from './parseYamlDocuments';

describe('parseYamlDocuments', () => {
  it.each<[string, unknown[]]>([
    ['a: yes\nb: 012\nc: 1_000\n', [{ a: true, b: 10, c: 1000 }]],
    ['a: 2024-01-01\nb: 1:30\n', [{ a: '2024-01-01', b: '1:30' }]],
    ['a: 1\na: 2\n', [{ a: 2 }]],
    ['a: &a {k: 1}\nb: {<<: *a}\n', [{ a: { k: 1 }, b: { k: 1 } }]],
    ['a: 1\n---\nb: 2\n', [{ a: 1 }, { b: 2 }]],
  ])('reads %j as Kubernetes does', (text, values) => {
    expect(parseYamlDocuments(text)).toEqual(values.map(value => ({ value })));
  });

  it('shows nothing of what it cannot read', () => {
    const [document] = parseYamlDocuments('password: [hunter2\n');
    expect(document).toEqual({ problem: expect.any(String) });
    expect(JSON.stringify(document)).not.toContain('hunter2');
  });
});
