import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { FORGES, ForgeHarness } from '../../testing/ForgeHarness';
import { jsonReply } from '../../testing/FakeHosts';
import { bitbucketForge } from '../../testing/forges/bitbucket';
import { ForgeApi } from '../../testing/forges/Forge';
import { giteaForge } from '../../testing/forges/gitea';
import { builtinPullRequestProviders } from './index';

jest.setTimeout(120_000);

const BRANCHES = { sourceBranch: 'stage/dev', targetBranch: 'main' };
const WANTED = { ...BRANCHES, title: 'T', description: 'D', labels: ['kargo'] };

it('every host has a folder, a line in the list and a fake', () => {
  const ids = builtinPullRequestProviders.map(({ id }) => id);
  const folders = readdirSync(__dirname).filter(name =>
    existsSync(path.join(__dirname, name, 'provider.ts')),
  );
  expect(folders.sort()).toEqual(ids);
  expect(FORGES.map(({ id }) => id)).toEqual(ids);
});

describe.each(FORGES.map((api): [string, ForgeApi] => [api.id, api]))(
  'pull requests on %s',
  (_, api) => {
    let h: ForgeHarness;

    beforeAll(async () => {
      h = await ForgeHarness.start();
    });
    beforeEach(() => h.choose(api));
    afterAll(() => h.close());

    it('are opened with title, description and labels', async () => {
      const repository = await h.open();
      const opened = await repository.create(WANTED);
      expect(opened).toMatchObject({
        ...BRANCHES,
        state: 'open',
        isFromFork: false,
        url: expect.stringContaining(String(opened.number)),
      });
      expect(h.forge.pulls).toEqual([
        expect.objectContaining({
          title: 'T',
          description: 'D',
          source: 'stage/dev',
          target: 'main',
          labels: api.hasLabels ? ['kargo'] : [],
        }),
      ]);
      await expect(repository.get(opened.number)).resolves.toEqual(opened);
    });

    it('that cannot be opened are told with the words of the host', async () => {
      const repository = await h.open();
      await expect(
        repository.create({ ...WANTED, targetBranch: 'gone' }),
      ).rejects.toThrow(/refused with status 4\d\d: ./);
      expect(h.forge.pulls).toEqual([]);
    });

    it('are found by both branches, all pages of them, and without those of forks', async () => {
      const ours = Array.from({ length: 120 }, () =>
        h.forge.add({ state: 'closed' }),
      );
      h.forge.add({ source: 'other' });
      h.forge.add({ target: 'other' });
      h.forge.add({ isFork: true });
      const open = h.forge.add();
      const found = await (await h.open()).list(BRANCHES);
      expect(found.map(({ number }) => number).sort()).toEqual(
        [...ours, open].map(({ number }) => number).sort(),
      );
      expect(found.find(({ number }) => number === open.number)).toMatchObject({
        headCommit: open.head,
        state: 'open',
      });
    });

    it('are open, closed or merged, and only what is merged has a merge commit', async () => {
      const repository = await h.open();
      const [open, closed, merged] = [
        h.forge.add(),
        h.forge.add({ state: 'closed' }),
        h.forge.add(),
      ];
      h.forge.merge(merged);
      const states = await Promise.all(
        [open, closed, merged].map(async ({ number }) => {
          const { state, mergeCommit } = await repository.get(number);
          return [state, mergeCommit];
        }),
      );
      expect(states).toEqual([
        ['open', undefined],
        ['closed', undefined],
        ['merged', merged.mergeCommit],
      ]);
    });

    it.each([true, false])(
      'are asked for without a check of the certificate when told: %s',
      async insecureSkipTLSVerify => {
        const repository = await h.open({ insecureSkipTLSVerify });
        const pull = await repository.get(h.forge.add().number);
        await repository.merge(pull);
        expect(new Set(h.skipsTLSVerify)).toEqual(
          new Set([insecureSkipTLSVerify]),
        );
      },
    );

    it('that do not exist are told to be missing', async () => {
      await expect((await h.open()).get(404)).rejects.toMatchObject({
        name: 'NotFoundError',
      });
    });

    it('are merged by a method, and tell the commit in full', async () => {
      const pull = h.forge.add();
      const repository = await h.open();
      const outcome = await repository.merge(
        await repository.get(pull.number),
        api.methods.known,
      );
      expect(outcome).toMatchObject({
        kind: 'merged',
        pullRequest: { state: 'merged', mergeCommit: pull.mergeCommit },
      });
      expect(pull).toMatchObject({
        state: 'merged',
        method: api.methods.known,
      });
    });

    it('that are merged already are not merged again', async () => {
      const pull = h.forge.add();
      const repository = await h.open();
      const before = await repository.get(pull.number);
      h.forge.merge(pull);
      h.hosts.asked.length = 0;
      await expect(repository.merge(before)).resolves.toMatchObject({
        kind: 'merged',
        pullRequest: { mergeCommit: pull.mergeCommit },
      });
      expect(h.hosts.asked.map(({ method }) => method)).not.toContain('PUT');
      expect(h.hosts.asked.map(({ method }) => method)).not.toContain('PATCH');
      expect(h.hosts.asked.map(({ method }) => method)).not.toContain('POST');
    });

    it.each([
      [
        'draft',
        { isDraft: true },
        { kind: 'not-ready', reason: 'it is a draft' },
      ],
      [
        'closed one',
        { state: 'closed' as const },
        { kind: 'refused', reason: 'it was closed without being merged' },
      ],
    ])('are not merged as a %s', async (__, given, expected) => {
      const pull = h.forge.add(given);
      const repository = await h.open();
      const found = await repository.get(pull.number);
      await expect(repository.merge(found)).resolves.toMatchObject(expected);
      expect(pull.mergeCommit).toBeUndefined();
    });

    it('are not merged by a method that the host does not have', async () => {
      const pull = h.forge.add();
      const repository = await h.open();
      const found = await repository.get(pull.number);
      const outcome = await repository
        .merge(found, api.methods.unknown)
        .catch(error => ({ kind: error.name, reason: error.message }));
      expect(outcome).toMatchObject({
        kind: expect.stringMatching(/^(refused|InputError)$/),
        reason: expect.stringContaining(api.methods.unknown),
      });
      expect(pull.mergeCommit).toBeUndefined();
    });

    it('say what they wait for', async () => {
      const pull = h.forge.add({
        isDraft: true,
        awaited: ['bob'],
        checks: [
          { name: 'lint', state: 'passed' },
          { name: 'unit', state: 'failed' },
        ],
      });
      const repository = await h.open();
      const found = await repository.get(pull.number);
      const reasons = (await repository.explain(found)).join('; ');
      expect(reasons).toContain('it is a draft');
      expect(reasons).toContain('review awaited from bob');
      expect(reasons).toMatch(/1 of 2 checks failed: unit|its pipeline failed/);
    });

    it('say who is against them', async () => {
      const pull = h.forge.add({ against: ['ann'] });
      const repository = await h.open();
      const found = await repository.get(pull.number);
      const reasons = (await repository.explain(found)).join('; ');
      expect(reasons).toMatch(/changes (are )?requested/);
    });

    it('are asked for their reasons only now and then', async () => {
      const pull = h.forge.add({ isDraft: true });
      const repository = await h.open();
      const found = await repository.get(pull.number);
      await repository.explain(found);
      const asked = h.hosts.asked.length;
      await repository.explain(found);
      expect(h.hosts.asked).toHaveLength(asked);
      h.now += 300_000;
      await repository.explain(found);
      expect(h.hosts.asked.length).toBeGreaterThan(asked);
    });

    describe('whose branch is deleted', () => {
      it('have it no more, and others keep theirs', async () => {
        h.forge.branches.add('stage/dev-2');
        await (await h.open()).deleteBranch('stage/dev');
        expect([...h.forge.branches]).toEqual(['main', 'stage/dev-2']);
      });

      it('may have lost it before', async () => {
        await expect(
          (await h.open()).deleteBranch('gone'),
        ).resolves.toBeUndefined();
      });

      it('keep it when the host says so', async () => {
        h.forge.protected.add('stage/dev');
        await expect(
          (await h.open()).deleteBranch('stage/dev'),
        ).rejects.toThrow('refused');
      });
    });

    describe('of a host that', () => {
      it.each([
        [
          'throttles',
          { status: 429, headers: { 'retry-after': '90' }, body: '' },
          90_000,
        ],
        [
          'is down',
          { status: 502, body: '<html>bad gateway</html>' },
          undefined,
        ],
        [
          'is being maintained',
          { status: 503, headers: { 'retry-after': '120' }, body: '' },
          120_000,
        ],
      ])('%s are asked for later', async (__, reply, afterMs) => {
        h.forge.fault = () => reply;
        await expect((await h.open()).get(7)).rejects.toMatchObject({
          name: 'UpstreamUnavailableError',
          retryAt: afterMs === undefined ? undefined : h.now + afterMs,
        });
      });

      it('answers something else than it documents are asked for later', async () => {
        h.forge.fault = () => jsonReply({ hello: 'world' });
        await expect((await h.open()).get(7)).rejects.toMatchObject({
          name: 'UpstreamUnavailableError',
          message: expect.stringContaining(
            'answered something else than expected',
          ),
        });
      });

      it('does not accept the token name the credentials', async () => {
        h.forge.fault = () => ({ status: 401, body: '' });
        await expect((await h.open()).get(7)).rejects.toMatchObject({
          name: 'CredentialsRejectedError',
          message: expect.stringContaining("the project's git credentials"),
        });
      });
    });

    it('are refused where the URL names no repository', async () => {
      const { protocol, host } = new URL(api.repoURL);
      await expect(
        h.open({ repoURL: `${protocol}//${host}/one` }),
      ).rejects.toMatchObject({ name: 'InputError' });
    });
  },
);

it.each([
  ['me@acme.example', `Basic ${btoa('me@acme.example:secret')}`],
  ['x-token-auth', 'Bearer secret'],
  [undefined, 'Bearer secret'],
])('Bitbucket takes the token of %s as %s', async (username, expected) => {
  const h = await ForgeHarness.start();
  h.choose(bitbucketForge);
  h.username = username;
  h.forge.fault = () => ({ status: 401, body: '' });
  await expect((await h.open()).get(7)).rejects.toThrow(
    expected.startsWith('Basic')
      ? "did not accept the token of the project's git credentials, or"
      : 'an API token wants the e-mail address of its owner as the username',
  );
  expect(h.hosts.asked[0].headers.authorization).toBe(expected);
  await h.close();
});

it.each([
  ['me', `Basic ${btoa('me:secret')}`],
  [undefined, 'token secret'],
])(
  'Gitea takes the password or token of %s as %s',
  async (username, expected) => {
    const h = await ForgeHarness.start();
    h.choose(giteaForge);
    h.username = username;
    h.forge.fault = () => ({ status: 401, body: '' });
    await expect((await h.open()).get(7)).rejects.toThrow('did not accept');
    expect(h.hosts.asked[0].headers.authorization).toBe(expected);
    await h.close();
  },
);
