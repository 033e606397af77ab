import { SecretText, Step, StepCapability } from 'backstage-plugin-kargo-node';
import { runStep } from 'backstage-plugin-kargo-node/testUtils';
import { JsonObject } from 'backstage-plugin-kargo-common';
import { createIssueStep } from './createIssue';
import {
  addCommentStep,
  deleteCommentStep,
  updateCommentStep,
} from './issueComments';
import { searchIssuesStep } from './searchIssues';
import { FakeGithub, StoredIssue } from './testing/FakeGithub';
import { updateIssueStep } from './updateIssue';
import { waitForIssueStateStep } from './waitForIssueState';

const repoURL = 'https://github.com/acme/web.git';

describe('steps for issues on GitHub', () => {
  let github: FakeGithub;
  let metadata: Array<{ target: object; values: object }>;

  beforeEach(() => {
    github = new FakeGithub();
    metadata = [];
  });

  const run = (step: object, config: JsonObject) =>
    runStep(
      step as Step<Step['config'], StepCapability>,
      { repoURL, ...config },
      {
        http: github,
        credentials: {
          find: async () => ({ password: SecretText.of('t0ken-of-acme') }),
        },
        controlPlane: {
          async setMetadata(target, values) {
            metadata.push({ target, values });
          },
          setFreightAlias: async () => {},
          listRequestedImages: async () => [],
        },
      },
    );

  describe('gh-create-issue', () => {
    it('creates an issue and stores its number with the Freight', async () => {
      const outcome = await run(createIssueStep, {
        title: 'Deploy 1.2.0',
        body: 'Please.',
        labels: ['release'],
        assignees: Array.from({ length: 12 }, (_, at) => `user${at}`),
      });
      const url = 'https://github.com/acme/web/issues/1';
      expect(outcome).toMatchObject({
        kind: 'succeeded',
        output: { number: 1, url },
      });
      expect(github.issues[0]).toMatchObject({
        title: 'Deploy 1.2.0',
        body: expect.stringMatching(
          /^Please\.\n\n<!-- kargo [\w-]+ step-1 -->$/,
        ),
        labels: [{ name: 'release' }],
      });
      expect(github.issues[0].assignees).toHaveLength(10);
      expect(metadata).toEqual([
        {
          target: {
            kind: 'Freight',
            name: 'f5f87aa23c9e97f43eb83dd63768ee41f5ba3766',
          },
          values: { 'github-issue-number': 1 },
        },
      ]);
      expect(github.tokens).toEqual([
        'Bearer t0ken-of-acme',
        'Bearer t0ken-of-acme',
      ]);
    });

    it('creates no second one when nobody heard that the first was made', async () => {
      github.add({ title: 'Deploy 1.2.0', body: 'somebody else' });
      github.losesAnswers = true;
      const config = { title: 'Deploy 1.2.0', issueAlias: 'ticket' };
      await expect(run(createIssueStep, config)).rejects.toThrow('ended');
      expect(await run(createIssueStep, config)).toMatchObject({
        output: { number: 2 },
      });
      expect(github.issues).toHaveLength(2);
      expect(metadata).toMatchObject([{ values: { ticket: 2 } }]);
    });
  });

  describe('gh-update-issue', () => {
    it.each<[string, JsonObject, Partial<StoredIssue>]>([
      ['the title', { title: 'New' }, { title: 'New' }],
      ['an empty body', { body: '' }, { body: '' }],
      ['the state', { state: 'closed' }, { state: 'closed' }],
      [
        'other assignees',
        { assignees: ['b'] },
        { assignees: [{ login: 'b' }] },
      ],
      ['no assignees', { assignees: [] }, { assignees: [] }],
      [
        'labels, of which an added one wins',
        { addLabels: ['c', 'b'], removeLabels: ['a', 'b', 'zz'] },
        { labels: [{ name: 'b' }, { name: 'c' }, { name: 'b' }] },
      ],
      [
        'labels, whatever their case',
        { addLabels: ['C'], removeLabels: ['A', 'c'] },
        { labels: [{ name: 'b' }, { name: 'C' }] },
      ],
      [
        'no labels but these',
        { addLabels: ['c'], removeLabels: ['*'] },
        { labels: [{ name: 'c' }] },
      ],
    ])('sets %s and leaves the rest', async (_, change, expected) => {
      const before = github.add({
        body: 'x',
        labels: [{ name: 'a' }, { name: 'b' }],
        assignees: [{ login: 'a' }],
      });
      const rest = structuredClone(before);
      expect(
        await run(updateIssueStep, { issueNumber: 1, ...change }),
      ).toMatchObject({ kind: 'succeeded' });
      expect(github.issues).toEqual([{ ...rest, ...expected }]);
    });

    it('wants something to change', async () => {
      expect(await run(updateIssueStep, { issueNumber: 1 })).toMatchObject({
        kind: 'failed',
        reason: expect.stringContaining('expected at least one of title, body'),
      });
    });
  });

  describe('gh-search-issues', () => {
    const config: JsonObject[] = [
      { issueNumber: 1 },
      { query: 'label:release' },
    ];
    it.each(config)('finds by %j', async by => {
      github.add({
        body: 'Please.\n\n<!-- kargo b6a1 step-1 -->',
        labels: [{ name: 'release' }],
        assignees: [{ login: 'ann' }],
      });
      expect(await run(searchIssuesStep, by)).toMatchObject({
        output: {
          issues: [
            {
              ...{ number: 1, title: 'Deploy', body: 'Please.', state: 'open' },
              ...{ labels: ['release'], assignees: ['ann'] },
              url: 'https://github.com/acme/web/issues/1',
            },
          ],
        },
      });
    });

    it.each([
      ['label:a', 'label:a repo:acme/web is:issue'],
      ['label:a is:pr', 'label:a is:pr repo:acme/web'],
    ])('searches %s in the repository alone', async (query, q) => {
      await run(searchIssuesStep, { query });
      expect(Object.fromEntries(github.query ?? [])).toEqual({
        ...{ q, per_page: '30' },
      });
    });

    it('gives no issue of another repository, whatever GitHub finds', async () => {
      github.add({ html_url: 'https://github.com/Acme/Web/issues/1' });
      github.add({ html_url: 'https://github.com/acme/web-secrets/issues/1' });
      github.add({ html_url: 'https://github.com/other/web/issues/1' });
      const outcome = await run(searchIssuesStep, { query: 'a' });
      expect(outcome).toMatchObject({
        output: {
          issues: [{ url: 'https://github.com/Acme/Web/issues/1' }],
        },
      });
    });

    it.each<[JsonObject, string]>([
      [{}, 'give exactly one of "issueNumber" and "query"'],
      [{ issueNumber: 1, query: 'a' }, 'Must validate one and only one schema'],
      ...[
        'a repo:other/one',
        'a OR (repo:other/one)',
        'a OR REPO:other/one',
        'a org:other',
        '(user:other)',
      ].map<[JsonObject, string]>(query => [{ query }, 'leave out "repo:"']),
    ])('refuses %j', async (by, reason) => {
      expect(await run(searchIssuesStep, by)).toMatchObject({
        kind: 'failed',
        reason: expect.stringContaining(reason),
      });
    });
  });

  it('adds one comment, also when its answer is lost, changes it and deletes it', async () => {
    github.add();
    github.losesAnswers = true;
    const config = { issueNumber: 1, body: 'On its way.' };
    await expect(run(addCommentStep, config)).rejects.toThrow('ended');
    const output = {
      commentID: 100,
      url: 'https://github.com/acme/web/issues/1#issuecomment-100',
    };
    expect(await run(addCommentStep, config)).toMatchObject({ output });
    expect(github.comments).toHaveLength(1);
    expect(
      await run(updateCommentStep, { commentID: 100, body: 'Done.' }),
    ).toMatchObject({ output });
    expect(github.comments).toMatchObject([{ body: 'Done.' }]);
    await run(deleteCommentStep, { commentID: 100 });
    expect(github.comments).toEqual([]);
    // Again, as after a crash.
    expect(await run(deleteCommentStep, { commentID: 100 })).toEqual({
      kind: 'succeeded',
    });
  });

  describe('gh-wait-for-issue-state', () => {
    const wait = (more: JsonObject = {}) =>
      run(waitForIssueStateStep, {
        issueNumber: 1,
        successExpression: 'issue.state == "closed"',
        ...more,
      });

    it.each<[string, JsonObject, object]>([
      ['open', {}, { kind: 'waiting', checkAgainInMs: 300_000 }],
      ['open', { pollInterval: '30s' }, { checkAgainInMs: 30_000 }],
      ['closed', {}, { kind: 'succeeded' }],
      [
        'closed',
        { failureExpression: '"rejected" in issue.labels' },
        { kind: 'failed', final: true },
      ],
    ])('of one that is %s, with %j: %j', async (state, more, expected) => {
      github.add({ state, labels: [{ name: 'rejected' }] });
      expect(await wait(more)).toMatchObject(expected);
    });

    it('refuses what is no expression before it asks', async () => {
      await expect(
        wait({ successExpression: 'issue.state ==' }),
      ).rejects.toMatchObject({ name: 'TerminalError' });
      expect(github.asked).toEqual([]);
    });
  });

  it.each([
    [404, 'TerminalError'],
    [422, 'TerminalError'],
    [401, 'CredentialsRejectedError'],
    [429, 'UpstreamUnavailableError'],
    [503, 'UpstreamUnavailableError'],
  ])('an answer %s is a %s that tells no secret', async (status, name) => {
    github.refuses = { status, message: 'Validation Failed' };
    const error = await run(createIssueStep, { title: 'a' }).catch(e => e);
    expect(error).toMatchObject({ name });
    expect(String(error)).not.toContain('t0ken-of-acme');
  });
});
