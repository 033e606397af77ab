import { JsonObject } from 'backstage-plugin-kargo-common';
import { readlink, stat } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { StepHarness } from '../../../testing/StepHarness';
import { untarStep } from './runner';

type Entry = Parameters<ReturnType<typeof pack>['entry']>[0];

/** An archive with entries of a name, or of whatever else is said. */
async function archiveOf(
  ...entries: Array<string | (Entry & { text?: string })>
): Promise<Buffer> {
  const archive = pack();
  for (const entry of entries) {
    const { text = 'x', ...header } =
      typeof entry === 'string' ? { name: entry } : entry;
    const isFile = !('type' in header) || header.type === 'file';
    archive.entry(header, isFile ? text : '');
  }
  archive.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of archive as AsyncIterable<Buffer>) {
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

describe('untar', () => {
  let harness: StepHarness;
  beforeAll(async () => {
    harness = await StepHarness.start({ programs: {} });
  });
  beforeEach(() => harness.reset());
  afterAll(() => harness.close());

  const untar = (config: JsonObject = {}) =>
    harness.run(untarStep, { inPath: 'a.tar', outPath: 'out', ...config });

  it('unpacks files, folders and harmless links, in place of what is there', async () => {
    await harness.write({
      'out/old': '',
      'a.tar': await archiveOf(
        { name: 'd/', type: 'directory' },
        { name: 'd/run', mode: 0o4755 },
        { name: 'l', type: 'symlink', linkname: 'd/run' },
      ),
    });
    await expect(untar()).resolves.toEqual({ kind: 'succeeded' });
    await expect(harness.list('out')).resolves.toEqual(['d/run', 'l']);
    await expect(readlink(harness.at('out/l'))).resolves.toBe('d/run');
    expect((await stat(harness.at('out/d/run'))).mode % 0o10000).toBe(0o755);
    await expect(harness.list()).resolves.toEqual([
      'a.tar',
      'out/d/run',
      'out/l',
    ]);
  }, 60_000);

  it('tells a compressed archive by its first bytes', async () => {
    await harness.write({ 'a.tar': gzipSync(await archiveOf('b')) });
    await untar();
    await expect(harness.list('out')).resolves.toEqual(['b']);
  }, 60_000);

  const folder = (name: string): Entry => ({ name, type: 'directory' });

  it.each<[string, Array<string | Entry>, JsonObject, string | undefined]>([
    [
      'what starts with a dot, and what helps',
      [folder('./'), './a', folder('./d/')],
      {},
      'left out of the archive: 2 × a name that starts with ./, which one more of stripComponents takes away',
    ],
    [
      'nothing of the folder that the others are in',
      [folder('top/'), 'top/a'],
      { stripComponents: 1 },
      undefined,
    ],
    [
      'nothing of the dot that the others are in',
      [folder('./'), './a'],
      { stripComponents: 1 },
      undefined,
    ],
    [
      'a file that is lost with its name',
      ['README', 'top/a'],
      { stripComponents: 1 },
      'left out of the archive: 1 × a name of which stripComponents leaves nothing',
    ],
  ])(
    'tells %s',
    async (_, entries, config, message) => {
      await harness.write({ 'a.tar': await archiveOf(...entries) });
      await expect(untar(config)).resolves.toEqual({
        kind: 'succeeded',
        ...(message && { message }),
      });
    },
    60_000,
  );

  it.each<[string, Array<string | Entry>, JsonObject, string[]]>([
    [
      'names that lead elsewhere',
      ['./a', 'b', '../c', '/d', 'e/../../f', 'g\\h'],
      {},
      ['b'],
    ],
    [
      'links that lead elsewhere',
      [
        'b',
        { name: 'l1', type: 'symlink', linkname: '/etc/passwd' },
        { name: 'l2', type: 'symlink', linkname: '../../x' },
        { name: 'l3', type: 'link', linkname: 'b' },
      ],
      {},
      ['b'],
    ],
    [
      'devices and pipes',
      [
        'b',
        { name: 'p', type: 'fifo' },
        { name: 'c', type: 'character-device', devmajor: 1, devminor: 3 },
      ],
      {},
      ['b'],
    ],
    [
      'parts in front',
      ['top/a', 'top/s/b', 'c'],
      { stripComponents: 1 },
      ['a', 's/b'],
    ],
    ['a dot in front', ['./a', './s/b'], { stripComponents: 1 }, ['a', 's/b']],
    [
      'what patterns match',
      ['a.log', 's/b.log', 'tmp/x', 'c'],
      { ignore: '*.log\ntmp/' },
      ['c'],
    ],
    [
      'patterns after parts in front',
      ['t/a', 't/b'],
      { stripComponents: 1, ignore: '/a' },
      ['b'],
    ],
    ['what belongs to git', ['.git/config', 's/.git/x', 'b'], {}, ['b']],
  ])(
    'leaves out %s',
    async (_, entries, config, found) => {
      await harness.write({ 'a.tar': await archiveOf(...entries) });
      await untar(config);
      await expect(harness.list('out')).resolves.toEqual(found);
    },
    60_000,
  );

  it('says what it left out', async () => {
    await harness.write({
      'a.tar': await archiveOf('../a', 'b', {
        name: 'l',
        type: 'symlink',
        linkname: '/x',
      }),
    });
    await expect(untar()).resolves.toMatchObject({
      message:
        'left out of the archive: 1 × a name that leads elsewhere, 1 × a link that leads elsewhere',
    });
  }, 60_000);

  it('does not write through a link that it unpacked', async () => {
    await harness.write({
      keep: 'mine',
      'a.tar': await archiveOf(
        { name: 'd', type: 'symlink', linkname: 'x' },
        'd/keep',
      ),
    });
    await untar().catch(() => undefined);
    await expect(harness.read('keep')).resolves.toBe('mine');
  }, 60_000);

  it.each<[string, () => Promise<Buffer>, string]>([
    [
      'a file that is too large',
      () => archiveOf({ name: 'a', text: 'x'.repeat(51 * 1024 * 1024) }),
      'a file of an archive may have',
    ],
    [
      'files that are too large together',
      async () =>
        gzipSync(
          await archiveOf(
            ...['a', 'b', 'c'].map(name => ({
              name,
              text: 'x'.repeat(40 * 1024 * 1024),
            })),
          ),
        ),
      'more than 104857600 bytes',
    ],
    ['an empty file', async () => Buffer.alloc(0), '"a.tar" is empty'],
    ['what is no archive', async () => Buffer.from('x'.repeat(2_000)), 'tar'],
    [
      'half an archive',
      async () =>
        (await archiveOf({ name: 'a', text: 'x'.repeat(5_000) })).subarray(
          0,
          2_000,
        ),
      'the archive breaks off within "a"',
    ],
    [
      'a repository of git',
      () => archiveOf('HEAD', 'objects/x', 'refs/x'),
      'a git repository',
    ],
  ])(
    'refuses %s, and leaves what is there',
    async (_, archive, message) => {
      await harness.write({ 'out/old': 'old', 'a.tar': await archive() });
      await expect(untar()).rejects.toThrow(message);
      await expect(harness.list()).resolves.toEqual(['a.tar', 'out/old']);
    },
    60_000,
  );

  it('does not put a folder in the place of a file, of the archive itself for one', async () => {
    await harness.write({ 'a.tar': await archiveOf('a') });
    await expect(untar({ outPath: 'a.tar' })).rejects.toThrow(
      '"a.tar" exists and is not a folder',
    );
    await expect(harness.list()).resolves.toEqual(['a.tar']);
  }, 60_000);
});
