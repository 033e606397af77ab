import { MAX_DOCUMENTS, parseManifests } from './parseManifests';

describe('parseManifests', () => {
  it.each([
    ['one YAML document', 'kind: A\n', [{ kind: 'A' }]],
    ['several', 'kind: A\n---\nkind: B\n', [{ kind: 'A' }, { kind: 'B' }]],
    [
      'separators and comments alone between them',
      '---\n# first\n---\nkind: A\n---\n---\nkind: B\n',
      [{ kind: 'A' }, { kind: 'B' }],
    ],
    ['a JSON object', ' {"kind":"A"}', [{ kind: 'A' }]],
    [
      'a JSON array',
      '[{"kind":"A"},{"kind":"B"}]',
      [{ kind: 'A' }, { kind: 'B' }],
    ],
    [
      'YAML in braces',
      '{kind: A}\n---\nkind: B\n',
      [{ kind: 'A' }, { kind: 'B' }],
    ],
    ['anchors', 'a: &x {n: 1}\nb: *x\n', [{ a: { n: 1 }, b: { n: 1 } }]],
    ['words that older YAML took for booleans', 'on: yes', [{ on: 'yes' }]],
  ])('reads %s', (_, text, expected) => {
    expect(parseManifests(text)).toEqual(expected);
  });

  it.each([
    ['nothing', '', /at least one resource/],
    ['comments alone', '# nothing\n---\n', /at least one resource/],
    ['broken JSON', '[{"kind":', /not valid JSON/],
    ['broken YAML', 'kind: A\n---\nkind: [', /Document 2 is not valid YAML/],
    ['aliases that multiply', bomb(), /not valid YAML/],
    [
      'too many documents',
      'kind: A\n---\n'.repeat(MAX_DOCUMENTS + 1),
      /at most 1000/,
    ],
    ['nesting without end', `a: ${'['.repeat(100_000)}`, /not valid YAML/],
  ])('refuses %s', (_, text, message) => {
    expect(() => parseManifests(text)).toThrow(
      expect.objectContaining({
        name: 'InputError',
        message: expect.stringMatching(message),
      }),
    );
  });
});

function bomb(): string {
  const levels = Array.from({ length: 20 }, (_, level) =>
    level === 0
      ? 'a0: &a0 [x, x]'
      : `a${level}: &a${level} [${Array(9)
          .fill(`*a${level - 1}`)
          .join(', ')}]`,
  );
  return levels.join('\n');
}
