import { parse } from 'yaml';
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

describe('IndexFile', () => {
  it('reads one chart', () => {
    expect(new IndexFile(usual).listVersions('alpine')).toEqual([
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

  it('knows what it does not have', () => {
    const index = new IndexFile(usual);
    expect(index.listVersions('version')).toEqual([]);
    expect(index.listVersions('generated')).toEqual([]);
    expect(index.listVersions('constructor')).toEqual([]);
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
  ])('reads %s', (_name, content) => {
    const versions = new IndexFile(content).listVersions('alpine');
    expect(versions.map(v => v.version)).toEqual(['1.10', '1.9.0']);
  });

  it('says the same as a whole parse', () => {
    const whole = parse(usual, { schema: 'failsafe' }).entries;
    const index = new IndexFile(usual);
    for (const name of Object.keys(whole)) {
      expect(index.listVersions(name).map(v => v.version)).toEqual(
        whole[name].map((entry: { version: string }) => entry.version),
      );
    }
  });

  it.each([
    ['entries: {}', []],
    ['entries:\n', []],
    ['apiVersion: v1\nentries:\n', []],
  ])('reads the empty index %j', (content, expected) => {
    expect(new IndexFile(content).listVersions('alpine')).toEqual(expected);
  });

  it('refuses to spend half a minute on a large index of another shape', () => {
    const charts = Array.from(
      { length: 100_000 },
      (_, i) => `  "chart\\u00${i}": [{version: 1.0.${i}, name: chart}]`,
    );
    const content = `entries:\n${charts.join('\n')}\n`;
    expect(() => new IndexFile(content).listVersions('alpine')).toThrow(
      'the index is large and not in the form in which Helm writes it',
    );
  });

  it.each(['apiVersion: v1', '<html></html>', 'entries: [', '{"a":'])(
    'refuses %j',
    content => {
      expect(() => new IndexFile(content).listVersions('alpine')).toThrow();
    },
  );
});
