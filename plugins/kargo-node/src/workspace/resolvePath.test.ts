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
import { resolvePath, resolveRemovable } from './resolvePath';

describe('paths of steps', () => {
  let root: string;

  beforeAll(async () => {
    root = await realpath(await mkdtemp(path.join(tmpdir(), 'kargo-path-')));
    await mkdir(path.join(root, 'dir/sub'), { recursive: true });
    await mkdir(path.join(root, '.kargo'));
    await mkdir(path.join(root, 'dir/.git'));
    await writeFile(path.join(root, 'dir/file'), '');
    await symlink('/etc', path.join(root, 'abs'));
    await symlink('../../..', path.join(root, 'dir/up'));
    await symlink('dir/sub', path.join(root, 'in'));
    await symlink('loop', path.join(root, 'loop'));
    await symlink('.kargo', path.join(root, 'sly'));
    await symlink('dir/.git', path.join(root, 'data'));
  });

  afterAll(() => rm(root, { recursive: true, force: true }));

  describe('resolvePath', () => {
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
      ['.github/x', '.github/x'],
    ])('keeps %j inside as %j', async (given, expected) => {
      const parts = await resolvePath(root, given);
      expect(parts.join('/')).toBe(expected);
    });

    it.each([
      ['loop/x', 'loop of symbolic links'],
      ['.kargo', 'reserved'],
      ['x/../.kargo/git', 'reserved'],
      ['.KARGO/git', 'reserved'],
      ['sly/git', 'reserved'],
      ['dir/.git', '.git'],
      ['dir/.GIT/config', '.git'],
      ['new/git~1/config', '.git'],
      ['dir/.git/../file', '.git'],
      ['data/config', '.git'],
      ['a\0b', 'NUL'],
      ['a/'.repeat(3000), '4096'],
    ])('refuses %j', async (given, message) => {
      await expect(resolvePath(root, given)).rejects.toThrow(message);
    });

    it('leaves the last part as it is when told', async () => {
      await expect(resolvePath(root, 'in', { links: 'leaf' })).resolves.toEqual(
        ['in'],
      );
    });

    it('refuses links when told', async () => {
      await expect(
        resolvePath(root, 'in/x', { links: 'refuse' }),
      ).rejects.toThrow('leads through a symbolic link');
    });
  });

  describe('resolveRemovable', () => {
    it.each([
      ['dir/file', 'dir/file'],
      ['abs', 'abs'],
      ['in', 'in'],
      ['in/x', 'dir/sub/x'],
      ['loop', 'loop'],
      ['data', 'data'],
      ['/dir', 'dir'],
      ['dir/../dir/file', 'dir/file'],
    ])(
      'finds %j as %j without following the last part',
      async (given, expected) => {
        const parts = await resolveRemovable(root, given);
        expect(parts?.join('/')).toBe(expected);
      },
    );

    it('finds nothing below a folder that does not exist', async () => {
      await expect(resolveRemovable(root, 'nope/x')).resolves.toBeUndefined();
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
      'dir/.git',
      'data/config',
    ])('refuses %j', async given => {
      await expect(resolveRemovable(root, given)).rejects.toThrow(
        /work folder|reserved|\.git/,
      );
    });
  });
});
