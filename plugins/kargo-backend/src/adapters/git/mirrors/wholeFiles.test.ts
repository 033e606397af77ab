import {
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sharePacks } from './packFiles';
import { clearLeftovers, copyWhole, removeFolder } from './wholeFiles';

const HOUR = 60 * 60_000;

describe('files that several processes write', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kargo-whole-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('are whole whoever writes them last', async () => {
    const texts = Array.from({ length: 20 }, (_, n) => `${n}`.repeat(10_000));
    const to = join(folder, 'to');
    await Promise.all(
      texts.map(async (text, n) => {
        await writeFile(join(folder, `from-${n}`), text);
        await copyWhole(join(folder, `from-${n}`), to);
      }),
    );
    expect(texts).toContain(await readFile(to, 'utf8'));
    const names = await readdir(folder);
    expect(names.filter(name => !name.startsWith('from-'))).toEqual(['to']);
  });

  it('leave nothing when they cannot be written', async () => {
    await mkdir(join(folder, 'to'));
    await writeFile(join(folder, 'from'), 'text');
    const copying = copyWhole(join(folder, 'from'), join(folder, 'to'));
    await expect(copying).rejects.toThrow();
    await expect(readdir(folder)).resolves.toEqual(['from', 'to']);
  });

  it('may be the same packs at the same time', async () => {
    const packs = (repository: string) =>
      join(folder, repository, 'objects', 'pack');
    await mkdir(packs('from'), { recursive: true });
    for (const name of ['pack-1.pack', 'pack-1.idx']) {
      await writeFile(join(packs('from'), name), name);
    }
    const sharing = Array.from({ length: 10 }, () =>
      sharePacks(join(folder, 'from'), join(folder, 'to')),
    );
    await expect(Promise.all(sharing)).resolves.toEqual(Array(10).fill(1));
    await expect(readdir(packs('to'))).resolves.toEqual([
      'pack-1.idx',
      'pack-1.pack',
    ]);
  });

  it('are removed when whoever wrote them was killed, and not before', async () => {
    const left = ['HEAD.1.half', 'a.git.1.trash', 'tmp_pack_1', '.tmp-1-pack'];
    const kept = ['HEAD', 'a.git', 'half', 'pack-1.pack'];
    for (const name of [...left, ...kept]) {
      await mkdir(join(folder, name, 'within'), { recursive: true });
    }
    await clearLeftovers(folder, Date.now());
    await expect(readdir(folder)).resolves.toHaveLength(8);
    await clearLeftovers(folder, Date.now() + 2 * HOUR);
    expect((await readdir(folder)).sort()).toEqual(kept);
  });

  it('may be removed by several at once', async () => {
    const dir = join(folder, 'a.git');
    await mkdir(join(dir, 'objects'), { recursive: true });
    await Promise.all([removeFolder(dir), removeFolder(dir)]);
    await expect(readdir(folder)).resolves.toEqual([]);
  });
});
