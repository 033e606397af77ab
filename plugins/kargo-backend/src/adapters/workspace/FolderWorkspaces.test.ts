import { existsSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createMockDirectory } from '@backstage/backend-test-utils';
import { FolderWorkspaces } from './FolderWorkspaces';

describe('FolderWorkspaces', () => {
  const directory = createMockDirectory();

  it('makes a private folder once and keeps what is in it', async () => {
    const workspaces = FolderWorkspaces.create({
      root: directory.resolve('a'),
    });
    const first = await workspaces.open('u-1', undefined);
    writeFileSync(join(first.dir, 'file'), 'x');
    const second = await workspaces.open('u-1', first.id);
    expect(first.isNew).toBe(true);
    expect(second).toEqual({ ...first, isNew: false });
    expect(existsSync(join(second.dir, 'file'))).toBe(true);
    // eslint-disable-next-line no-bitwise -- the permission bits are a bit field
    expect(statSync(first.dir).mode & 0o777).toBe(0o700);
  });

  it('does not go on in a folder that the status does not tell of', async () => {
    const workspaces = FolderWorkspaces.create({
      root: directory.resolve('d'),
    });
    const left = await workspaces.open('u-1', undefined);
    const opened = await workspaces.open('u-1', 'made-by-another-replica');
    expect(opened.isNew).toBe(true);
    expect(opened.id).not.toBe(left.id);
    expect(existsSync(left.dir)).toBe(false);
  });

  it('removes a folder, and only those of others on clean-up', async () => {
    const workspaces = FolderWorkspaces.create({
      root: directory.resolve('b'),
    });
    const kept = await workspaces.open('kept', undefined);
    const gone = await workspaces.open('gone', undefined);
    await workspaces.removeOthers(new Set(['kept']));
    expect(existsSync(kept.dir)).toBe(true);
    expect(existsSync(gone.dir)).toBe(false);
    await workspaces.remove('kept');
    expect(existsSync(kept.dir)).toBe(false);
  });

  it.each(['../x', 'a/b', '', '.'])('refuses the uid %p', async uid => {
    const workspaces = FolderWorkspaces.create({
      root: directory.resolve('c'),
    });
    await expect(workspaces.open(uid, undefined)).rejects.toThrow(
      'uid of a Promotion',
    );
  });

  it('is never led out of its folder by an id', async () => {
    const workspaces = FolderWorkspaces.create({
      root: directory.resolve('e'),
    });
    const opened = await workspaces.open('u-1', '../../outside');
    expect(opened.isNew).toBe(true);
    expect(opened.dir.startsWith(directory.resolve('e'))).toBe(true);
  });
});
