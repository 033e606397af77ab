import {
  mkdir,
  mkdtemp,
  realpath,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { findRemovablePath, resolveInWorkspace } from './workspacePath';

describe('workspace paths', () => {
  let workDir: string;

  beforeEach(async () => {
    workDir = await realpath(await mkdtemp(path.join(tmpdir(), 'kargo-path-')));
    await mkdir(path.join(workDir, 'dir/sub'), { recursive: true });
    await mkdir(path.join(workDir, '.kargo'));
    await writeFile(path.join(workDir, 'dir/file'), '');
    await symlink('/etc', path.join(workDir, 'abs'));
    await symlink('../../..', path.join(workDir, 'dir/up'));
    await symlink('dir/sub', path.join(workDir, 'in'));
    await symlink('loop', path.join(workDir, 'loop'));
    await symlink('.kargo', path.join(workDir, 'sly'));
  });

  afterEach(() => rm(workDir, { recursive: true, force: true }));

  describe('resolveInWorkspace', () => {
    it.each([
      ['a', 'a'],
      ['./a//b/.', 'a/b'],
      ['/a', 'a'],
      ['.', ''],
      ['..', ''],
      ['../../etc/passwd', 'etc/passwd'],
      ['abs/passwd', 'etc/passwd'],
      ['nope/../../z', 'z'],
      ['dir/up/x', 'x'],
      ['in/x', 'dir/sub/x'],
      ['in', 'dir/sub'],
      ['dir/file/below', 'dir/file/below'],
      ['.kargos', '.kargos'],
      ['dir/.kargo', 'dir/.kargo'],
    ])('keeps %j inside as %j', async (given, expected) => {
      await expect(resolveInWorkspace(workDir, given)).resolves.toBe(
        path.join(workDir, expected),
      );
    });

    it.each([
      ['loop/x', 'loop of symbolic links'],
      ['.kargo', 'reserved'],
      ['x/../.kargo/git', 'reserved'],
      ['.KARGO/git', 'reserved'],
      ['sly/git', 'reserved'],
      ['a\0b', 'NUL'],
    ])('refuses %j', async (given, message) => {
      await expect(resolveInWorkspace(workDir, given)).rejects.toThrow(message);
    });
  });

  describe('findRemovablePath', () => {
    it.each([
      ['dir/file', 'dir/file'],
      ['abs', 'abs'],
      ['in', 'in'],
      ['in/x', 'dir/sub/x'],
      ['loop', 'loop'],
      ['/dir', 'dir'],
      ['dir/../dir/file', 'dir/file'],
    ])(
      'finds %j as %j without following the last part',
      async (given, expected) => {
        await expect(findRemovablePath(workDir, given)).resolves.toBe(
          path.join(workDir, expected),
        );
      },
    );

    it('finds nothing below a folder that does not exist', async () => {
      await expect(
        findRemovablePath(workDir, 'nope/x'),
      ).resolves.toBeUndefined();
    });

    it.each([
      '.',
      '..',
      '../x',
      'dir/../..',
      'abs/passwd',
      'dir/up/x',
      '.kargo',
      '.kargo/git',
    ])('refuses %j', async given => {
      await expect(findRemovablePath(workDir, given)).rejects.toThrow(
        /work folder|reserved/,
      );
    });
  });
});
