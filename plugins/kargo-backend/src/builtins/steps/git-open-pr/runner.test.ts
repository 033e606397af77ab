import { JsonObject } from 'backstage-plugin-kargo-common';
import { FORGES, ForgeHarness } from '../../../testing/ForgeHarness';
import { jsonReply } from '../../../testing/FakeHosts';
import { ForgeApi, idOf } from '../../../testing/forges/Forge';
import { githubForge } from '../../../testing/forges/github';
import { giteaForge } from '../../../testing/forges/gitea';
import { gitOpenPrStep } from './runner';

jest.setTimeout(120_000);

const BRANCHES = { sourceBranch: 'stage/dev', targetBranch: 'main' };

describe('git-open-pr', () => {
  let h: ForgeHarness;

  beforeAll(async () => {
    h = await ForgeHarness.start();
  });
  beforeEach(() => h.choose(githubForge));
  afterAll(() => h.close());

  const run = (
    config: JsonObject = {},
    facts: Parameters<ForgeHarness['run']>[2] = {},
  ) => h.run(gitOpenPrStep, { ...BRANCHES, ...config }, facts);

  it.each(FORGES.map((api): [string, ForgeApi] => [api.id, api]))(
    'opens one on %s, and finds its own when it runs again',
    async (_, api) => {
      h.choose(api);
      const outcome = await run({ labels: ['kargo'] });
      const [pull] = h.forge.pulls;
      expect(outcome).toEqual({
        kind: 'succeeded',
        output: { pr: { id: pull.number, url: expect.any(String) } },
      });
      // As after a crash before the output was written down, with another commit.
      h.heads['stage/dev'] = { ...h.heads['stage/dev'], commit: idOf('again') };
      await expect(run({ labels: ['kargo'] })).resolves.toEqual(outcome);
      expect(h.forge.pulls).toHaveLength(1);
    },
  );

  it('asks nobody when it knows its own already', async () => {
    const previousOutput = { pr: { id: 7, url: 'u' } };
    await expect(run({}, { previousOutput })).resolves.toEqual({
      kind: 'succeeded',
      output: previousOutput,
    });
    expect(h.requests).toEqual([]);
  });

  it('does not guess at an output of another form', async () => {
    await expect(run({}, { previousOutput: { pr: {} } })).rejects.toThrow(
      'has no pr.id',
    );
  });

  it('adopts one that was merged with this very commit', async () => {
    const pull = h.forge.add({ head: idOf('proposal') });
    h.forge.merge(pull);
    await expect(run()).resolves.toMatchObject({
      output: { pr: { id: pull.number } },
    });
  });

  it.each([
    [
      'was closed without being merged',
      { state: 'closed', head: idOf('proposal') },
    ],
    ['was merged with another commit', { state: 'merged' }],
    ['goes to another branch', { target: 'other' }],
    ['is of a fork', { isFork: true }],
  ] as const)('opens a new one beside one that %s', async (_, given) => {
    h.forge.add(given);
    await expect(run()).resolves.toMatchObject({ kind: 'succeeded' });
    expect(h.forge.pulls).toHaveLength(2);
  });

  it('is skipped where both branches have the same content', async () => {
    h.heads.main = { ...h.heads.main, tree: h.heads['stage/dev'].tree };
    await expect(run()).resolves.toEqual({
      kind: 'skipped',
      reason: 'branches "stage/dev" and "main" have the same content',
    });
    expect(h.forge.pulls).toEqual([]);
  });

  it.each([['stage/dev'], ['main']])(
    'is an error when branch %s does not exist',
    async branch => {
      delete h.heads[branch];
      await expect(run()).rejects.toThrow(
        `branch "${branch}" does not exist at the remote`,
      );
    },
  );

  it('takes branches by their full names', async () => {
    await run({ sourceBranch: 'refs/heads/stage/dev' });
    expect(h.forge.pulls[0].source).toBe('stage/dev');
  });

  it.each<[string, JsonObject, string, string]>([
    ['nothing is given', {}, 'Update shop to 1.2.3', '\nwith a body\n'],
    [
      'a title is given',
      { title: 'T' },
      'T',
      'Update shop to 1.2.3\n\nwith a body\n',
    ],
    [
      'a description is given',
      { description: 'D' },
      'Update shop to 1.2.3',
      'D',
    ],
  ])(
    'takes the words from the newest commit when %s',
    async (_, config, title, description) => {
      await run(config);
      expect(h.forge.pulls[0]).toMatchObject({ title, description });
    },
  );

  it('takes a message of one line for a title alone', async () => {
    h.heads['stage/dev'] = { ...h.heads['stage/dev'], message: 'one\n' };
    await run();
    expect(h.forge.pulls[0]).toMatchObject({ title: 'one', description: '' });
  });

  it('links to the Stage', async () => {
    await run({ description: 'D' }, { uiBaseURL: 'https://k' });
    expect(h.forge.pulls[0].description).toBe(
      'D\n\n[View in Kargo UI](https://k/project/proj/stage/dev)',
    );
  });

  it('finds the one whose labels could not be set, and ends well', async () => {
    h.forge.fault = ({ url }) =>
      url.pathname.endsWith('/labels') ? jsonReply({}, 502) : undefined;
    await expect(run({ labels: ['kargo'] })).rejects.toMatchObject({
      name: 'UpstreamUnavailableError',
    });
    h.forge.fault = undefined;
    await expect(run({ labels: ['kargo'] })).resolves.toMatchObject({
      output: { pr: { id: h.forge.pulls[0].number } },
    });
    expect(h.forge.pulls).toHaveLength(1);
  });

  it('opens none on Gitea with a label that is not there', async () => {
    h.choose(giteaForge);
    await expect(run({ labels: ['x'] })).rejects.toThrow(
      'the repository has no label "x"',
    );
    expect(h.forge.pulls).toEqual([]);
  });

  it.each<[string, JsonObject]>([
    ['a URL in SCP form', { repoURL: 'git@github.com:o/r' }],
    ['no source', { sourceBranch: '' }],
    ['an empty label', { labels: [''] }],
    ['a tag as the source', { sourceBranch: 'refs/tags/v1' }],
    ['a tag as the target', { targetBranch: 'refs/tags/v1' }],
    ['a field that is gone', { createTargetBranch: true }],
  ])('refuses %s', async (_, config) => {
    await expect(run(config)).resolves.toMatchObject({
      kind: 'failed',
      final: true,
      reason: expect.stringMatching(/^invalid git-open-pr config: /),
    });
  });
});
