import { createStep, StepGit } from 'backstage-plugin-kargo-node';
import { FakeGit, fakeGit } from 'backstage-plugin-kargo-node/testUtils';
import { mkdtemp, readFile, rm, writeFile, mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { GitStepHarness } from './GitStepHarness';

jest.setTimeout(120_000);

/** A repository with branch `main`, and what its host has. */
interface World {
  git(): Promise<StepGit>;
  url: string;
  folder: string;
  files(revision: string): Promise<Record<string, string>>;
  /** Messages, newest first. */
  log(branch: string): Promise<string[]>;
  /** As somebody else does. */
  commit(files: Record<string, string>): Promise<string>;
  tagged(name: string): Promise<string | undefined>;
  close(): Promise<void>;
}

const FILES = { 'a.txt': 'one\n', 'deep/er/b.txt': 'b\n', 'deep/c.txt': 'c\n' };

async function real(): Promise<World> {
  const h = await GitStepHarness.start();
  await h.reset(FILES);
  return {
    url: h.repoURL,
    folder: h.workDir,
    git: async () => {
      let found: StepGit | undefined;
      const probe = createStep({
        id: 'probe',
        description: 'Takes the git that steps are given.',
        config: z.object({}),
        needs: ['git'],
        workspace: 'writes',
        run: async (_, { git }) => {
          found = git;
          return { kind: 'succeeded' };
        },
      });
      await h.run(probe, {}, 'probe');
      return found!;
    },
    files: async revision => {
      const names = await h.server.listFiles(h.repo, revision);
      const texts = names.map(async name => [
        name,
        await h.server.readFile(h.repo, revision, name),
      ]);
      return Object.fromEntries(await Promise.all(texts));
    },
    log: branch => h.remoteLog(branch),
    commit: files => h.server.commit(h.repo, { message: 'theirs', files }),
    tagged: name => h.server.resolve(h.repo, `refs/tags/${name}`),
    close: () => h.close(),
  };
}

async function fake(): Promise<World> {
  const url = 'https://git.example.com/shop.git';
  const folder = await mkdtemp(path.join(tmpdir(), 'kargo-fake-git-'));
  const git: FakeGit = fakeGit({
    folder,
    repositories: { [url]: { main: FILES } },
  });
  return {
    ...{ url, folder },
    git: async () => git,
    files: async revision => git.files(url, revision),
    log: async branch => git.log(url, branch).map(({ message }) => message),
    commit: async files => git.commit(url, { message: 'theirs', files }),
    tagged: async name => git.tags(url)[name],
    close: () => rm(folder, { recursive: true, force: true }),
  };
}

describe.each([
  ['git', real],
  ['fakeGit', fake],
])('%s, as steps are given it,', (_, start) => {
  let world: World;
  let git: StepGit;

  beforeEach(async () => {
    world = await start();
    git = await world.git();
  });
  afterEach(() => world.close());

  const read = (name: string) =>
    readFile(path.join(world.folder, name), 'utf8');
  const write = async (name: string, text: string) => {
    const file = path.join(world.folder, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, text);
  };
  const checkout = async (options: object = {}) => {
    const clone = await git.clone({ repoURL: world.url });
    return clone.checkout({ path: 'src', ...options });
  };
  const commit = async (name: string, text: string, message = 'ours') => {
    await write(`src/${name}`, text);
    const tree = await git.open('src');
    await tree.addAll();
    await tree.commit({ message });
    return tree;
  };
  const push = { targetBranch: 'main', force: false, maxAttempts: 3 };

  it('checks out the default branch', async () => {
    const tree = await checkout();
    expect(tree.remoteURL).toBe(world.url);
    await expect(tree.currentBranch()).resolves.toBe('main');
    await expect(tree.headCommit()).resolves.toBe(
      await tree.findRemoteBranch('main'),
    );
    await expect(read('src/deep/er/b.txt')).resolves.toBe('b\n');
  });

  it('commits what is staged, once', async () => {
    await checkout();
    await write('src/deep/new.txt', 'new\n');
    await write('src/a.txt', 'two\n');
    const deep = await git.open('src/deep');
    await expect(deep.hasStagedChanges()).resolves.toBe(false);
    await deep.addAll();
    await expect(deep.hasStagedChanges()).resolves.toBe(true);
    await expect(deep.commit({ message: 'ours' })).resolves.toBe(true);
    await expect(deep.commit({ message: 'ours' })).resolves.toBe(false);
    const head = await deep.headCommit();
    await expect(deep.commitMessage(head)).resolves.toBe('ours\n');
    await expect(deep.push(push)).resolves.toEqual({ kind: 'pushed' });
    // Only what lies below the folder that was opened.
    await expect(world.files('main')).resolves.toEqual({
      ...FILES,
      'deep/new.txt': 'new\n',
    });
    await expect(world.log('main')).resolves.toEqual([
      'ours',
      'Initial commit',
    ]);
  });

  it('empties a folder, and notices what is gone', async () => {
    await checkout();
    const deep = await git.open('src/deep');
    await deep.clear();
    await deep.commit({ message: 'less' });
    await deep.push(push);
    await expect(world.files('main')).resolves.toEqual({ 'a.txt': 'one\n' });
    await expect(read('src/deep/c.txt')).rejects.toThrow('ENOENT');
  });

  it('has what others pushed meanwhile below its own', async () => {
    await checkout();
    const tree = await commit('a.txt', 'two\n');
    await world.commit({ 'theirs.txt': 't\n' });
    await expect(tree.push(push)).resolves.toEqual({ kind: 'pushed' });
    await expect(world.log('main')).resolves.toEqual([
      ...['ours', 'theirs', 'Initial commit'],
    ]);
    await expect(read('src/theirs.txt')).resolves.toBe('t\n');
    await expect(tree.headCommit()).resolves.toBe(
      await tree.findRemoteBranch('main'),
    );
  });

  it('refuses where both sides changed the same, and leaves that alone', async () => {
    await checkout();
    const tree = await commit('a.txt', 'two\n');
    const theirs = await world.commit({ 'a.txt': 'three\n' });
    await expect(tree.push(push)).resolves.toEqual({
      kind: 'refused',
      reason: expect.stringContaining('merge conflict'),
    });
    await expect(tree.findRemoteBranch('main')).resolves.toBe(theirs);
    await expect(read('src/a.txt')).resolves.toBe('two\n');
    await expect(tree.push({ ...push, force: true })).resolves.toEqual({
      kind: 'pushed',
    });
    await expect(world.log('main')).resolves.toEqual([
      'ours',
      'Initial commit',
    ]);
  });

  it('becomes what a branch of the remote is', async () => {
    await checkout();
    const tree = await commit('own.txt', 'own\n');
    const theirs = await world.commit({ 'a.txt': 'three\n' });
    await tree.adoptRemote('main');
    await expect(tree.headCommit()).resolves.toBe(theirs);
    await expect(read('src/a.txt')).resolves.toBe('three\n');
    await expect(read('src/own.txt')).rejects.toThrow('ENOENT');
  });

  it('pushes tags, and refs of the engine', async () => {
    await checkout();
    const tree = await commit('a.txt', 'two\n');
    const head = await tree.headCommit();
    await tree.createTag({ name: 'v1' });
    await tree.pushTag('v1');
    await expect(world.tagged('v1')).resolves.toBe(head);
    await commit('a.txt', 'three\n', 'more');
    await tree.createTag({ name: 'v1', force: true });
    await expect(tree.pushTag('v1')).rejects.toThrow('tag "v1"');
    await tree.pushRef('refs/kargo/p1');
    await expect(world.files('refs/kargo/p1')).resolves.toMatchObject({
      'a.txt': 'three\n',
    });
  });

  it('makes a branch without history, also at the remote', async () => {
    await expect(checkout({ branch: 'env' })).rejects.toThrow(
      'branch "env" does not exist at the remote; set "create: true" to have it made',
    );
    await checkout({ branch: 'env', create: true });
    await expect(world.log('env')).resolves.toEqual(['Initial commit']);
    await expect(world.files('env')).resolves.toEqual({});
    await expect(
      git.readBranches({ repoURL: world.url, branches: ['env', 'none'] }),
    ).resolves.toEqual([
      expect.objectContaining({ message: 'Initial commit\n' }),
      undefined,
    ]);
  });

  it('checks out commits and folders, and a branch once', async () => {
    const clone = await git.clone({ repoURL: world.url });
    const main = await clone.checkout({ path: 'src', sparse: ['deep/er'] });
    await expect(read('src/deep/er/b.txt')).resolves.toBe('b\n');
    await expect(read('src/deep/c.txt')).resolves.toBe('c\n');
    await expect(read('src/a.txt')).resolves.toBe('one\n');
    const commitId = await main.headCommit();
    const other = await clone.checkout({ path: 'other', commit: commitId });
    await expect(other.currentBranch()).resolves.toBeUndefined();
    await expect(
      clone.checkout({ path: 'again', branch: 'main' }),
    ).rejects.toThrow('already');
    await expect(clone.checkout({ path: 'v1', tag: 'v1' })).rejects.toThrow(
      'tag "v1" does not exist',
    );
  });

  it('keeps what a sparse checkout leaves out', async () => {
    await world.commit({ 'side/s.txt': 's\n' });
    await checkout({ sparse: ['deep'] });
    await expect(read('src/side/s.txt')).rejects.toThrow('ENOENT');
    const tree = await commit('deep/new.txt', 'new\n');
    await tree.push(push);
    await expect(world.files('main')).resolves.toEqual({
      ...FILES,
      'side/s.txt': 's\n',
      'deep/new.txt': 'new\n',
    });
  });

  it('removes what an earlier attempt checked out, and exports without a checkout', async () => {
    await checkout();
    await write('src/left.txt', 'left\n');
    await checkout();
    await expect(read('src/left.txt')).rejects.toThrow('ENOENT');
    await git.export({ repoURL: world.url, path: 'out', revision: 'main' });
    await expect(read('out/a.txt')).resolves.toBe('one\n');
    await expect(git.open('out')).rejects.toThrow(
      '"out" is not in a checkout made by a git-clone step',
    );
    await expect(
      git.export({ repoURL: world.url, path: 'out2', revision: 'none' }),
    ).rejects.toThrow('"none" is neither a tag or a branch of the repository');
  });
});

describe('fakeGit', () => {
  const URL = 'https://git.example.com/shop.git';
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'kargo-fake-git-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('lets a test play a host that does not take a push, and somebody who is faster', async () => {
    const asked: string[] = [];
    const git = fakeGit({
      folder,
      repositories: { [URL]: { main: { a: 'one' } } },
      beforePush: ({ ref }, self) => {
        asked.push(ref);
        if (asked.length === 1) {
          throw new Error('the host is away');
        }
        self.commit(URL, { message: 'theirs', files: { b: 'b', a: null } });
      },
    });
    const clone = await git.clone({ repoURL: URL });
    const tree = await clone.checkout({ path: 'src' });
    await writeFile(path.join(folder, 'src/c'), 'c');
    await tree.addAll();
    await tree.commit({ message: 'ours' });
    const push = { targetBranch: 'main', force: false, maxAttempts: 3 };
    await expect(tree.push(push)).rejects.toThrow('the host is away');
    await expect(tree.push(push)).resolves.toEqual({ kind: 'pushed' });
    expect(asked).toEqual(['refs/heads/main', 'refs/heads/main']);
    expect(git.files(URL, 'main')).toEqual({ b: 'b', c: 'c' });
    expect(git.log(URL, 'main').map(({ author }) => author)).toEqual([
      'Kargo <no-reply@kargo.io>',
      'Somebody Else <else@example.com>',
      'Somebody Else <else@example.com>',
    ]);
  });

  it('says what the test forgot', async () => {
    const git = fakeGit({ folder, repositories: {} });
    await expect(git.clone({ repoURL: URL })).rejects.toThrow(
      `not found at ${URL}: the test gave no repository of this URL`,
    );
  });
});
