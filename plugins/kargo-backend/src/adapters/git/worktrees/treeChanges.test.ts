import { mkdtemp, realpath, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createGitProgram } from '../process/gitEnvironment';
import { CloneGit } from './gitOfTree';
import { CloneLocation } from './location';
import { readTreeChanges } from './treeChanges';

jest.setTimeout(60_000);

const lines = (name: string, count: number) =>
  Array.from({ length: count }, (_, n) => `${name} ${n}\n`).join('');

describe('the changes of a tree', () => {
  let dir: string;
  let git: CloneGit;

  beforeEach(async () => {
    dir = await realpath(await mkdtemp(join(tmpdir(), 'tree-changes-')));
    git = CloneGit.create({
      program: createGitProgram(),
      location: { home: dir } as CloneLocation,
      remote: { url: 'https://git.example/none' },
      cwd: dir,
      env: { GIT_DIR: join(dir, '.git'), GIT_WORK_TREE: dir },
      isPartial: false,
    });
    await git.run({ args: ['init', '--quiet'] });
  });
  afterEach(() => rm(dir, { recursive: true, force: true }));

  async function commit(): Promise<string> {
    await git.run({ args: ['add', '--all', '.'] });
    await git.run({
      args: ['commit', '--quiet', '--message=m'],
      config: { 'user.name': 'a', 'user.email': 'a@example.com' },
    });
    return git.read('rev-parse', 'HEAD');
  }

  it('show no lines of one file as those of another, where git finds out what was moved only among few', async () => {
    await git.run({ args: ['config', 'diff.renameLimit', '1'] });
    await writeFile(join(dir, 'a'), lines('a', 20));
    // Too long to be shown, and so not among those that lines are asked of.
    await writeFile(join(dir, 'long'), lines('long', 10_001));
    const from = await commit();
    for (const [name, moved] of [
      ['a', 'b'],
      ['long', 'longer'],
    ]) {
      await rename(join(dir, name), join(dir, moved));
      await writeFile(join(dir, moved), 'and more\n', { flag: 'a' });
    }
    const head = await commit();
    const { files } = await readTreeChanges(git, { from, head });
    const told = files.map(({ path, change, diff, isCut }) => ({
      ...{ path, change, diff, isCut },
    }));
    expect(told).toEqual([
      { path: 'a', change: 'Removed', isCut: true },
      { path: 'b', change: 'Added', isCut: true },
      { path: 'long', change: 'Removed', isCut: true },
      { path: 'longer', change: 'Added', isCut: true },
    ]);
  });
});
