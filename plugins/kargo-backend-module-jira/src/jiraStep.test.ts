import { JsonObject, JsonValue } from 'backstage-plugin-kargo-common';
import {
  HttpClient,
  HttpRequest,
  HttpResponse,
  SecretReference,
  SecretText,
} from 'backstage-plugin-kargo-node';
import { runStep } from 'backstage-plugin-kargo-node/testUtils';
import { toDocument } from './documents';
import { jiraStep } from './jiraStep';

const NOW = Date.UTC(2026, 0, 1);
const LOGIN = `Basic ${Buffer.from('bot:pa55word').toString('base64')}`;

interface StoredIssue {
  key: string;
  fields: JsonObject & { status: { name: string } };
  properties: Record<string, JsonValue>;
}
interface Property {
  key: string;
  value: JsonValue;
}

/** One project of a Jira, in the shapes that version 3 of its API documents. */
class FakeJira implements HttpClient {
  readonly asked: string[] = [];
  readonly logins = new Set<string | null>();
  readonly issues: StoredIssue[] = [];
  readonly comments: Array<{
    id: string;
    created: string;
    body: JsonValue;
    properties: Property[];
  }> = [];
  readonly bodies: JsonObject[] = [];
  users: Array<{ accountId: string; emailAddress?: string }> = [];
  /** Whether the answer to what is created is lost on its way. */
  losesAnswers = false;
  refuses: { status: number; body: JsonObject } | undefined;

  add(fields: JsonObject = {}): StoredIssue {
    const issue = {
      key: `WEB-${this.issues.length + 1}`,
      fields: { status: { name: 'To Do' }, ...fields },
      properties: {},
    };
    this.issues.push(issue);
    return issue;
  }

  async send(request: HttpRequest): Promise<HttpResponse> {
    const url = new URL(request.url);
    this.logins.add(new Headers(request.headers as never).get('authorization'));
    const route = `${request.method} ${url.pathname.replace(
      '/rest/api/3',
      '',
    )}${url.search}`;
    this.asked.push(route);
    const sent: JsonObject = JSON.parse(String(request.body ?? '{}'));
    if (request.body) this.bodies.push(sent);
    const [status, body] = this.refuses
      ? [this.refuses.status, this.refuses.body]
      : this.answer(route, sent);
    if (status === 201 && this.losesAnswers) {
      this.losesAnswers = false;
      throw new Error('the connection ended');
    }
    return {
      ...{ status, url, headers: {} },
      body: Buffer.from(body === undefined ? '' : JSON.stringify(body)),
    };
  }

  open(): never {
    throw new Error('not asked for');
  }

  private answer(route: string, sent: JsonObject): [number, unknown?] {
    const key = /\/issue\/([^/?]+)/.exec(route)?.[1];
    const issue = this.issues.find(each => each.key === key);
    if (key && !issue) {
      return [404, { errorMessages: ['Issue does not exist'], errors: {} }];
    }
    switch (route.replace(`/issue/${key}`, '/issue/K').replace(/\?.*/, '')) {
      case 'POST /issue': {
        const made = this.add(sent.fields as JsonObject);
        for (const { key: name, value } of sent.properties as never[]) {
          made.properties[name] = value;
        }
        return [201, { id: '1', key: made.key, self: '' }];
      }
      case 'GET /issue/K':
        return [200, issue];
      case 'PUT /issue/K':
        Object.assign(issue!.fields, sent.fields);
        return [204];
      case 'DELETE /issue/K':
        this.issues.splice(this.issues.indexOf(issue!), 1);
        return [204];
      case 'GET /issue/K/transitions':
        return [200, { transitions: [{ id: '31', to: { name: 'Done' } }] }];
      case 'POST /issue/K/transitions':
        issue!.fields.status = { name: 'Done' };
        return [204];
      case 'POST /search/jql':
        return [200, { issues: this.issues, isLast: true }];
      case 'GET /user/search':
        return [200, this.users];
      default:
        return this.answerComments(route, sent);
    }
  }

  private answerComments(route: string, sent: JsonObject): [number, unknown?] {
    if (/^POST .*\/comment$/.test(route)) {
      this.comments.push({
        id: `${10 + this.comments.length}`,
        created: new Date(NOW).toISOString(),
        body: sent.body,
        properties: sent.properties as never[],
      });
      return [201, { id: this.comments.at(-1)?.id }];
    }
    if (/^GET .*\/comment\?/.test(route)) {
      return [200, { comments: this.comments }];
    }
    if (route === 'POST /comment/list?expand=properties') {
      return [200, { values: this.comments }];
    }
    const id = /^DELETE .*\/comment\/(.+)$/.exec(route)?.[1];
    const at = this.comments.findIndex(each => each.id === id);
    return at < 0 ? [404, {}] : (this.comments.splice(at, 1), [204]);
  }
}

describe('jira', () => {
  let jira: FakeJira;
  let metadata: JsonObject[];
  let asked: SecretReference[];

  beforeEach(() => {
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
              domain: SecretText.of('acme.atlassian.net'),
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

  it.each<[JsonObject, string]>([
    [{}, 'expected exactly one of createIssue, updateIssue'],
    [
      {
        deleteComment: { issueKey: 'A-1', commentID: '1' },
        deleteIssue: { issueKey: 'A-1' },
      },
      'expected exactly one of',
    ],
    [{ commentOnIssue: { issueKey: 'A-1' } }, 'Must validate one and only one'],
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
