import { JsonObject } from 'backstage-plugin-kargo-common';
import { StepOutcome } from 'backstage-plugin-kargo-node';
import { GithubPushHarness } from '../../../testing/GithubPushHarness';

jest.setTimeout(120_000);

describe('github-push', () => {
  let h: GithubPushHarness;

  beforeAll(async () => {
    h = await GithubPushHarness.start();
  });
  beforeEach(() => h.reset());
  afterAll(() => h.close());

  const push = (
    config: JsonObject = {},
    facts: { previousOutput?: JsonObject } = {},
  ): Promise<StepOutcome> => h.githubPush({ path: 'src', ...config }, facts);
  const head = () => h.git.git('src', 'rev-parse', 'HEAD');
  const log = (branch = 'main') => h.git.remoteLog(branch);
  const refs = () =>
    h.git.server.git(h.git.repo, 'for-each-ref', '--format=%(refname)');

  it('has GitHub make the commits, and goes on with what it made', async () => {
    const ours = await h.commit('a.txt', 'one');
    await h.commit('b.txt', 'two');
    const outcome = await push();
    expect(outcome).toEqual({
      kind: 'succeeded',
      output: {
        branch: 'main',
        commit: await head(),
        commitURL: expect.stringContaining(`/commit/${await head()}`),
      },
    });
    expect(await log()).toEqual(['two', 'one', 'Initial commit']);
    await expect(h.git.remoteHead()).resolves.toBe(await head());
    await expect(h.git.git('src', 'cat-file', '-t', ours)).resolves.toBe(
      'commit',
    );
    await expect(refs()).resolves.not.toContain('refs/kargo/');
  });

  it('keeps author and committer of what nobody trusted has signed', async () => {
    await h.commit('a.txt', 'one');
    await push();
    await expect(
      h.git.git('src', 'log', '-1', '--format=%an %ae, %cn %ce'),
    ).resolves.toBe('Kargo no-reply@kargo.io, Kargo no-reply@kargo.io');
  });

  it('does nothing when the branch has it all', async () => {
    await h.commit('a.txt', 'one');
    const first = await push();
    h.hosts.asked.length = 0;
    await expect(push()).resolves.toEqual(first);
    expect(h.hosts.asked.map(({ method }) => method)).not.toContain('POST');
  });

  it('brings itself together with what others pushed', async () => {
    await h.commit('a.txt', 'ours');
    await h.git.server.commit(h.git.repo, {
      message: 'theirs',
      files: { 'other.txt': '1' },
    });
    await push();
    expect(await log()).toEqual(['ours', 'theirs', 'Initial commit']);
  });

  it('makes a branch that is not there, and one of the Promotion', async () => {
    await h.commit('a.txt', 'one');
    await push({ targetBranch: 'stage/dev' });
    expect(await log('stage/dev')).toEqual(['one', 'Initial commit']);
    await expect(push({ generateTargetBranch: true })).resolves.toMatchObject({
      output: { branch: 'kargo/promotion/p1' },
    });
  });

  it('overwrites by force', async () => {
    await h.git.server.commit(h.git.repo, {
      branch: 'stage/dev',
      parent: await h.git.remoteHead(),
      message: 'theirs',
      files: { 'other.txt': '1' },
    });
    await h.commit('a.txt', 'ours');
    await push({ targetBranch: 'stage/dev', force: true });
    expect(await log('stage/dev')).toEqual(['ours', 'Initial commit']);
  });

  it('tries again when others are faster, as often as it may', async () => {
    await h.commit('a.txt', 'ours');
    let pushes = 0;
    h.beforeMove = async () => {
      pushes++;
      await h.git.server.commit(h.git.repo, {
        message: `theirs ${pushes}`,
        files: { [`other-${pushes}.txt`]: '1' },
      });
    };
    const outcome = await push({ maxAttempts: 2 });
    expect(outcome).toEqual({
      kind: 'waiting',
      reason: 'branch "main" was moved by others meanwhile; trying again',
      checkAgainInMs: 10_000,
      output: { attempts: 1 },
    });
    await expect(
      push({ maxAttempts: 2 }, { previousOutput: outcome.output }),
    ).rejects.toThrow('could not be pushed in 2 attempts');
    h.beforeMove = async () => {};
    await push({}, { previousOutput: outcome.output });
    expect(await log()).toEqual([
      'ours',
      'theirs 2',
      'theirs 1',
      'Initial commit',
    ]);
  });

  it('makes ten commits anew and no more', async () => {
    for (let index = 1; index <= 11; index++) {
      await h.commit(`${index}.txt`, `commit ${index}`);
    }
    await expect(push()).rejects.toMatchObject({
      name: 'TerminalError',
      message: expect.stringContaining('11 commits are to be pushed'),
    });
    expect(await log()).toEqual(['Initial commit']);
    await expect(refs()).resolves.not.toContain('refs/kargo/');
  });

  it('pushes to no tag', async () => {
    await h.commit('a.txt', 'one');
    await expect(push({ targetBranch: 'refs/tags/v1' })).resolves.toEqual({
      kind: 'failed',
      final: true,
      reason:
        'invalid github-push config: targetBranch: expected a branch, by its name or as refs/heads/NAME',
    });
  });

  it.each([
    ['none', undefined, 'there are none'],
    ['an SSH key alone', 'ssh' as const, 'the ones there are have none'],
  ])('needs a token: %s', async (_, credentials, message) => {
    await h.commit('a.txt', 'one');
    h.credentials = credentials;
    await expect(push()).resolves.toMatchObject({
      kind: 'failed',
      final: true,
      reason: expect.stringContaining(message),
    });
  });

  it('refuses a conflict for good', async () => {
    await h.commit('a.txt', 'ours');
    await h.git.server.commit(h.git.repo, {
      message: 'theirs',
      files: { 'a.txt': 'theirs' },
    });
    await expect(push()).resolves.toMatchObject({
      kind: 'failed',
      final: true,
      reason: expect.stringContaining('merge conflict'),
    });
  });
});
