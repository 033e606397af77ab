import { FORGES, ForgeHarness } from '../../../testing/ForgeHarness';
import { jsonReply } from '../../../testing/FakeHosts';
import { ForgeApi } from '../../../testing/forges/Forge';
import { githubForge } from '../../../testing/forges/github';
import { gitlabForge } from '../../../testing/forges/gitlab';
import { gitMergePrStep } from './runner';

jest.setTimeout(120_000);

describe.each(FORGES.map((api): [string, ForgeApi] => [api.id, api]))(
  'git-merge-pr on %s',
  (_, api) => {
    let h: ForgeHarness;

    beforeAll(async () => {
      h = await ForgeHarness.start();
    });
    beforeEach(() => h.choose(api));
    afterAll(() => h.close());

    it('merges, and leaves the branch', async () => {
      const pull = h.forge.add();
      const outcome = await h.run(gitMergePrStep, { prNumber: pull.number });
      expect(outcome).toEqual({
        kind: 'succeeded',
        output: { commit: pull.mergeCommit },
      });
      expect(pull.mergeCommit).toBeDefined();
      expect([...h.forge.branches]).toContain('stage/dev');
    });

    it('merges, and deletes the branch when told', async () => {
      const pull = h.forge.add();
      const outcome = await h.run(gitMergePrStep, {
        prNumber: pull.number,
        deleteSourceBranch: true,
      });
      expect(outcome).toEqual({
        kind: 'succeeded',
        output: { commit: pull.mergeCommit },
      });
      expect(pull.state).toBe('merged');
      expect([...h.forge.branches]).toEqual(['main']);
    });

    it('finds what it merged when it runs again, and deletes the branch then', async () => {
      const pull = h.forge.add();
      h.forge.merge(pull);
      const outcome = await h.run(gitMergePrStep, {
        prNumber: pull.number,
        deleteSourceBranch: true,
      });
      expect(outcome).toEqual({
        kind: 'succeeded',
        output: { commit: pull.mergeCommit },
      });
      expect([...h.forge.branches]).not.toContain('stage/dev');
    });

    it('does not mind a branch that is gone', async () => {
      const pull = h.forge.add();
      h.forge.branches.delete('stage/dev');
      const outcome = await h.run(gitMergePrStep, {
        prNumber: pull.number,
        deleteSourceBranch: true,
      });
      expect(outcome).toEqual({
        kind: 'succeeded',
        output: { commit: pull.mergeCommit },
      });
    });

    it('succeeds also when the branch may not be deleted, and says so', async () => {
      const pull = h.forge.add();
      h.forge.protected.add('stage/dev');
      const outcome = await h.run(gitMergePrStep, {
        prNumber: pull.number,
        deleteSourceBranch: true,
      });
      expect(outcome).toEqual({
        kind: 'succeeded',
        message: expect.stringContaining(
          `pull request ${pull.number} is merged, but its branch "stage/dev" could not be deleted: `,
        ),
        output: { commit: pull.mergeCommit },
      });
    });

    it.each([
      [true, 'waiting'],
      [false, 'failed'],
    ])('with wait: %s, a draft is %s', async (wait, kind) => {
      const pull = h.forge.add({ isDraft: true });
      await expect(
        h.run(gitMergePrStep, {
          prNumber: pull.number,
          wait,
          deleteSourceBranch: true,
        }),
      ).resolves.toMatchObject({
        kind,
        reason: expect.stringContaining(
          `pull request ${pull.number} cannot be merged yet: it is a draft`,
        ),
        ...(wait ? { checkAgainInMs: 10_000 } : { final: true }),
      });
      expect([...h.forge.branches]).toContain('stage/dev');
    });

    it('fails for good when it was closed', async () => {
      const pull = h.forge.add({ state: 'closed' });
      await expect(
        h.run(gitMergePrStep, { prNumber: pull.number, wait: true }),
      ).resolves.toMatchObject({ kind: 'failed', final: true });
    });
  },
);

describe('git-merge-pr', () => {
  let h: ForgeHarness;

  beforeAll(async () => {
    h = await ForgeHarness.start();
  });
  beforeEach(() => h.choose(githubForge));
  afterAll(() => h.close());

  it('leaves the branch of a fork alone', async () => {
    const pull = h.forge.add({ isFork: true });
    await h.run(gitMergePrStep, {
      prNumber: pull.number,
      deleteSourceBranch: true,
    });
    expect([...h.forge.branches]).toContain('stage/dev');
  });

  it.each([
    [
      'one that a rule of the branch holds back',
      'At least 1 review',
      'waiting',
    ],
    [
      'one whose method the repository forbids',
      'Squash merges are not allowed on this repository.',
      'failed',
    ],
  ])('when GitHub refuses %s with "%s", it is %s', async (_, message, kind) => {
    const pull = h.forge.add();
    h.forge.fault = request => {
      if (request.method === 'PUT') return jsonReply({ message }, 405);
      const reply = githubForge.answer(h.forge, request);
      return request.url.pathname.endsWith(`/pulls/${pull.number}`)
        ? jsonReply({
            ...JSON.parse(String(reply.body)),
            mergeable_state: 'blocked',
          })
        : reply;
    };
    await expect(
      h.run(gitMergePrStep, {
        prNumber: pull.number,
        mergeMethod: 'squash',
        wait: true,
      }),
    ).resolves.toMatchObject({
      kind,
      reason: expect.stringContaining(message),
      ...(kind === 'failed' && { final: true }),
    });
    expect(pull.state).toBe('open');
  });

  it('fails for good with a method that the host does not have', async () => {
    h.choose(gitlabForge);
    const pull = h.forge.add();
    await expect(
      h.run(gitMergePrStep, {
        prNumber: pull.number,
        mergeMethod: 'rebase',
        wait: true,
      }),
    ).resolves.toEqual({
      kind: 'failed',
      final: true,
      reason: `pull request ${pull.number} was not merged: GitLab has no merge method "rebase"; it has merge, squash`,
    });
  });

  it('is tried again while the host is down, and merges once when only the answer got lost', async () => {
    const pull = h.forge.add();
    h.forge.fault = request => {
      if (request.method !== 'PUT') return undefined;
      githubForge.answer(h.forge, request);
      return jsonReply({ message: 'Bad Gateway' }, 502);
    };
    await expect(
      h.run(gitMergePrStep, { prNumber: pull.number }),
    ).rejects.toMatchObject({ name: 'UpstreamUnavailableError' });
    h.forge.fault = undefined;
    await expect(
      h.run(gitMergePrStep, { prNumber: pull.number }),
    ).resolves.toMatchObject({
      kind: 'succeeded',
      output: { commit: pull.mergeCommit },
    });
    expect(h.requests.filter(each => each.startsWith('PUT'))).toHaveLength(1);
  });
});
