import { runStep } from 'backstage-plugin-kargo-node/testUtils';
import {
  access,
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { copyStep } from './runner';

describe('copy', () => {
  let workDir: string;
  const at = (name: string) => path.join(workDir, name);
  const copy = (inPath: string, outPath: string, ignore?: string) =>
    runStep(
      copyStep,
      { inPath, outPath, ...(ignore !== undefined && { ignore }) },
      { folder: workDir },
    );

  async function given(files: Record<string, string>): Promise<void> {
    for (const [name, text] of Object.entries(files)) {
      await mkdir(path.dirname(at(name)), { recursive: true });
      await writeFile(at(name), text);
    }
  }

  async function tree(folder: string): Promise<string[]> {
    const entries = await readdir(at(folder), { recursive: true });
    return entries.sort();
  }

  beforeEach(async () => {
    workDir = await mkdtemp(path.join(tmpdir(), 'kargo-copy-'));
  });

  afterEach(() => rm(workDir, { recursive: true, force: true }));

  it('merges a folder into another, without .git and links', async () => {
    await given({
      'in/a': 'new',
      'in/sub/b': 'b',
      'in/.git/x': 'x',
      'out/a': 'old and longer',
      'out/keep': 'k',
    });
    await symlink('a', at('in/l'));
    await expect(copy('in', 'out')).resolves.toEqual({ kind: 'succeeded' });
    await expect(tree('out')).resolves.toEqual(['a', 'keep', 'sub', 'sub/b']);
    await expect(readFile(at('out/a'), 'utf8')).resolves.toBe('new');
  });

  it('creates missing parents and copies the mode of a file', async () => {
    await given({ 'in/a': 'x' });
    await chmod(at('in/a'), 0o751);
    await copy('in/a', 'n1/n2/z');
    const { mode } = await stat(at('n1/n2/z'));
    expect(mode % 0o1000).toBe(0o751);
  });

  it('leaves .git where it is, also when told to bring it along', async () => {
    await given({ 'in/.git/x': 'x', 'in/a': 'x' });
    await copy('in', 'out', '!.git');
    await expect(tree('out')).resolves.toEqual(['a']);
  });

  it.each<[string, Record<string, string>, string, string]>([
    [
      'the engine’s own folder inside of another',
      { 'in/.kargo/x': 'harmless' },
      '.',
      'reserved for the engine',
    ],
    [
      'a folder that git would take for a repository',
      { 'in/HEAD': '', 'in/objects/x': '', 'in/refs/x': '' },
      'out',
      'would make its folder a git repository',
    ],
  ])('does not bring along %s', async (_, files, outPath, message) => {
    await given(files);
    await expect(copy('in', outPath)).rejects.toThrow(message);
  });

  it('leaves out what the patterns match, seen from the source folder', async () => {
    await given({ 'in/a.log': '', 'in/top': '', 'in/sub/top': '' });
    await copy('in', 'out', '*.log\n/top');
    await expect(tree('out')).resolves.toEqual(['sub', 'sub/top']);
  });

  it('follows the source itself when it is a link', async () => {
    await given({ 'real/a': 'x' });
    await symlink('/real', at('link'));
    await copy('link', 'out');
    await expect(tree('out')).resolves.toEqual(['a']);
  });

  it.each<[string, Record<string, string>, string, string, string]>([
    [
      'a file onto a folder',
      { 'in/a': '', 'out/x': '' },
      'in/a',
      'out',
      'cannot copy "in/a" to "out"',
    ],
    [
      'a folder onto a file',
      { 'in/a': '', f: '' },
      'in',
      'f',
      'cannot copy "in" to "f"',
    ],
    ['what does not exist', {}, 'none', 'x', 'no such file or directory'],
    [
      'what lies outside',
      {},
      '../../etc/hosts',
      'x',
      'no such file or directory',
    ],
    ['a folder into itself', { 'in/a': '' }, 'in', 'in/sub', 'into itself'],
    ['everything into a folder of it', { a: '' }, '.', 'sub', 'into itself'],
    [
      'the engine’s own folder',
      { '.kargo/git/key': '' },
      '.kargo',
      'x',
      'reserved',
    ],
  ])('refuses to copy %s', async (_, files, inPath, outPath, message) => {
    await given(files);
    const error: Error = await copy(inPath, outPath).then(
      () => new Error('it succeeded'),
      e => e,
    );
    expect(error.message).toContain(message);
    expect(error.message).not.toContain(workDir);
  });

  it('does not leave the work folder through links in the destination', async () => {
    const outside = await mkdtemp(path.join(tmpdir(), 'kargo-outside-'));
    try {
      await given({ 'in/a': 'x', 'in/d/b': 'y', 'out/.keep': '' });
      await symlink(path.join(outside, 'a'), at('out/a'));
      await symlink(outside, at('out/d'));
      await copy('in', 'out').catch(() => undefined);
      await expect(readdir(outside)).resolves.toEqual([]);
    } finally {
      await rm(outside, { recursive: true });
    }
  });

  it('demands a pattern text that is not empty', async () => {
    await expect(copy('a', 'b', '')).resolves.toMatchObject({
      kind: 'failed',
      final: true,
    });
    await expect(access(at('b'))).rejects.toThrow();
  });
});
