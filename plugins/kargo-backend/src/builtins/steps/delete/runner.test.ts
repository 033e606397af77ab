import { JsonObject } from 'backstage-plugin-kargo-common';
import { isTerminalError } from 'backstage-plugin-kargo-node';
import { runStep } from 'backstage-plugin-kargo-node/testUtils';
import {
  mkdir,
  mkdtemp,
  readdir,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { deleteStep } from './runner';

describe('delete', () => {
  let workDir: string;
  const at = (name: string) => path.join(workDir, name);
  const run = (config: JsonObject) =>
    runStep(deleteStep, config, { folder: workDir });

  async function given(...files: string[]): Promise<void> {
    for (const name of files) {
      await mkdir(path.dirname(at(name)), { recursive: true });
      await writeFile(at(name), '');
    }
  }

  async function remaining(): Promise<string[]> {
    const entries = await readdir(workDir, {
      recursive: true,
      withFileTypes: true,
    });
    return entries
      .filter(entry => !entry.isDirectory())
      .map(entry =>
        path.relative(workDir, path.join(entry.parentPath, entry.name)),
      )
      .sort();
  }

  beforeEach(async () => {
    workDir = await mkdtemp(path.join(tmpdir(), 'kargo-delete-'));
  });

  afterEach(() => rm(workDir, { recursive: true, force: true }));

  it.each<[string, string[], JsonObject, string[]]>([
    ['a file', ['a', 'b'], { path: 'a' }, ['b']],
    ['a folder', ['d/a', 'd/e/b', 'c'], { path: 'd' }, ['c']],
    ['several', ['a', 'b', 'c'], { paths: ['a', 'b', 'a'] }, ['c']],
    ['what exists of several', ['a', 'b'], { paths: ['a', 'missing'] }, ['b']],
    ['a literal star', ['a*b', 'axb'], { path: 'a*b' }, ['axb']],
    [
      'what a glob matches',
      ['out/x.tmp', 'out/s/y.tmp', 'out/z'],
      { path: './out/**/*.tmp', pathsAreGlobs: true },
      ['out/z'],
    ],
    ['dot files too', ['.a', 'b'], { path: '.*', pathsAreGlobs: true }, ['b']],
    [
      'folders, also with a trailing slash',
      ['d1/a', 'd2/a', 'e/a'],
      { path: 'd?/', pathsAreGlobs: true },
      ['e/a'],
    ],
    [
      'folders alone with a trailing slash',
      ['d1/a', 'd2', 'e/a'],
      { path: '*/', pathsAreGlobs: true },
      ['d2'],
    ],
    [
      'no file for what is in it',
      ['a', 'd/a'],
      { paths: ['a/**', 'd/**'], pathsAreGlobs: true },
      ['a'],
    ],
    [
      'alternatives',
      ['a.x', 'a.y', 'a.z'],
      { paths: ['*.{x,y}'], pathsAreGlobs: true },
      ['a.z'],
    ],
    [
      'nothing for a glob that leaves',
      ['a'],
      { path: '../*', pathsAreGlobs: true },
      ['a'],
    ],
    [
      'nothing for a rooted glob',
      ['a'],
      { path: '/*', pathsAreGlobs: true },
      ['a'],
    ],
    [
      'everything but the engine’s own folder',
      ['a', 'b/c', '.kargo/git/x'],
      { path: '**', pathsAreGlobs: true },
      ['.kargo/git/x'],
    ],
  ])('removes %s', async (_, files, config, expected) => {
    await given(...files);
    await expect(run(config)).resolves.toEqual({ kind: 'succeeded' });
    await expect(remaining()).resolves.toEqual(expected);
  });

  it('removes a link and keeps its target', async () => {
    await given('t');
    await symlink('t', at('l'));
    await run({ path: 'l' });
    await expect(remaining()).resolves.toEqual(['t']);
  });

  it('removes links to folders for a glob of folders', async () => {
    await given('d/a', 'f');
    await symlink('d', at('ld'));
    await symlink('f', at('lf'));
    await run({ path: 'l*/', pathsAreGlobs: true });
    await expect(remaining()).resolves.toEqual(['d/a', 'f', 'lf']);
  });

  it.each<[string, JsonObject]>([
    ['a missing path', { paths: ['a', 'missing'], strict: true }],
    [
      'a glob without a match',
      { paths: ['a', '*.x'], strict: true, pathsAreGlobs: true },
    ],
    ['a path that leaves', { paths: ['a', '../x'] }],
    ['the work folder itself', { paths: ['a', '.'] }],
    [
      'the work folder itself as a glob',
      { paths: ['a', './'], pathsAreGlobs: true },
    ],
    ['a path through a link that leaves', { paths: ['a', 'etc/hosts'] }],
  ])(
    'removes nothing when strictness or safety forbids %s',
    async (_, config) => {
      await given('a');
      await symlink('/etc', at('etc'));
      await expect(run(config)).rejects.toThrow();
      await expect(remaining()).resolves.toEqual(['a', 'etc']);
    },
  );

  it('never retries a malformed glob', async () => {
    const error = await run({ path: '[', pathsAreGlobs: true }).catch(e => e);
    expect(isTerminalError(error)).toBe(true);
  });

  it.each<JsonObject>([{}, { path: 'a', paths: ['b'] }])(
    'wants exactly one of path and paths, not %j',
    async config => {
      await expect(run(config)).resolves.toEqual({
        kind: 'failed',
        final: true,
        reason:
          'invalid delete config: (root): Must validate one and only one schema (oneOf): give exactly one of "path" and "paths"',
      });
    },
  );
});
