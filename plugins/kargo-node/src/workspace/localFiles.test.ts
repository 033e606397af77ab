import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { localFiles } from './localFiles';

describe('localFiles', () => {
  let root: string;

  beforeAll(async () => {
    root = await localFiles.realPath(
      await mkdtemp(join(tmpdir(), 'local-files-')),
    );
    await mkdir(join(root, 'folder', 'inner'), { recursive: true });
    await writeFile(join(root, 'file'), 'text\n');
    await symlink('file', join(root, 'link'));
    await symlink('nowhere', join(root, 'broken'));
    // Nobody ever writes to it.
    await promisify(execFile)('mkfifo', [join(root, 'pipe')]);
  });

  afterAll(() => rm(root, { recursive: true, force: true }));

  const at = (name: string) => join(root, name);

  it('says what is there', async () => {
    await expect(localFiles.readText(at('link'))).resolves.toBe('text\n');
    const beginning = await localFiles.readBytes(at('file'), 2);
    expect(beginning.toString()).toBe('te');
    const whole = await localFiles.readBytes(at('file'), 100);
    expect(whole.toString()).toBe('text\n');
    const names = await localFiles.readNames(root);
    expect(names.sort()).toEqual([
      ...['broken', 'file', 'folder', 'link', 'pipe'],
    ]);
    const entries = await localFiles.readEntries(root);
    expect(entries.filter(e => e.isDirectory()).map(e => e.name)).toEqual([
      'folder',
    ]);
    const link = await localFiles.stat(at('link'));
    expect(link.isSymbolicLink()).toBe(true);
    await expect(localFiles.readLink(at('link'))).resolves.toBe('file');
    await expect(localFiles.realPath(at('link'))).resolves.toBe(at('file'));
    const there = ['file', 'broken', 'missing'].map(name =>
      localFiles.isThere(at(name)),
    );
    await expect(Promise.all(there)).resolves.toEqual([true, false, false]);
    const open = await localFiles.open(at('file'), constants.O_RDONLY);
    expect((await localFiles.statOpen(open)).size).toBe(5);
    await localFiles.close(open);
  });

  it.each([
    ['readText', 'missing', 'ENOENT'],
    ['readText', 'folder', 'EISDIR'],
    ['readText', 'pipe', 'ENXIO'],
    ['readNames', 'file', 'ENOTDIR'],
    ['stat', 'missing', 'ENOENT'],
    ['realPath', 'broken', 'ENOENT'],
    ['readLink', 'file', 'EINVAL'],
  ] as const)('%s of %s fails with %s', async (call, name, code) => {
    await expect(localFiles[call](at(name))).rejects.toMatchObject({ code });
  });

  it('lets others have their turn, however much there is to look at', async () => {
    let turns = 0;
    let isLooking = true;
    const others = () => {
      turns++;
      if (isLooking) setImmediate(others);
    };
    setImmediate(others);
    for (let n = 0; n < 2_000; n++) {
      await localFiles.stat(at('file'));
    }
    isLooking = false;
    expect(turns).toBeGreaterThan(15);
  });
});
