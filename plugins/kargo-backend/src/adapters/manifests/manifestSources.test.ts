import { UrlReaderService } from '@backstage/backend-plugin-api';
import { mockServices } from '@backstage/backend-test-utils';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ManifestDocument } from '../../ports/ManifestSource';
import { PathManifestSource } from './PathManifestSource';
import { UrlManifestSource } from './UrlManifestSource';

describe('manifests of a folder', () => {
  let root: string;

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'manifests-'));
  });
  afterEach(() => rm(root, { recursive: true }));

  async function put(files: Record<string, string>): Promise<void> {
    for (const [name, content] of Object.entries(files)) {
      const file = join(root, name);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, content);
    }
  }

  /** What is read, with places as they are told below the folder. */
  async function read(path = root): Promise<ManifestDocument[]> {
    const documents = await PathManifestSource.create(path).read({});
    return documents.map(({ origin, ...rest }) => ({
      origin: origin.replace(`${root}/`, ''),
      ...rest,
    }));
  }

  it('are those of all its YAML and JSON files, in the order of their paths', async () => {
    await put({
      'b.yaml': 'kind: B\n---\nkind: C\n',
      'a/deep/x.YML': 'kind: A\n',
      'z.json': '[{"kind": "Y"}, {"kind": "Z"}]',
      'README.md': 'kind: none\n',
      yaml: 'kind: none\n',
    });
    expect(await read()).toEqual([
      { origin: 'a/deep/x.YML, document 1', manifest: { kind: 'A' } },
      { origin: 'b.yaml, document 1', manifest: { kind: 'B' } },
      { origin: 'b.yaml, document 2', manifest: { kind: 'C' } },
      { origin: 'z.json, document 1', manifest: { kind: 'Y' } },
      { origin: 'z.json, document 2', manifest: { kind: 'Z' } },
    ]);
  });

  it('are those of the one file that is named', async () => {
    await put({ 'a.yaml': 'kind: A\n', 'b.yaml': 'kind: B\n' });
    const [only, ...others] = await read(join(root, 'b.yaml'));
    expect(only.manifest).toEqual({ kind: 'B' });
    expect(others).toEqual([]);
  });

  it.each<[string, string, unknown]>([
    [
      'merged mappings',
      'a: &o {kind: Warehouse, name: w}\nb: {<<: *o, name: v}\n',
      {
        a: { kind: 'Warehouse', name: 'w' },
        b: { kind: 'Warehouse', name: 'v' },
      },
    ],
    [
      'the words and numbers of Kubernetes',
      'a: yes\nb: off\nc: 012\nd: 1_000\n',
      { a: true, b: false, c: 10, d: 1000 },
    ],
  ])('are read with %s, as those that are applied', async (_, text, value) => {
    await put({ 'a.yaml': text });
    expect(await read()).toMatchObject([{ manifest: value }]);
  });

  it('tell of the key that stands twice, and go on with its last value', async () => {
    await put({ 'a.yaml': 'name: a\nname: b\n' });
    expect(await read()).toEqual([
      {
        origin: 'a.yaml, document 1',
        manifest: { name: 'b' },
        warning: expect.stringContaining('line 2 stands more than once'),
      },
    ]);
  });

  it('go on past a document and a file that cannot be read', async () => {
    await put({
      'a.yaml': 'kind: A\n---\nkind: [\n---\nkind: B\n',
      'b.json': '{"kind":',
      'c.yaml': 'kind: C\n',
    });
    expect(await read()).toEqual([
      { origin: 'a.yaml, document 1', manifest: { kind: 'A' } },
      { origin: 'a.yaml, document 2', problem: expect.any(String) },
      { origin: 'a.yaml, document 3', manifest: { kind: 'B' } },
      { origin: 'b.json, document 1', problem: expect.any(String) },
      { origin: 'c.yaml, document 1', manifest: { kind: 'C' } },
    ]);
  });

  it('say so when the folder is not there', async () => {
    await expect(read(join(root, 'none'))).rejects.toThrow('ENOENT');
  });
});

describe('manifests behind a URL', () => {
  const url = 'https://git.example/acme/app/blob/main/kargo.yaml';
  const reader = (text: string): UrlReaderService =>
    mockServices.urlReader.mock({
      readUrl: async asked => {
        expect(asked).toBe(url);
        return { buffer: async () => Buffer.from(text) };
      },
    });

  it('are read as those of files, and named by the URL', async () => {
    const text = 'a: &o {k: yes}\nb: {<<: *o}\n---\nkind: [\n';
    const source = UrlManifestSource.create(url, reader(text));
    expect(source.name).toBe(url);
    expect(await source.read({})).toEqual([
      {
        origin: `${url}, document 1`,
        manifest: { a: { k: true }, b: { k: true } },
      },
      { origin: `${url}, document 2`, problem: expect.any(String) },
    ]);
  });
});
