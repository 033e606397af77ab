import { JsonObject } from 'backstage-plugin-kargo-common';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { Fault } from 'kargo-test';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { ProcessLostError } from '../../../adapters/processes/ProcessStarter';
import { PushIntegrationPolicy } from '../../../ports/GitWorkingTree';
import { GitStepHarness } from '../../../testing/GitStepHarness';

jest.setTimeout(120_000);

/** The answer of a server that refuses `main` for a reason of its own. */
function ng(reason: string): Fault {
  const packet = (text: string) =>
    (text.length + 4).toString(16).padStart(4, '0') + text;
  const report = `${packet('unpack ok\n')}${packet(
    `ng refs/heads/main ${reason}\n`,
  )}0000`;
  return {
    kind: 'status',
    status: 200,
    headers: { 'content-type': 'application/x-git-receive-pack-result' },
    body: `${packet(`\u0001${report}`)}0000`,
  };
}

describe('git-push', () => {
  let h: GitStepHarness;

  const someoneElsePushes = (files: Record<string, string>, branch = 'main') =>
    h.server.commit(h.repo, { branch, message: 'theirs', files });

  async function cloneAndCommit(
    file = 'a.txt',
    checkout: JsonObject = { branch: 'main' },
  ) {
    await h.clone({ checkout: [{ path: 'src', ...checkout }] });
    await h.write(`src/${file}`, 'ours\n');
    await h.commit({ path: 'src', message: 'ours' });
  }

  const head = () => h.git('src', 'rev-parse', 'HEAD');

  beforeAll(async () => {
    h = await GitStepHarness.start();
  });
  beforeEach(() => h.reset());
  afterAll(() => h.close());

  it('pushes the current branch', async () => {
    await cloneAndCommit();
    await expect(h.push({ path: 'src' })).resolves.toEqual({
      kind: 'succeeded',
      output: { branch: 'main', commit: await head() },
    });
    await expect(h.remoteHead()).resolves.toBe(await head());
  });

  it.each([
    ['the current one', {}],
    ['the one it names', { targetBranch: 'stage' }],
    ['the one it names in full', { targetBranch: 'refs/heads/stage' }],
  ])(
    'pushes to a branch, %s, also when a tag has its name',
    async (_, target) => {
      await h.server.git(h.repo, 'branch', 'stage', 'main');
      await h.server.tag(h.repo, { name: 'stage', target: 'main' });
      await cloneAndCommit('a.txt', { branch: 'stage' });
      await expect(h.push({ path: 'src', ...target })).resolves.toMatchObject({
        kind: 'succeeded',
        output: { branch: 'stage' },
      });
      await expect(h.remoteHead('stage')).resolves.toBe(await head());
      await expect(h.server.branches(h.repo)).resolves.toEqual([
        'main',
        'heads/stage',
      ]);
    },
  );

  it('names the page of the commit where the provider is known', async () => {
    await cloneAndCommit();
    await expect(
      h.push({ path: 'src', provider: 'gitea' }),
    ).resolves.toMatchObject({
      output: {
        commitURL: `https://${h.server.host}/${h.repo}/commit/${await head()}`,
      },
    });
  });

  it.each<[string, JsonObject]>([
    ['a branch', { branch: 'main' }],
    ['a detached HEAD', { commit: 'main' }],
  ])(
    'pushes %s to a branch generated for the Promotion',
    async (_, checkout) => {
      await cloneAndCommit('a.txt', checkout);
      await expect(
        h.push({ path: 'src', generateTargetBranch: true }),
      ).resolves.toMatchObject({ output: { branch: 'kargo/promotion/p1' } });
      await expect(h.remoteLog('kargo/promotion/p1')).resolves.toEqual([
        'ours',
        'Initial commit',
      ]);
    },
  );

  it('overwrites a generated branch of an earlier attempt', async () => {
    await someoneElsePushes({ x: 'x' }, 'kargo/promotion/p1');
    await cloneAndCommit();
    await h.push({ path: 'src', generateTargetBranch: true });
    await expect(h.remoteLog('kargo/promotion/p1')).resolves.toEqual([
      'ours',
      'Initial commit',
    ]);
  });

  it('pushes a detached HEAD to a named branch, existing or new', async () => {
    await cloneAndCommit('a.txt', { commit: 'main' });
    await h.push({ path: 'src', targetBranch: 'main' });
    await h.push({ path: 'src', targetBranch: 'env/new' });
    await expect(h.remoteHead()).resolves.toBe(await head());
    await expect(h.remoteHead('env/new')).resolves.toBe(await head());
  });

  it('wants a branch for a detached HEAD', async () => {
    await cloneAndCommit('a.txt', { commit: 'main' });
    await expect(h.push({ path: 'src', targetBranch: '' })).rejects.toThrow(
      'set "targetBranch"',
    );
  });

  it('does nothing when there is nothing new', async () => {
    await h.clone({ checkout: [{ path: 'src', branch: 'main' }] });
    await expect(h.push({ path: 'src' })).resolves.toMatchObject({
      kind: 'succeeded',
      output: { commit: await h.remoteHead() },
    });
    await expect(h.remoteLog()).resolves.toEqual(['Initial commit']);
  });

  describe('when somebody else pushed meanwhile', () => {
    it.each<[PushIntegrationPolicy, string[]]>([
      ['AlwaysRebase', ['ours', 'theirs', 'Initial commit']],
      ['RebaseOrMerge', ['ours', 'theirs', 'Initial commit']],
      ['RebaseOrFail', ['ours', 'theirs', 'Initial commit']],
    ])('%s puts our commit on top of theirs', async (policy, log) => {
      h.pushIntegrationPolicy = policy;
      await cloneAndCommit();
      const before = await head();
      await someoneElsePushes({ 'b.txt': 'b' });
      const { output } = await h.push({ path: 'src' });
      expect(output?.commit).not.toBe(before);
      expect(output?.commit).toBe(await h.remoteHead());
      await expect(h.remoteLog()).resolves.toEqual(log);
    });

    it('AlwaysMerge makes a merge commit', async () => {
      h.pushIntegrationPolicy = 'AlwaysMerge';
      await cloneAndCommit();
      await someoneElsePushes({ 'b.txt': 'b' });
      await h.push({ path: 'src' });
      const [subject] = await h.remoteLog();
      expect(subject).toBe(`Merge branch 'main' of ${h.repoURL}`);
      const parents = await h.server.git(
        h.repo,
        'log',
        '-1',
        '--format=%P',
        'main',
      );
      expect(parents.trim().split(' ')).toHaveLength(2);
    });

    it.each<PushIntegrationPolicy>(['AlwaysRebase', 'AlwaysMerge'])(
      '%s fails for good on a conflict and takes it back',
      async policy => {
        h.pushIntegrationPolicy = policy;
        await cloneAndCommit();
        const before = await head();
        const theirs = await someoneElsePushes({ 'a.txt': 'theirs\n' });
        await expect(h.push({ path: 'src' })).resolves.toMatchObject({
          kind: 'failed',
          final: true,
          reason: expect.stringContaining('merge conflict'),
        });
        await expect(h.remoteHead()).resolves.toBe(theirs);
        await expect(head()).resolves.toBe(before);
        await expect(h.git('src', 'status', '--short')).resolves.toBe('');
      },
    );

    it('overwrites it when forced', async () => {
      await cloneAndCommit();
      await someoneElsePushes({ 'a.txt': 'theirs\n' });
      await h.push({ path: 'src', force: true });
      await expect(h.remoteLog()).resolves.toEqual(['ours', 'Initial commit']);
    });

    it('throws when the checkout has changes that are not committed', async () => {
      await cloneAndCommit();
      await h.write('src/a.txt', 'dirty\n');
      await someoneElsePushes({ 'b.txt': 'b' });
      await expect(h.push({ path: 'src' })).rejects.toThrow(
        'git rebase failed',
      );
    });
  });

  describe('retries', () => {
    // Without integration every push is late.
    beforeEach(() => {
      h.pushIntegrationPolicy = 'None';
    });

    it('a push that others overtook, with growing pauses', async () => {
      await cloneAndCommit();
      await someoneElsePushes({ 'b.txt': 'b' });
      await expect(h.push({ path: 'src', maxAttempts: 4 })).rejects.toThrow(
        'could not be pushed in 4 attempts',
      );
      expect(h.sleeps).toEqual([1000, 1500, 2250]);
      await expect(h.remoteLog()).resolves.toEqual([
        'theirs',
        'Initial commit',
      ]);
    });

    it('until it is through', async () => {
      await cloneAndCommit();
      const before = await h.remoteHead();
      await someoneElsePushes({ 'b.txt': 'b' });
      h.onSleep = async () => {
        await h.server.git(h.repo, 'update-ref', 'refs/heads/main', before!);
      };
      await expect(h.push({ path: 'src' })).resolves.toMatchObject({
        kind: 'succeeded',
      });
      expect(h.sleeps).toEqual([1000]);
    });

    it('nothing that another attempt cannot change', async () => {
      await cloneAndCommit();
      await h.server.git(
        h.repo,
        'config',
        'receive.denyNonFastForwards',
        'true',
      );
      await someoneElsePushes({ 'b.txt': 'b' });
      await expect(h.push({ path: 'src', force: true })).rejects.toThrow(
        'the remote did not accept branch "main"',
      );
      expect(h.sleeps).toEqual([]);
    });
  });

  describe('keeps going when the push request gets no good answer', () => {
    // What comes before git is asked is tested beside it.
    beforeEach(() => {
      h.usesSmartHttp = false;
    });

    it.each<[string, Fault]>([
      ['500', { kind: 'status', status: 500 }],
      ['502', { kind: 'status', status: 502 }],
      ['503', { kind: 'status', status: 503 }],
      ['504', { kind: 'status', status: 504 }],
      ['429', { kind: 'status', status: 429 }],
      ['half an answer', { kind: 'truncate', afterBytes: 3 }],
      ['an internal error', ng('Internal Server Error')],
      ['a lost race', ng('non-fast-forward')],
      [
        'a lost race at Azure',
        ng(
          "TF401028: The reference 'refs/heads/main' has already been updated by another client, so you cannot update it. Please try again.",
        ),
      ],
      ['a lost race at JGit', ng('failed to lock')],
    ])('once: %s', async (_, fault) => {
      await cloneAndCommit();
      h.server.faults.add(fault, { route: 'push' });
      await expect(h.push({ path: 'src' })).resolves.toEqual({
        kind: 'succeeded',
        output: { branch: 'main', commit: await head() },
      });
      expect(h.sleeps).toEqual([1000]);
      await expect(h.remoteLog()).resolves.toEqual(['ours', 'Initial commit']);
    });

    it('when connections are dropped', async () => {
      await cloneAndCommit();
      // The first is repeated by the HTTP library, without our knowing.
      h.server.faults.add({ kind: 'reset' }, { route: 'push', times: 3 });
      await expect(h.push({ path: 'src' })).resolves.toMatchObject({
        kind: 'succeeded',
      });
      await expect(h.remoteLog()).resolves.toEqual(['ours', 'Initial commit']);
    });

    it('when the remote took it, the answer was lost and others went on from there', async () => {
      await cloneAndCommit();
      const ours = await head();
      h.server.faults.add(
        { kind: 'truncate', afterBytes: 3 },
        { route: 'push' },
      );
      h.onSleep = async () => {
        await someoneElsePushes({ 'b.txt': 'b' });
      };
      await expect(h.push({ path: 'src' })).resolves.toMatchObject({
        kind: 'succeeded',
        output: { commit: ours },
      });
      await expect(h.remoteLog()).resolves.toEqual([
        'theirs',
        'ours',
        'Initial commit',
      ]);
    });

    it('when what runs git for the portal died after the push had arrived', async () => {
      await cloneAndCommit();
      const { processes } = h;
      let lost = 0;
      h.processes = {
        start: async call => {
          const running = await processes.start(call);
          if (call.args[0] !== 'push' || lost > 0) {
            return running;
          }
          lost++;
          const error = new ProcessLostError('the helper ended');
          return {
            ...running,
            ended: running.ended.then(() => ({ kind: 'lost', error })),
          };
        },
      };
      await expect(h.push({ path: 'src' })).resolves.toEqual({
        kind: 'succeeded',
        output: { branch: 'main', commit: await head() },
      });
      expect(lost).toBe(1);
      expect(h.programs.filter(name => name === 'push')).toHaveLength(1);
      await expect(h.remoteLog()).resolves.toEqual(['ours', 'Initial commit']);
    });

    it('not for ever', async () => {
      await cloneAndCommit();
      const undo = h.server.faults.always(
        { kind: 'status', status: 502 },
        { route: 'push' },
      );
      await expect(h.push({ path: 'src' })).rejects.toMatchObject({
        name: 'UpstreamUnavailableError',
        message: expect.stringContaining('502'),
      });
      undo();
      expect(h.sleeps).toHaveLength(4);
    });

    it.each<[number, string]>([
      [401, 'CredentialsRejectedError'],
      [403, 'CredentialsRejectedError'],
      [413, 'InputError'],
    ])('but not when the answer is %s', async (status, name) => {
      await cloneAndCommit();
      const undo = h.server.faults.always(
        { kind: 'status', status },
        { route: 'push' },
      );
      await expect(h.push({ path: 'src' })).rejects.toMatchObject({ name });
      undo();
      expect(h.sleeps).toEqual([]);
    });
  });

  it('gets every commit through when four Promotions push at once', async () => {
    const names = ['one', 'two', 'three', 'four'];
    const others = await Promise.all(names.map(() => h.another()));
    await Promise.all(
      others.map(async (other, index) => {
        await other.clone({ checkout: [{ path: 'src', branch: 'main' }] });
        await other.write(`src/${names[index]}`, 'x');
        await other.commit({ path: 'src', message: names[index] });
      }),
    );
    const outcomes = await Promise.all(
      others.map(other => other.push({ path: 'src', maxAttempts: 50 })),
    );
    expect(outcomes.map(({ kind }) => kind)).toEqual(
      names.map(() => 'succeeded'),
    );
    const subjects = await h.remoteLog();
    expect([...subjects].sort()).toEqual([...names, 'Initial commit'].sort());
  });

  it('says which credentials the remote refused without showing them', async () => {
    h.usesSmartHttp = false;
    await cloneAndCommit();
    const takeBack = h.server.faults.add(
      { kind: 'status', status: 403 },
      { route: 'advertise-push' },
    );
    const error: Error = await h.push({ path: 'src' }).then(
      () => new Error('it succeeded'),
      e => e,
    );
    takeBack();
    expect(error.name).toBe('CredentialsRejectedError');
    expect(error.message).not.toContain('pa55');
  });

  describe('with a tag', () => {
    it('pushes the tag and nothing else, and again', async () => {
      await cloneAndCommit();
      await h.git('src', 'tag', 'v1');
      const before = await h.remoteHead();
      for (let run = 0; run < 2; run++) {
        await expect(h.push({ path: 'src', tag: 'v1' })).resolves.toEqual({
          kind: 'succeeded',
          output: { branch: 'main', commit: await head() },
        });
      }
      await expect(h.server.resolve(h.repo, 'refs/tags/v1')).resolves.toBe(
        await head(),
      );
      await expect(h.remoteHead()).resolves.toBe(before);
    });

    it('never moves a tag of the remote', async () => {
      await cloneAndCommit();
      await h.server.tag(h.repo, { name: 'v1', target: 'main' });
      await h.git('src', 'tag', 'v1');
      await expect(h.push({ path: 'src', tag: 'v1' })).rejects.toThrow(
        'the remote did not accept tag "v1"',
      );
    });
  });

  describe('after a restart', () => {
    async function runAll() {
      await h.clone({ checkout: [{ path: 'src', branch: 'main' }] });
      await h.write('src/a.txt', 'ours\n');
      const commit = await h.commit({ path: 'src', message: 'ours' });
      return { commit, push: await h.push({ path: 'src' }) };
    }

    it('with a lost folder ends with one commit and the same outputs', async () => {
      const first = await runAll();
      await h.loseWorkDir();
      const second = await runAll();
      expect(second.commit).toMatchObject({
        kind: 'skipped',
        output: first.commit.output,
      });
      expect(second.push).toEqual(first.push);
      await expect(h.remoteLog()).resolves.toEqual(['ours', 'Initial commit']);
    });

    it('between push and record pushes nothing twice', async () => {
      const { push } = await runAll();
      await expect(h.push({ path: 'src' })).resolves.toEqual(push);
      await expect(h.remoteLog()).resolves.toEqual(['ours', 'Initial commit']);
    });

    it('in the middle of a rebase starts the integration over', async () => {
      await cloneAndCommit();
      const theirs = await someoneElsePushes({ 'a.txt': 'theirs\n' });
      const url = pathToFileURL(h.server.repoPath(h.repo)).href;
      const git = (...args: string[]) =>
        spawnSync('git', args, {
          cwd: path.join(h.workDir, 'src'),
          env: { ...process.env, GIT_COMMITTER_NAME: 'x', EMAIL: 'x@y' },
        });
      git('fetch', '--quiet', url, theirs);
      git('rebase', '--quiet', theirs);
      await expect(h.git('src', 'status')).resolves.toContain(
        'rebase in progress',
      );
      await someoneElsePushes({ 'a.txt': 'one\n' });
      await expect(h.push({ path: 'src' })).resolves.toMatchObject({
        kind: 'succeeded',
      });
      await expect(h.remoteLog()).resolves.toEqual([
        'ours',
        'theirs',
        'theirs',
        'Initial commit',
      ]);
    });
  });

  // A machine without GnuPG cannot sign, and the product does not need it otherwise.
  const hasGpg = spawnSync('gpg', ['--version']).status === 0;
  (hasGpg ? describe : describe.skip)('with a signing key', () => {
    let key: string;

    beforeAll(() => {
      const home = mkdtempSync(path.join(tmpdir(), 'kg-'));
      const env = { PATH: process.env.PATH, GNUPGHOME: home };
      const gpg = (...args: string[]) =>
        execFileSync('gpg', ['--batch', '--quiet', ...args], {
          env,
          stdio: ['ignore', 'pipe', 'ignore'],
        }).toString();
      gpg(
        '--passphrase',
        '',
        '--quick-generate-key',
        'Kargo <no-reply@kargo.io>',
        'ed25519',
        'sign',
        'never',
      );
      key = gpg('--armor', '--export-secret-keys');
      execFileSync('gpgconf', ['--kill', 'gpg-agent'], { env });
      rmSync(home, { recursive: true });
    });

    beforeEach(() => {
      h.gitUser = {
        name: 'Kargo',
        email: 'no-reply@kargo.io',
        signingKey: key,
      };
    });

    const signature = () =>
      h.server
        .git(h.repo, 'cat-file', '-p', 'main')
        .then(text => text.includes('gpgsig'));

    const parents = async () => {
      const text = await h.server.git(
        h.repo,
        ...['log', '-1', '--format=%P', 'main'],
      );
      return text.trim().split(' ');
    };

    it('signs commits, and again when it rebases them', async () => {
      h.pushIntegrationPolicy = 'RebaseOrFail';
      await cloneAndCommit();
      await someoneElsePushes({ 'b.txt': 'b' });
      await expect(h.push({ path: 'src' })).resolves.toMatchObject({
        kind: 'succeeded',
      });
      await expect(h.remoteLog()).resolves.toEqual([
        'ours',
        'theirs',
        'Initial commit',
      ]);
      await expect(signature()).resolves.toBe(true);
    });

    it.each<[PushIntegrationPolicy, string]>([
      ['RebaseOrFail', 'failed'],
      ['RebaseOrMerge', 'succeeded'],
    ])(
      '%s does not rebase what somebody did not sign: %s',
      async (policy, kind) => {
        h.pushIntegrationPolicy = policy;
        await h.clone({ checkout: [{ path: 'src', branch: 'main' }] });
        await h.write('src/a.txt', 'ours\n');
        await h.commit({
          path: 'src',
          message: 'ours',
          author: { name: 'A', email: 'a@b' },
        });
        const theirs = await someoneElsePushes({ 'b.txt': 'b' });
        await expect(h.push({ path: 'src' })).resolves.toMatchObject({
          kind,
          ...(kind === 'failed' && { final: true }),
        });
        await expect(signature()).resolves.toBe(kind === 'succeeded');
        await expect(parents()).resolves.toHaveLength(
          kind === 'succeeded' ? 2 : 1,
        );
        const isUntouched = (await h.remoteHead()) === theirs;
        expect(isUntouched).toBe(kind === 'failed');
      },
    );

    it.each<[PushIntegrationPolicy, number]>([
      ['RebaseOrMerge', 2],
      ['AlwaysRebase', 1],
    ])(
      '%s integrates what a key signed that the portal has not, with %d parents',
      async (policy, count) => {
        h.pushIntegrationPolicy = policy;
        await cloneAndCommit();
        const [clone] = await readdir(h.clonesDir);
        await rm(path.join(h.clonesDir, clone, 'signing-key.asc'));
        await someoneElsePushes({ 'b.txt': 'b' });
        await expect(h.push({ path: 'src' })).resolves.toMatchObject({
          kind: 'succeeded',
        });
        await expect(parents()).resolves.toHaveLength(count);
      },
    );
  });

  it.each<[JsonObject, string]>([
    [
      { generateTargetBranch: true, targetBranch: 'x' },
      '(root): Must validate one and only one schema (oneOf): give at most one of "targetBranch", "generateTargetBranch: true" and "tag", and no "force: true" with a "tag"',
    ],
    [
      { tag: 'v', force: true },
      '(root): Must validate one and only one schema (oneOf): give at most one of "targetBranch", "generateTargetBranch: true" and "tag", and no "force: true" with a "tag"',
    ],
    [
      { tag: 'v', targetBranch: 'x' },
      '(root): Must validate one and only one schema (oneOf): give at most one of "targetBranch", "generateTargetBranch: true" and "tag", and no "force: true" with a "tag"',
    ],
    [
      { targetBranch: 'refs/tags/v' },
      'targetBranch: expected a branch, by its name or as refs/heads/NAME',
    ],
    [
      { tag: 'refs/heads/main' },
      'tag: expected a tag, by its name or as refs/tags/NAME',
    ],
    [{ maxAttempts: 0 }, 'maxAttempts: Must be greater than or equal to 1'],
    [
      { provider: 'GitHub' },
      'provider: provider must be one of the following: "azure", "bitbucket", "gitea", "github", "gitlab"',
    ],
  ])('refuses %j', async (config, problem) => {
    await expect(h.push({ path: 'src', ...config })).resolves.toEqual({
      kind: 'failed',
      final: true,
      reason: `invalid git-push config: ${problem}`,
    });
  });

  it('accepts a tag with force switched off', async () => {
    await expect(
      h.push({ path: 'src', tag: 'v', force: false }),
    ).rejects.toThrow('is not in a checkout');
  });
});
