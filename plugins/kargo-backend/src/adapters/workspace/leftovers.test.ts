import { createMockDirectory } from '@backstage/backend-test-utils';
import { existsSync } from 'node:fs';
import { LeftoversError } from '../../ports/Workspaces';
import { FolderWorkspaces } from './FolderWorkspaces';
import { removeFolder } from './removeFolder';

jest.mock('./removeFolder', () => ({
  removeFolder: jest.fn(jest.requireActual('./removeFolder').removeFolder),
}));

const remove = jest.mocked(removeFolder);

describe('folders that cannot be removed', () => {
  const directory = createMockDirectory();

  it('keep none of the others, and are told of', async () => {
    const workspaces = FolderWorkspaces.create({
      workingDirectory: directory.resolve('w'),
    });
    const folders = [];
    for (const uid of ['a', 'b', 'c']) {
      const workspace = await workspaces.open(uid, undefined);
      await workspace.make();
      folders.push(workspace);
    }
    // As a file system does whose server still has a file of it open.
    remove.mockRejectedValueOnce(new Error('EBUSY: resource busy'));
    const clearing = workspaces.removeOthers(async () => new Set());
    await expect(clearing).rejects.toThrow(LeftoversError);
    await expect(clearing).rejects.toThrow(
      '1 folders of Promotions that have ended cannot be removed: EBUSY: resource busy',
    );
    expect(remove).toHaveBeenCalledTimes(3);
    expect(folders.map(({ dir }) => existsSync(dir))).toEqual([
      false,
      false,
      false,
    ]);
    await workspaces.removeOthers(async () => new Set());
    expect(remove).toHaveBeenCalledTimes(4);
  });
});
