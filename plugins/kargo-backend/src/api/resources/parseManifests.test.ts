import { MANIFEST_LIMITS } from '../../foreign/limits';
import { stopThreads } from '../../foreign/threads/runInThread';
import { withoutRoomToRead } from '../../testing/busyThreads';
import { parseManifests } from './parseManifests';

jest.setTimeout(60_000);

afterAll(() => stopThreads());

describe('parseManifests', () => {
  it('asks to send again what no thread has time to read', async () => {
    const text = 'kind: A\n---\n'.repeat(500);
    await expect(
      withoutRoomToRead(() => parseManifests(text), 'requests'),
    ).rejects.toMatchObject({
      name: 'ServiceUnavailableError',
      message: expect.stringMatching(
        /^The body was not read: the portal is busy .*; try again in a moment$/,
      ),
    });
    await expect(parseManifests(text)).resolves.toMatchObject({
      documents: { length: 500 },
    });
  });

  it('takes no more of a list than of anything else', async () => {
    const items = '- kind: A\n'.repeat(1001);
    await expect(
      parseManifests(`kind: List\nitems:\n${items}`),
    ).rejects.toThrow('more than 1000 documents');
  });

  it('tells once what is odd about a list', async () => {
    await expect(
      parseManifests('kind: List\nx: 1\nx: 2\nitems: [{kind: A}, {kind: B}]\n'),
    ).resolves.toMatchObject({
      documents: { length: 2 },
      warnings: [expect.stringContaining('stands more than once')],
    });
  });

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
    ['anchors', 'a: &x {k: 1}\nb: *x\n', [{ a: { k: 1 }, b: { k: 1 } }]],
    ['words that Kubernetes takes for booleans', 'a: yes', [{ a: true }]],
    ['numbers as Kubernetes does', 'a: 012\nb: 1_000', [{ a: 10, b: 1000 }]],
    [
      'merged mappings',
      'a: &x {k: 1}\nb: {<<: *x}',
      [{ a: { k: 1 }, b: { k: 1 } }],
    ],
    [
      'a list of Kubernetes',
      'apiVersion: v1\nkind: List\nitems:\n- kind: A\n- kind: B\n---\nkind: C\n',
      [{ kind: 'A' }, { kind: 'B' }, { kind: 'C' }],
    ],
    [
      'a list of one kind, in JSON',
      '{"kind":"StageList","items":[{"kind":"Stage"}]}',
      [{ kind: 'Stage' }],
    ],
    ['an empty list', 'kind: List\nitems: []\n', []],
    ['nothing', '', []],
    ['comments alone', '# nothing\n---\n', []],
  ])('reads %s', async (_, text, expected) => {
    expect(await parseManifests(text)).toEqual({
      documents: expected,
      warnings: [],
    });
  });

  it('keeps the last of equal keys, as Kubernetes does, and says so', async () => {
    expect(
      await parseManifests('kind: A\n---\nmetadata:\n  name: a\n  name: b\n'),
    ).toEqual({
      documents: [{ kind: 'A' }, { metadata: { name: 'b' } }],
      warnings: [
        'Document 2: the key at line 5 stands more than once in its mapping; the last one counts',
      ],
    });
  });

  it.each<[string, string | Uint8Array, RegExp]>([
    ['broken JSON', '[{"kind":', /not valid JSON/],
    ['broken YAML', 'kind: A\n---\nkind: [', /Document 2: .* at line \d/],
    ['aliases that multiply', bomb(), /more than 50000 values/],
    [
      'too many documents',
      'kind: A\n---\n'.repeat(MANIFEST_LIMITS.documents + 1),
      /more than 1000 documents/,
    ],
    ['nesting without end', `a: ${'['.repeat(100_000)}`, /maxDepth/],
    ['what is no text', Buffer.from([0x61, 0xff]), /not UTF-8/],
    [
      'broken text of which it shows nothing',
      'password: *hunter2',
      /alias at line 1/,
    ],
  ])('refuses %s', async (_, text, message) => {
    const refused = await parseManifests(text).catch(error => error);
    expect(refused).toMatchObject({
      name: 'InputError',
      message: expect.stringMatching(message),
    });
    expect(refused.message).not.toContain('hunter2');
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
