import { rm } from 'node:fs/promises';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { createMockDirectory } from '@backstage/backend-test-utils';
import { Workspace } from '../../ports/Workspaces';
import { FolderWorkspaces } from './FolderWorkspaces';

/** Opens folders for a step that needs them. */
async function openMade(
  workspaces: FolderWorkspaces,
  uid: string,
  id: string | undefined,
): Promise<Workspace> {
  const workspace = await workspaces.open(uid, id);
  await workspace.make();
  return workspace;
}

describe('FolderWorkspaces', () => {
  const directory = createMockDirectory();

  it('touches no disk for a Promotion that needs no folder', async () => {
    const workingDirectory = directory.resolve('untouched');
    const workspaces = FolderWorkspaces.create({ workingDirectory });
    const { isNew, isMade } = await workspaces.open('u-1', undefined);
    expect({ isNew, isMade }).toEqual({ isNew: true, isMade: false });
    await workspaces.remove('u-1');
    expect(existsSync(workingDirectory)).toBe(false);
  });

  it('makes a folder once for all who ask at the same time', async () => {
    const workspaces = FolderWorkspaces.create({
      workingDirectory: directory.resolve('once'),
    });
    const workspace = await workspaces.open('u-1', undefined);
    await Promise.all([workspace.make(), workspace.make()]);
    expect(workspace.isMade).toBe(true);
    expect(existsSync(workspace.dir)).toBe(true);
  });

  it('makes a folder when what stood in the way is gone', async () => {
    const workingDirectory = directory.resolve('in-the-way');
    writeFileSync(workingDirectory, '');
    const workspace = await FolderWorkspaces.create({ workingDirectory }).open(
      'u-1',
      undefined,
    );
    await expect(workspace.make()).rejects.toThrow('must be a folder');
    expect(workspace.isMade).toBe(false);
    await rm(workingDirectory);
    await workspace.make();
    expect(workspace.isMade).toBe(true);
    expect(existsSync(workspace.dir)).toBe(true);
  });

  it('removes what a process that is gone has left when a new one is made', async () => {
    const options = { workingDirectory: directory.resolve('crashed') };
    const left = await openMade(
      FolderWorkspaces.create(options),
      'u-1',
      undefined,
    );
    const workspaces = FolderWorkspaces.create(options);
    await workspaces.remove('u-1');
    expect(existsSync(left.dir)).toBe(true);
    await openMade(workspaces, 'u-1', undefined);
    expect(existsSync(left.dir)).toBe(false);
  });

  it('makes a private folder once and keeps what is in it', async () => {
    const workspaces = FolderWorkspaces.create({
      workingDirectory: directory.resolve('a'),
    });
    const first = await openMade(workspaces, 'u-1', undefined);
    writeFileSync(join(first.dir, 'file'), 'x');
    const second = await openMade(workspaces, 'u-1', first.id);
    expect(first.isNew).toBe(true);
    expect(second.isNew).toBe(false);
    expect(second.isMade).toBe(true);
    expect([second.dir, second.id]).toEqual([first.dir, first.id]);
    expect(second.usage).toBe(first.usage);
    expect(existsSync(join(second.dir, 'file'))).toBe(true);
    expect(statSync(first.dir).mode & 0o777).toBe(0o700);
  });

  it('counts after a restart what steps had written, without what git checked out', async () => {
    const options = { workingDirectory: directory.resolve('counted') };
    const before = await openMade(
      FolderWorkspaces.create(options),
      'u-1',
      undefined,
    );
    mkdirSync(join(before.dir, 'out/deep'), { recursive: true });
    writeFileSync(join(before.dir, 'out/deep/file'), 'x'.repeat(1_000));
    symlinkSync('file', join(before.dir, 'out/deep/link'));
    mkdirSync(join(before.dir, 'tree'));
    writeFileSync(join(before.dir, 'tree/.git'), 'gitdir: elsewhere');
    writeFileSync(join(before.dir, 'tree/large'), 'x'.repeat(5_000));

    const restarted = FolderWorkspaces.create(options);
    const { usage } = await openMade(restarted, 'u-1', before.id);
    // A Promotion may write 1 GiB and 200,000 entries.
    const room = { bytes: 2 ** 30 - 1_000, entries: 200_000 - 5 };
    expect(() => usage.add({ bytes: room.bytes + 1, entries: 0 })).toThrow(
      'write more than',
    );
    expect(() => usage.add({ bytes: 0, entries: room.entries + 1 })).toThrow(
      'files and folders',
    );
    usage.add(room);
    expect((await openMade(restarted, 'u-1', before.id)).usage).toBe(usage);
  });

  it('goes on without what a step was working in when its process ended', async () => {
    const options = { workingDirectory: directory.resolve('cut-short') };
    const { dir, id } = await openMade(
      FolderWorkspaces.create(options),
      'u-1',
      undefined,
    );
    const left = '.kargo-temporary-3f0c6a52-0b1e-4c7e-9a53-0d6f2f5b8c11';
    mkdirSync(join(dir, left, 'tree'), { recursive: true });
    mkdirSync(join(dir, '.kargo-temporary-mine'));
    await openMade(FolderWorkspaces.create(options), 'u-1', id);
    expect(readdirSync(dir)).toEqual(['.kargo-temporary-mine']);
  });

  it('does not go on in a folder that the status does not tell of', async () => {
    const workspaces = FolderWorkspaces.create({
      workingDirectory: directory.resolve('d'),
    });
    const left = await openMade(workspaces, 'u-1', undefined);
    const opened = await openMade(workspaces, 'u-1', 'made-by-another-replica');
    expect(opened.isNew).toBe(true);
    expect(opened.id).not.toBe(left.id);
    expect(existsSync(left.dir)).toBe(false);
  });

  it.each(['files', 'engine', '.', '..', '../..'])(
    'goes on in a new folder when somebody has removed %s',
    async removed => {
      const workingDirectory = directory.resolve(`vanished/${removed.length}`);
      const workspaces = FolderWorkspaces.create({ workingDirectory });
      const before = await openMade(workspaces, 'u-1', undefined);
      const folder = dirname(before.dir);
      await rm(join(folder, removed), { recursive: true });
      const opened = await openMade(workspaces, 'u-1', before.id);
      expect(opened.isNew).toBe(true);
      expect(opened.id).not.toBe(before.id);
      writeFileSync(join(opened.dir, 'file'), 'x');
      writeFileSync(join(opened.privateDir, 'file'), 'x');
      expect(readdirSync(join(workingDirectory, 'promotions'))).toHaveLength(1);
    },
  );

  it('tells whether its folder can be used, and makes it when it is gone', async () => {
    const workingDirectory = directory.resolve('checked');
    const workspaces = FolderWorkspaces.create({ workingDirectory });
    await workspaces.check();
    const promotions = join(workingDirectory, 'promotions');
    expect(readdirSync(promotions)).toEqual([]);
    await rm(workingDirectory, { recursive: true });
    writeFileSync(workingDirectory, '');
    await expect(workspaces.check()).rejects.toThrow('must be a folder');
    await rm(workingDirectory);
    await workspaces.check();
    expect(readdirSync(promotions)).toEqual([]);
  });

  it('removes a folder, and only those of others on clean-up', async () => {
    const workspaces = FolderWorkspaces.create({
      workingDirectory: directory.resolve('b'),
    });
    const kept = await openMade(workspaces, 'kept', undefined);
    const gone = await openMade(workspaces, 'gone', undefined);
    await workspaces.removeOthers(async () => new Set(['kept']));
    expect(existsSync(kept.dir)).toBe(true);
    expect(existsSync(gone.dir)).toBe(false);
    await workspaces.remove('kept');
    expect(existsSync(kept.dir)).toBe(false);
  });

  it('keeps the folder of a Promotion that begins while others are cleared away', async () => {
    const workspaces = FolderWorkspaces.create({
      workingDirectory: directory.resolve('l'),
    });
    const gone = await openMade(workspaces, 'gone', undefined);
    let fresh = '';
    await workspaces.removeOthers(async () => {
      ({ dir: fresh } = await openMade(workspaces, 'fresh', undefined));
      return new Set();
    });
    expect(existsSync(gone.dir)).toBe(false);
    expect(existsSync(fresh)).toBe(true);
  });

  it.each(['../x', 'a/b', '', '.'])('refuses the uid %p', async uid => {
    const workspaces = FolderWorkspaces.create({
      workingDirectory: directory.resolve('c'),
    });
    await expect(workspaces.open(uid, undefined)).rejects.toThrow(
      'uid of a Promotion',
    );
  });

  it('is never led out of its folder by an id', async () => {
    const workspaces = FolderWorkspaces.create({
      workingDirectory: directory.resolve('e'),
    });
    const opened = await openMade(workspaces, 'u-1', '../../outside');
    expect(opened.isNew).toBe(true);
    expect(opened.dir.startsWith(directory.resolve('e'))).toBe(true);
  });

  it('keeps what belongs to the engine beside what steps see', async () => {
    const workspaces = FolderWorkspaces.create({
      workingDirectory: directory.resolve('f'),
    });
    const { dir, privateDir } = await openMade(workspaces, 'u-1', undefined);
    expect(dirname(privateDir)).toBe(dirname(dir));
    expect(existsSync(privateDir)).toBe(true);
  });

  it('removes folders that a step has made read-only', async () => {
    const workingDirectory = directory.resolve('g');
    const workspaces = FolderWorkspaces.create({ workingDirectory });
    const { dir } = await openMade(workspaces, 'u-1', undefined);
    mkdirSync(join(dir, 'a/b'), { recursive: true });
    writeFileSync(join(dir, 'a/b/file'), 'x');
    chmodSync(join(dir, 'a/b'), 0o500);
    chmodSync(join(dir, 'a'), 0o500);
    await workspaces.remove('u-1');
    expect(readdirSync(join(workingDirectory, 'promotions'))).toEqual([]);
  });

  it('removes only the link where a step has left one', async () => {
    const workingDirectory = directory.resolve('h');
    const workspaces = FolderWorkspaces.create({ workingDirectory });
    const { dir } = await openMade(workspaces, 'u-1', undefined);
    const outside = directory.resolve('outside');
    mkdirSync(outside);
    writeFileSync(join(outside, 'file'), 'x');
    symlinkSync(outside, join(dir, 'link'));
    await workspaces.remove('u-1');
    expect(existsSync(join(outside, 'file'))).toBe(true);
    expect(readdirSync(join(workingDirectory, 'promotions'))).toEqual([]);
  });

  it('closes a folder of its own that others could enter', async () => {
    const workingDirectory = directory.resolve('i');
    mkdirSync(workingDirectory, { recursive: true, mode: 0o755 });
    await openMade(
      FolderWorkspaces.create({ workingDirectory }),
      'u-1',
      undefined,
    );
    expect(statSync(workingDirectory).mode & 0o777).toBe(0o700);
  });

  it('refuses a link in the place of its folder', async () => {
    const workingDirectory = directory.resolve('j');
    const elsewhere = directory.resolve('elsewhere');
    mkdirSync(elsewhere);
    symlinkSync(elsewhere, workingDirectory);
    await expect(
      openMade(FolderWorkspaces.create({ workingDirectory }), 'u-1', undefined),
    ).rejects.toThrow('must be a folder, not a link');
    expect(readdirSync(elsewhere)).toEqual([]);
  });

  it("refuses another user's folder", async () => {
    const workingDirectory = directory.resolve('k');
    mkdirSync(workingDirectory, { recursive: true });
    const getuid = jest.spyOn(process, 'getuid').mockReturnValue(4_000_000);
    try {
      await expect(
        openMade(
          FolderWorkspaces.create({ workingDirectory }),
          'u-1',
          undefined,
        ),
      ).rejects.toThrow('belongs to another user');
    } finally {
      getuid.mockRestore();
    }
  });
});
