import { execFileSync } from 'node:child_process';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { FileEntry } from '../contracts/files';
import { isTerminalError } from '../errors';
import { WorkspaceLimits, WorkspaceUsage } from './limits';
import { Workspace } from './Workspace';

describe('Workspace', () => {
  let base: string;
  let root: string;
  let files: Workspace;

  const at = (name: string) => path.join(root, name);
  const put = (name: string, text = '') => {
    mkdirSync(path.dirname(at(name)), { recursive: true });
    writeFileSync(at(name), text);
  };
  const text = (name: string) => readFileSync(at(name), 'utf8');
  const limited = (limits: Partial<WorkspaceLimits>, signal?: AbortSignal) =>
    Workspace.create({
      root,
      scratch: path.join(base, 'scratch'),
      signal,
      usage: new WorkspaceUsage({
        limits: {
          maxFileBytes: 100,
          maxTotalBytes: 1000,
          maxEntries: 100,
          ...limits,
        },
      }),
    });
  async function walk(folder: string): Promise<string[]> {
    const found: string[] = [];
    for await (const entry of files.walk(folder)) found.push(entry.path);
    return found;
  }

  beforeEach(async () => {
    base = realpathSync(mkdtempSync(path.join(tmpdir(), 'kargo-files-')));
    root = path.join(base, 'files');
    mkdirSync(root);
    writeFileSync(path.join(base, 'outside'), 'secret');
    files = await Workspace.create({
      root,
      scratch: path.join(base, 'scratch'),
    });
  });

  afterEach(() => {
    rmSync(base, { recursive: true });
  });

  describe('reading', () => {
    it('reads texts and bytes, also through links inside of the folder', async () => {
      put('a/b.txt', 'grün');
      symlinkSync('a/b.txt', at('l'));
      await expect(files.readText('l')).resolves.toBe('grün');
      await expect(files.read('a/b.txt')).resolves.toEqual(Buffer.from('grün'));
      const { info, stream } = await files.open('a/b.txt');
      expect(info).toMatchObject({ path: 'a/b.txt', kind: 'file', size: 5 });
      expect((await stream.toArray()).join('')).toBe('grün');
    });

    it('reads an empty file', async () => {
      put('empty');
      await expect(files.readText('empty')).resolves.toBe('');
    });

    it('never reads outside, whatever a link says', async () => {
      symlinkSync('../outside', at('l'));
      symlinkSync(path.join(base, 'outside'), at('m'));
      for (const name of ['l', 'm', '../outside']) {
        await expect(files.readText(name)).rejects.toThrow(
          `cannot read "${name}": no such file or directory`,
        );
      }
    });

    it('does not wait for the other end of a pipe', async () => {
      execFileSync('mkfifo', [at('pipe')]);
      await expect(files.read('pipe')).rejects.toThrow(
        'cannot read "pipe": it is not a file',
      );
    });

    it.each([
      ['a folder', 'dir', 'it is not a file'],
      ['the root', '.', 'it is not a file'],
      ['nothing', 'nope', 'no such file or directory'],
      ['something below a file', 'f/x', 'not a directory'],
    ])('says why it cannot read %s', async (_, name, message) => {
      mkdirSync(at('dir'));
      put('f');
      await expect(files.read(name)).rejects.toThrow(
        `cannot read "${name}": ${message}`,
      );
    });

    it('refuses what is too large or no text', async () => {
      put('large', 'x'.repeat(11));
      writeFileSync(at('latin'), Buffer.from([0xfc]));
      await expect(files.read('large', { maxBytes: 10 })).rejects.toThrow(
        '"large" has 11 bytes; at most 10 are read',
      );
      await expect(files.readText('latin')).rejects.toThrow(
        '"latin" is not a UTF-8 text',
      );
    });

    it('finds what is there', async () => {
      put('f', 'x');
      symlinkSync('f', at('l'));
      await expect(files.find('l')).resolves.toMatchObject({
        path: 'f',
        kind: 'file',
      });
      await expect(
        files.find('l', { followLinks: false }),
      ).resolves.toMatchObject({ path: 'l', kind: 'link' });
      await expect(files.find('.')).resolves.toMatchObject({
        path: '',
        kind: 'folder',
      });
      await expect(files.find('nope/x')).resolves.toBeUndefined();
      await expect(files.find('f/x')).resolves.toBeUndefined();
    });
  });

  describe('listing', () => {
    beforeEach(() => {
      put('b/two');
      put('b/.git/config');
      put('.kargo/x');
      put('a');
      symlinkSync('b', at('link'));
    });

    it('shows everything but what belongs to git and to the engine', async () => {
      const entries = await files.list('.');
      expect(entries.map(({ name, kind }) => [name, kind])).toEqual([
        ['a', 'file'],
        ['b', 'folder'],
        ['link', 'link'],
      ]);
      await expect(walk('.')).resolves.toEqual(['a', 'b', 'b/two', 'link']);
    });

    it('goes only where it is told, and tells paths from where it began', async () => {
      put('b/in/x');
      const seen: FileEntry[] = [];
      const enter = (entry: FileEntry) => entry.name !== 'in';
      for await (const entry of files.walk('b', { enter })) seen.push(entry);
      expect(seen.map(entry => entry.relativePath)).toEqual(['in', 'two']);
    });
  });

  describe('writing', () => {
    it('makes folders, keeps the mode of what it replaces and leaves nothing behind', async () => {
      await files.write('n/m/f', 'one');
      expect(statSync(at('n/m/f')).mode & 0o777).toBe(0o600);
      await files.write('n/m/f', 'two', { mode: 0o644 });
      await files.write('n/m/f', 'three');
      expect(text('n/m/f')).toBe('three');
      expect(statSync(at('n/m/f')).mode & 0o777).toBe(0o644);
      expect(readdirSync(path.join(base, 'scratch'))).toEqual([]);
    });

    it('writes streams', async () => {
      async function* chunks() {
        yield Buffer.from('a');
        yield Buffer.from('b');
      }
      await files.write('f', chunks());
      expect(text('f')).toBe('ab');
    });

    it('keeps the old file when the stream breaks', async () => {
      put('f', 'old');
      async function* chunks() {
        yield Buffer.from('a');
        throw new Error('the server hung up');
      }
      await expect(files.write('f', chunks())).rejects.toThrow('hung up');
      expect(text('f')).toBe('old');
    });

    it('stays inside, whatever a link says', async () => {
      symlinkSync('..', at('up'));
      symlinkSync('../outside', at('l'));
      await files.write('up/outside', 'mine');
      expect(text('outside')).toBe('mine');
      await files.write('l', 'mine too');
      expect(text('outside')).toBe('mine too');
      expect(readFileSync(path.join(base, 'outside'), 'utf8')).toBe('secret');
    });

    it('refuses links when told', async () => {
      symlinkSync('.', at('l'));
      await expect(
        files.write('l/f', '', { refuseLinks: true }),
      ).rejects.toThrow('leads through a symbolic link');
    });

    it.each(['.git', 'a/.git/config', 'a/.GIT', 'x/git~1/y', '.kargo/x'])(
      'refuses %j',
      async name => {
        await expect(files.write(name, '')).rejects.toThrow(
          /leads into ".(git|kargo)"/,
        );
        await expect(files.makeFolder(name)).rejects.toThrow('leads into');
        await expect(files.makeLink(name, 'x')).rejects.toThrow('leads into');
        expect(readdirSync(root)).toEqual([]);
      },
    );

    it('makes no folder into a git repository, in any order', async () => {
      await files.write('r/HEAD', 'ref: refs/heads/main\n');
      await files.makeFolder('r/objects');
      await expect(files.write('r/refs/heads/main', '')).rejects.toThrow(
        'would make its folder a git repository',
      );
      await expect(files.makeFolder('r/refs')).rejects.toThrow('repository');
      await expect(files.makeLink('r/refs', '../x')).rejects.toThrow(
        'repository',
      );
      await files.makeFolder('refs');
      await expect(files.move('refs', 'r/refs')).rejects.toThrow('repository');
      await expect(files.copy('refs', 'r/refs')).rejects.toThrow('repository');
      expect(readdirSync(at('r')).sort()).toEqual(['HEAD', 'objects']);
    });

    it('cannot replace a folder by a file, nor the root', async () => {
      mkdirSync(at('dir'));
      await expect(files.write('dir', '')).rejects.toThrow(
        'cannot write "dir"',
      );
      await expect(files.write('.', '')).rejects.toThrow(
        'is the work folder itself',
      );
    });
  });

  describe('copying', () => {
    it('merges folders, with permissions, without links and without .git', async () => {
      put('in/a', 'new');
      put('in/sub/b', 'b');
      put('in/.git', 'gitdir: x');
      put('in/sub/.GIT/config');
      symlinkSync('a', at('in/l'));
      put('out/a', 'old');
      put('out/keep');
      await files.copy('in', 'out');
      await expect(walk('out')).resolves.toEqual([
        'out/a',
        'out/keep',
        'out/sub',
        'out/sub/b',
      ]);
      expect(text('out/a')).toBe('new');
      expect(existsSync(at('out/.git'))).toBe(false);
      expect(readdirSync(at('out/sub'))).toEqual(['b']);
    });

    it('refuses to bring something into the folder of the engine', async () => {
      put('src/.kargo/x', 'harmless');
      await expect(files.copy('src', '.')).rejects.toThrow(
        'path ".kargo" leads into ".kargo", which is reserved for the engine',
      );
      expect(existsSync(at('.kargo'))).toBe(false);
    });

    it('refuses to make a repository of the target', async () => {
      put('src/HEAD');
      put('src/objects/x');
      put('dst/refs/x');
      await expect(files.copy('src', 'dst')).rejects.toThrow('git repository');
    });

    it('refuses to copy what looks like a repository already', async () => {
      put('src/bare/HEAD', 'ref: refs/heads/main\n');
      put('src/bare/objects/x');
      put('src/bare/refs/x');
      await expect(files.copy('src', 'dst')).rejects.toThrow('git repository');
    });

    it('is not led out of the folder by a link in the target', async () => {
      put('in/f', 'mine');
      put('in/sub/g', 'mine');
      mkdirSync(at('out'));
      symlinkSync(path.join(base, 'outside'), at('out/f'));
      symlinkSync(base, at('out/sub'));
      await files.copy('in', 'out');
      expect(readFileSync(path.join(base, 'outside'), 'utf8')).toBe('secret');
      expect(existsSync(path.join(base, 'g'))).toBe(false);
    });

    it('follows a link in the target within the folder', async () => {
      put('in/sub/g', 'mine');
      mkdirSync(at('out'));
      mkdirSync(at('real'));
      symlinkSync('../real', at('out/sub'));
      await files.copy('in', 'out');
      expect(text('real/g')).toBe('mine');
    });

    it('is not led into .git by a link in the target', async () => {
      put('in/sub/config', 'mine');
      put('out/.git/config', 'old');
      symlinkSync('.git', at('out/sub'));
      await expect(files.copy('in', 'out')).rejects.toThrow('".git"');
      expect(text('out/.git/config')).toBe('old');
    });

    it.each(['in', 'in/sub', 'in/new'])(
      'cannot copy a folder into itself: %j',
      async target => {
        put('in/sub/b');
        await expect(files.copy('in', target)).rejects.toThrow('into itself');
      },
    );

    it('leaves out what it is told to', async () => {
      put('in/a');
      put('in/skipped/b');
      await files.copy('in', 'out', {
        skip: entry => entry.relativePath === 'skipped',
      });
      await expect(walk('out')).resolves.toEqual(['out/a']);
    });
  });

  describe('moving', () => {
    it('puts a folder in the place of another', async () => {
      put('new/a', 'a');
      put('out/old');
      await files.move('new', 'out');
      await expect(walk('.')).resolves.toEqual(['out', 'out/a']);
    });

    it('refuses a checkout', async () => {
      put('src/deep/.git', 'gitdir: x');
      await expect(files.move('src', 'other')).rejects.toThrow(
        'holds a checkout of git',
      );
    });
  });

  describe('removing', () => {
    it('removes a link and not what it leads to, and a folder with everything', async () => {
      put('t/deep/f');
      put('t/.git/config');
      symlinkSync('t', at('l'));
      await expect(files.remove('l')).resolves.toBe(true);
      expect(existsSync(at('t/deep/f'))).toBe(true);
      symlinkSync(path.join(base, 'outside'), at('t/out'));
      await expect(files.remove('t')).resolves.toBe(true);
      expect(existsSync(at('t'))).toBe(false);
      expect(existsSync(path.join(base, 'outside'))).toBe(true);
      await expect(files.remove('t')).resolves.toBe(false);
    });

    it.each(['.', '..', '../outside', 'src/.git', '.kargo'])(
      'refuses %j',
      async name => {
        put('src/.git/config');
        put('.kargo/x');
        await expect(files.remove(name)).rejects.toThrow(/work folder|leads/);
        await expect(files.findRemovable(name)).rejects.toThrow(
          /work folder|leads/,
        );
      },
    );
  });

  describe('limits', () => {
    it.each([
      ['a file', { maxFileBytes: 3 }, 'f', '"f" would have more than 3 bytes'],
      ['all files', { maxTotalBytes: 3 }, 'f', 'more than 3 bytes'],
      ['entries', { maxEntries: 2 }, 'a/b/f', 'more than 2 files and folders'],
    ])(
      'end the step for good: size of %s',
      async (_, limits, name, message) => {
        const small = await limited(limits);
        const refusal = await small.write(name, 'four').catch(error => error);
        expect(refusal.message).toContain(message);
        expect(isTerminalError(refusal)).toBe(true);
        expect(existsSync(at(name))).toBe(false);
      },
    );

    it('stop a stream that does not end', async () => {
      async function* endless() {
        for (;;) yield Buffer.alloc(10);
      }
      const small = await limited({});
      await expect(small.write('f', endless())).rejects.toThrow(
        'more than 100 bytes',
      );
    });

    it('count what replaces a file once, and give back what is removed', async () => {
      const small = await limited({ maxTotalBytes: 10, maxEntries: 1 });
      await small.write('f', '12345678');
      await small.write('f', '87654321');
      await small.remove('f');
      await small.write('g', '12345678');
      expect(text('g')).toBe('12345678');
    });
  });

  it('does nothing more once the signal has fired', async () => {
    put('in/a');
    const controller = new AbortController();
    const aborted = await limited({}, controller.signal);
    controller.abort(new Error('aborted by a person'));
    const attempts = [
      aborted.read('in/a'),
      aborted.write('f', ''),
      aborted.copy('in', 'out'),
      aborted.remove('in'),
    ];
    for (const attempt of attempts) {
      await expect(attempt).rejects.toThrow('aborted by a person');
    }
    expect(readdirSync(root)).toEqual(['in']);
  });

  it('works in a folder that is gone afterwards, however the work ends', async () => {
    const controller = new AbortController();
    const stopped = await limited({ maxEntries: 2 }, controller.signal);
    const fill = async (folder: string) => {
      await stopped.write(`${folder}/a`, 'x');
      expect(readdirSync(root)).toEqual([folder]);
      return folder;
    };
    const [first, second] = [
      await stopped.withTemporaryFolder(fill),
      await stopped.withTemporaryFolder(fill),
    ];
    expect(first).not.toBe(second);
    await expect(
      stopped.withTemporaryFolder(async folder => {
        await fill(folder);
        controller.abort(new Error('aborted by a person'));
        await stopped.read(`${folder}/a`);
      }),
    ).rejects.toThrow('aborted by a person');
    expect(readdirSync(root)).toEqual([]);
  });

  it('says where a path is on the disk, and refuses what a program would follow outside', async () => {
    put('chart/values.yaml');
    symlinkSync('chart', at('l'));
    await expect(files.locate('l/values.yaml')).resolves.toBe(
      at('chart/values.yaml'),
    );
    await expect(files.assertContained('chart')).resolves.toBeUndefined();
    symlinkSync('values.yaml', at('chart/ok'));
    await expect(files.assertContained('chart')).resolves.toBeUndefined();
    symlinkSync(path.join(base, 'outside'), at('chart/bad'));
    await expect(files.assertContained('chart')).rejects.toThrow(
      'the link "chart/bad" leads to nothing inside the work folder',
    );
    expect(lstatSync(at('chart/bad')).isSymbolicLink()).toBe(true);
  });
});
