import { JsonObject } from 'backstage-plugin-kargo-common';
import { SecretReference, SecretText } from 'backstage-plugin-kargo-node';
import { runStep } from 'backstage-plugin-kargo-node/testUtils';
import { toDocument } from './documents';
import { jiraStep } from './jiraStep';
import { FakeJira, NOW } from './testing/FakeJira';

const LOGIN = `Basic ${Buffer.from('bot:pa55word').toString('base64')}`;

describe('jira', () => {
  let jira: FakeJira;
  let metadata: JsonObject[];
  let asked: SecretReference[];
  let domain: string;

  beforeEach(() => {
    domain = 'acme.atlassian.net';
    jira = new FakeJira();
    metadata = [];
    asked = [];
  });

  const run = (
    operation: JsonObject,
    credentials: JsonObject = { secretName: 'jira' },
  ) =>
    runStep(
      jiraStep,
      { credentials, ...operation },
      {
        http: jira,
        now: () => NOW,
        startedAt: NOW,
        secrets: {
          async find(reference) {
            asked.push(reference);
            return {
              domain: SecretText.of(domain),
              username: SecretText.of('bot'),
              password: SecretText.of('pa55word'),
            };
          },
        },
        controlPlane: {
          async setMetadata({ kind }, values) {
            metadata.push({ [kind]: values });
          },
          setFreightAlias: async () => {},
          listRequestedImages: async () => [],
        },
      },
    );

  describe('createIssue', () => {
    it('creates an issue and stores its key with the Freight', async () => {
      jira.users = [{ accountId: 'a1', emailAddress: 'Ann@acme.example' }];
      const outcome = await run({
        createIssue: {
          projectKey: 'WEB',
          summary: 'Release 1.2.0',
          description: 'Please look.\nSoon.\n\nThanks.',
          assigneeEmail: 'ann@acme.example',
          labels: ['release'],
          customFields: { customfield_10010: { value: 'x' } },
        },
      });
      expect(outcome).toMatchObject({
        kind: 'succeeded',
        output: { key: 'WEB-1' },
      });
      expect(jira.issues[0].fields).toMatchObject({
        project: { key: 'WEB' },
        summary: 'Release 1.2.0',
        description: toDocument('Please look.\nSoon.\n\nThanks.'),
        issuetype: { name: 'Task' },
        assignee: { accountId: 'a1' },
        labels: ['release'],
        customfield_10010: { value: 'x' },
      });
      expect(metadata).toEqual([{ Freight: { 'jira-issue-key': 'WEB-1' } }]);
    });

    it('creates no second one when nobody heard that the first was made', async () => {
      jira.add({ summary: 'Release' });
      jira.losesAnswers = true;
      const createIssue = {
        projectKey: 'WEB',
        summary: 'Release',
        issueAlias: 'ticket',
      };
      await expect(run({ createIssue })).rejects.toThrow('ended');
      expect(await run({ createIssue })).toMatchObject({
        output: { key: 'WEB-2' },
      });
      expect(jira.issues).toHaveLength(2);
      expect(metadata).toEqual([{ Freight: { ticket: 'WEB-2' } }]);
      expect(jira.bodies[0].jql).toBe(
        'project = "WEB" AND creator = currentUser() AND created >= "-10m" ORDER BY created DESC',
      );
    });

    it('says whom Jira does not know', async () => {
      jira.users = [{ accountId: 'b', emailAddress: 'bob@acme.example' }];
      await expect(
        run({
          createIssue: {
            ...{ projectKey: 'WEB', summary: 'a' },
            assigneeEmail: 'ann@acme.example',
          },
        }),
      ).rejects.toMatchObject({
        name: 'TerminalError',
        message: 'Jira knows no user with the address ann@acme.example',
      });
      expect(jira.issues).toEqual([]);
    });
  });

  describe('updateIssue', () => {
    it('changes what is given', async () => {
      jira.add({ summary: 'old', labels: ['a'] });
      await run({
        updateIssue: {
          issueKey: 'WEB-1',
          summary: 'new',
          addLabels: ['b', 'c'],
          removeLabels: ['a', 'c'],
          status: 'done',
        },
      });
      expect(jira.issues[0].fields).toMatchObject({
        summary: 'new',
        status: { name: 'Done' },
      });
      expect(jira.bodies[0]).toEqual({
        fields: { summary: 'new' },
        update: { labels: [{ remove: 'a' }, { add: 'b' }, { add: 'c' }] },
      });
      expect(jira.bodies[1]).toEqual({ transition: { id: '31' } });
    });

    it('leaves a status that it is in already', async () => {
      jira.add({ status: { name: 'Done' } });
      await run({ updateIssue: { issueKey: 'WEB-1', status: 'Done' } });
      expect(jira.asked).toEqual(['GET /issue/WEB-1?fields=status']);
    });

    it('says where an issue can go instead', async () => {
      jira.add();
      await expect(
        run({ updateIssue: { issueKey: 'WEB-1', status: 'Closed' } }),
      ).rejects.toMatchObject({
        name: 'TerminalError',
        message:
          'WEB-1 cannot go to "Closed" from where it is; it can go to "Done"',
      });
    });
  });

  it('deletes an issue, also a second time', async () => {
    jira.add();
    const deleteIssue = { issueKey: 'WEB-1', deleteSubtasks: true };
    await run({ deleteIssue });
    expect(jira.asked).toEqual(['DELETE /issue/WEB-1?deleteSubtasks=true']);
    expect(await run({ deleteIssue })).toEqual({ kind: 'succeeded' });
  });

  describe('searchIssue', () => {
    const search = (more: JsonObject = {}) =>
      run({ searchIssue: { jql: 'labels = release', ...more } });

    it.each<[count: number, more: JsonObject, expected: object]>([
      [0, {}, { kind: 'failed', reason: 'no issue matches the query' }],
      [1, {}, { kind: 'succeeded', output: { issue: { key: 'WEB-1' } } }],
      [2, {}, { kind: 'failed', final: true }],
      [
        2,
        { expectMultiple: true },
        { kind: 'succeeded', output: { issue: { key: 'WEB-1' } } },
      ],
    ])('of %i that match, with %j: %j', async (count, more, expected) => {
      for (let at = 0; at < count; at++) jira.add();
      expect(await search(more)).toMatchObject(expected);
    });

    it('asks for the fields and what is to be expanded', async () => {
      jira.add();
      await search({ fields: ['status'], expands: ['names', 'changelog'] });
      expect(jira.bodies).toEqual([
        {
          jql: 'labels = release',
          fields: ['status'],
          expand: 'names,changelog',
          maxResults: 2,
        },
      ]);
    });
  });

  it('adds one comment, also when its answer is lost, and deletes it', async () => {
    jira.add();
    jira.losesAnswers = true;
    const commentOnIssue = { issueKey: 'WEB-1', body: 'On its way.' };
    await expect(run({ commentOnIssue })).rejects.toThrow('ended');
    expect(await run({ commentOnIssue })).toEqual({
      kind: 'succeeded',
      output: { commentID: '10' },
    });
    expect(jira.comments).toMatchObject([{ body: toDocument('On its way.') }]);
    const deleteComment = { issueKey: 'WEB-1', commentID: '10' };
    await run({ deleteComment });
    expect(jira.comments).toEqual([]);
    expect(await run({ deleteComment })).toEqual({ kind: 'succeeded' });
  });

  it.each<[status: string, more: JsonObject, expected: object]>([
    ['Done', {}, { kind: 'succeeded' }],
    ['Done', { expectedStatus: 'done' }, { kind: 'succeeded' }],
    ['To Do', {}, { kind: 'waiting', checkAgainInMs: 300_000 }],
    ['To Do', { pollInterval: '30s' }, { checkAgainInMs: 30_000 }],
  ])('waits for Done from %s, with %j: %j', async (name, more, expected) => {
    jira.add({ status: { name } });
    const waitForStatus = {
      issueKey: 'WEB-1',
      expectedStatus: 'Done',
      ...more,
    };
    expect(await run({ waitForStatus })).toMatchObject(expected);
  });

  it.each([
    [{ secretName: 'jira' }, { name: 'jira' }],
    [{ sharedSecretName: 'jira' }, { name: 'jira', shared: true }],
  ])('logs in with %j', async (credentials, reference) => {
    jira.add();
    await run({ searchIssue: { jql: 'a = b' } }, credentials);
    expect(asked).toEqual([reference]);
    expect([...jira.logins]).toEqual([LOGIN]);
  });

  it.each([
    ['acme.atlassian.net', 'https://acme.atlassian.net'],
    ['https://acme.atlassian.net/jira/your-work', 'https://acme.atlassian.net'],
    [
      'api.atlassian.com/ex/jira/11223344-a1b2',
      'https://api.atlassian.com/ex/jira/11223344-a1b2',
    ],
    [
      'https://api.atlassian.com/ex/jira/11223344-a1b2/rest/api/3/',
      'https://api.atlassian.com/ex/jira/11223344-a1b2',
    ],
  ])('asks the site of domain %s at %s', async (told, base) => {
    domain = told;
    jira.add();
    await run({ searchIssue: { jql: 'a = b' } });
    expect([...jira.bases]).toEqual([base]);
  });

  it.each([
    'https://',
    'api.atlassian.com',
    'https://api.atlassian.com/ex/jira/',
  ])('asks nobody with domain %s, and says what to write', async told => {
    domain = told;
    await expect(run({ searchIssue: { jql: 'a = b' } })).rejects.toMatchObject({
      name: 'TerminalError',
      message: expect.stringContaining('the key "domain" of Secret "jira"'),
    });
    expect(jira.asked).toEqual([]);
  });

  it.each<[JsonObject, string]>([
    [{}, 'expected exactly one of createIssue, updateIssue'],
    [
      {
        deleteComment: { issueKey: 'A-1', commentID: '1' },
        deleteIssue: { issueKey: 'A-1' },
      },
      'expected exactly one of',
    ],
    [
      { commentOnIssue: { issueKey: 'A-1' } },
      'give exactly one of "body" and "adfBody"',
    ],
    [{ credentials: {}, deleteIssue: { issueKey: 'A-1' } }, 'credentials'],
  ])('refuses %j', async (config, reason) => {
    expect(await run(config)).toMatchObject({
      kind: 'failed',
      reason: expect.stringContaining(reason),
    });
  });

  it.each([
    [400, 'TerminalError'],
    [404, 'TerminalError'],
    [401, 'CredentialsRejectedError'],
    [429, 'UpstreamUnavailableError'],
    [503, 'UpstreamUnavailableError'],
  ])('an answer %s is a %s in its words', async (status, name) => {
    jira.refuses = {
      status,
      body: { errorMessages: ['The value does not exist'], errors: {} },
    };
    const error = await run({ searchIssue: { jql: 'a = b' } }).catch(e => e);
    expect(error).toMatchObject({
      name,
      message: expect.stringContaining('The value does not exist'),
    });
    expect(String(error)).not.toContain('pa55word');
  });
});
