import { mkdir, mkdtemp, rename, rm, stat, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FolderHandle, using } from './FolderHandle';

// As where the system shows nothing of what a process has open.
jest.mock('node:fs', () => ({
  ...jest.requireActual<object>('node:fs'),
  existsSync: () => false,
}));

describe('FolderHandle, where only paths are known', () => {
  let root: string;

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'folder-handle-'));
  });

  afterEach(() => rm(root, { recursive: true, force: true }));

  it('changes the mode of what is open, and not of what a link in its place leads to', async () => {
    const at = (name: string) => join(root, name);
    for (const name of ['folder', 'other']) {
      await mkdir(at(name), { mode: 0o700 });
    }
    await using(await FolderHandle.openRoot(at('folder')), async folder => {
      await rename(at('folder'), at('moved'));
      await symlink('other', at('folder'));
      await folder.chmod(0o750);
    });
    const modes = await Promise.all(
      ['moved', 'other'].map(async name => (await stat(at(name))).mode & 0o777),
    );
    expect(modes).toEqual([0o750, 0o700]);
  });
});
