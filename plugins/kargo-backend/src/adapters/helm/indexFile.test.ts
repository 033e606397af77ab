import { parse } from 'yaml';
import { ForeignInputError } from '../../foreign/ForeignInputError';
import { stopThreads } from '../../foreign/threads/runInThread';
import { withoutRoomToRead } from '../../testing/busyThreads';
import { countTurns } from '../../testing/countTurns';
import { ChartVersion } from '../../ports/ChartRepository';
import { IndexFile } from './indexFile';

const usual = `apiVersion: v1
entries:
  alpine:
  - apiVersion: v2
    appVersion: "3.19"
    created: "2026-01-02T00:00:00Z"
    dependencies:
    - name: version
      version: 9.9.9
    description: |
      Text with
      version: 8.8.8
      - in it
    urls:
    - https://charts.example/alpine-1.10.tgz
    version: 1.10
  - created: "2026-01-01T00:00:00Z"
    urls:
      - alpine-1.9.0.tgz
    version: '1.9.0'
  nginx-ingress:
  - version: 4.0.0
generated: "2026-01-02T00:00:00Z"
`;

jest.setTimeout(60_000);

describe('IndexFile', () => {
  afterAll(() => stopThreads());

  it('reads one chart', async () => {
    expect(await new IndexFile(usual).listVersions('alpine')).toEqual([
      {
        version: '1.10',
        appVersion: '3.19',
        created: '2026-01-02T00:00:00Z',
        urls: ['https://charts.example/alpine-1.10.tgz'],
      },
      {
        version: '1.9.0',
        created: '2026-01-01T00:00:00Z',
        urls: ['alpine-1.9.0.tgz'],
      },
    ]);
  });

  it('knows what it does not have', async () => {
    const index = new IndexFile(usual);
    expect(await index.listVersions('version')).toEqual([]);
    expect(await index.listVersions('generated')).toEqual([]);
    expect(await index.listVersions('constructor')).toEqual([]);
  });

  it.each([
    ['the usual shape', usual],
    ['CRLF line ends', usual.replace(/\n/g, '\r\n')],
    ['a document marker and comments', `---\n# made by hand\n${usual}`],
    [
      'comments and empty lines between',
      usual.replace('    urls', '\n# x\n    urls'),
    ],
    [
      'a flow mapping',
      'entries: {alpine: [{version: 1.10}, {version: "1.9.0"}]}',
    ],
    ['JSON', '{"entries":{"alpine":[{"version":"1.10"},{"version":"1.9.0"}]}}'],
    [
      'JSON over lines',
      JSON.stringify(
        { entries: { alpine: [{ version: '1.10' }, { version: '1.9.0' }] } },
        undefined,
        2,
      ),
    ],
    [
      'an entry that is a flow sequence',
      'entries:\n  alpine: [{version: 1.10}, {version: 1.9.0}]\n  b:\n  - version: 1.0.0\n',
    ],
    [
      'an alias to another chart',
      'entries:\n  base:\n  - &one\n    version: 1.10\n  alpine:\n  - *one\n  - version: 1.9.0\n',
    ],
    [
      'an alias to a field',
      'x-urls: &urls [a.tgz]\nentries:\n  alpine:\n  - version: 1.10\n    urls: *urls\n  - version: 1.9.0\n',
    ],
    [
      'lists further in',
      'entries:\n    alpine:\n        -   version: 1.10\n            urls:\n            -   a.tgz\n        -   version: 1.9.0\n',
    ],
    [
      'entries last and without a line end',
      'entries:\n  a:\n  - version: 1.0.0\n  alpine:\n  - version: 1.10\n  - version: 1.9.0',
    ],
    [
      'quoted names',
      'entries:\n  "alpine":\n  - version: 1.10\n  - version: 1.9.0\n',
    ],
    [
      'folded text with less obvious lines',
      'entries:\n  alpine:\n  - description: >-\n      a\n\n      b: c\n    version: 1.10\n  - description: "x\n      version: 7.7.7"\n    version: 1.9.0\n',
    ],
    [
      'items without a version',
      'entries:\n  alpine:\n  - name: x\n  - version: 1.10\n  -\n  - version: 1.9.0\n',
    ],
  ])('reads %s', async (_name, content) => {
    const versions = await new IndexFile(content).listVersions('alpine');
    expect(versions.map(v => v.version)).toEqual(['1.10', '1.9.0']);
  });

  it('says the same as a whole parse', async () => {
    const whole = parse(usual, { schema: 'failsafe' }).entries;
    const index = new IndexFile(usual);
    for (const name of Object.keys(whole)) {
      expect((await index.listVersions(name)).map(v => v.version)).toEqual(
        whole[name].map((entry: { version: string }) => entry.version),
      );
    }
  });

  it.each([
    ['entries: {}', []],
    ['entries:\n', []],
    ['apiVersion: v1\nentries:\n', []],
  ])('reads the empty index %j', async (content, expected) => {
    expect(await new IndexFile(content).listVersions('alpine')).toEqual(
      expected,
    );
  });

  it('answers others while it reads a large index of another shape', async () => {
    const charts = Array.from(
      { length: 20_000 },
      (_, i) =>
        `  "chart\\u00${
          (i % 90) + 10
        }-${i}": [{version: 1.0.${i}, name: chart}]`,
    );
    const content = `entries:\n${charts.join(
      '\n',
    )}\n  alpine: [{version: 1.10}]\n`;
    let turns = 0;
    const timer = setInterval(() => {
      turns += 1;
    }, 1);
    const versions = await new IndexFile(content).listVersions('alpine');
    clearInterval(timer);
    expect(versions.map(v => v.version)).toEqual(['1.10']);
    expect(turns).toBeGreaterThan(3);
  });

  it('answers others while it looks for a chart among many', async () => {
    const charts = Array.from(
      { length: 100_000 },
      (_, i) => `  chart-${i}:\n  - version: 1.0.${i}\n    name: chart\n`,
    );
    const index = new IndexFile(`entries:\n${charts.join('')}`);
    let versions: ChartVersion[] = [];
    const turns = await countTurns(async () => {
      versions = await index.listVersions('chart-99999');
    });
    expect(versions.map(v => v.version)).toEqual(['1.0.99999']);
    expect(turns).toBeGreaterThan(2);
  });

  it('reads later what no thread had time to read', async () => {
    const index = new IndexFile(
      JSON.stringify({
        generated: 'x'.repeat(70_000),
        entries: { alpine: [{ version: '1.10' }] },
      }),
    );
    await expect(
      withoutRoomToRead(() => index.listVersions('alpine')),
    ).rejects.toThrow('busy reading other texts');
    await expect(index.listVersions('alpine')).resolves.toEqual([
      expect.objectContaining({ version: '1.10' }),
    ]);
  });

  it('refuses an index of another shape that is too large to read', async () => {
    const content = `entries: {\n${'# made by hand\n'.repeat(1_200_000)}}\n`;
    await expect(new IndexFile(content).listVersions('alpine')).rejects.toThrow(
      ForeignInputError,
    );
  });

  it.each(['apiVersion: v1', '<html></html>', 'entries: [', '{"a":'])(
    'refuses %j',
    async content => {
      await expect(
        new IndexFile(content).listVersions('alpine'),
      ).rejects.toThrow(ForeignInputError);
    },
  );
});
