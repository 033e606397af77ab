import { JsonObject, JsonValue } from 'backstage-plugin-kargo-common';
import {
  pathOf,
  requireSecret,
  RestApi,
  SecretFields,
  StepContext,
  TerminalError,
  toSecretReference,
} from 'backstage-plugin-kargo-node';
import { z } from 'zod';

/** What the step `jira` works with. */
export type JiraContext = StepContext<'controlPlane' | 'http' | 'secrets'>;

const Created = z.object({ key: z.string() });
const Status = z.object({
  fields: z.object({ status: z.object({ name: z.string() }) }),
});
const Transitions = z.object({
  transitions: z.array(
    z.object({ id: z.string(), to: z.object({ name: z.string() }) }),
  ),
});
const Users = z.array(
  z.object({ accountId: z.string(), emailAddress: z.string().optional() }),
);
const IssueBody = z.looseObject({
  key: z.string(),
  properties: z.record(z.string(), z.json()).optional(),
});
const Found = z.object({ issues: z.array(IssueBody) });
const Comments = z.object({
  comments: z.array(z.object({ id: z.string(), created: z.string() })),
});
const MarkedComments = z.object({
  values: z.array(
    z.object({
      id: z.string(),
      properties: z
        .array(z.object({ key: z.string(), value: z.json() }))
        .optional(),
    }),
  ),
});
const CreatedComment = z.object({ id: z.string() });

/** An issue as Jira tells it. */
export type JiraIssue = z.output<typeof IssueBody>;

/** Under which a step marks what it made; programs see it, people do not. */
const MARK = 'kargo.promotion-step';
/** Of Atlassian, for all sites. */
const GATEWAY = 'api.atlassian.com';
const MINUTE_MS = 60_000;
/** Clocks of two hosts differ; what is looked for is told by its mark, not by its time. */
const EARLIER_MS = 10 * MINUTE_MS;
/** Answers that another request would get as well. */
const FINAL = [400, 404, 410, 422];

/**
 * The API of Jira, as far as the step needs it.
 *
 * @remarks
 * What a step creates carries a property of its own, so that it is found again when nobody
 * heard that it was made. Jira finds new issues some seconds after they were made.
 */
export class Jira {
  /** @throws TerminalError when the Secret is not there or lacks a key */
  static async open(
    credentials: SecretFields,
    context: JiraContext,
  ): Promise<Jira> {
    const reference = toSecretReference(credentials);
    const { domain, username, password } = await requireSecret(
      context.secrets,
      reference,
      ['domain', 'username', 'password'],
    );
    const login = Buffer.from(`${username}:${password}`).toString('base64');
    return new Jira(
      new RestApi({
        http: context.http,
        now: context.now,
        subject: 'issue or comment',
        credentials: `the login of Secret "${reference.name}"`,
        final: FINAL,
        baseURL: `${siteOf(domain, reference.name)}/rest/api/3`,
        headers: { authorization: `Basic ${login}` },
      }),
      context,
    );
  }

  private constructor(
    private readonly api: RestApi,
    private readonly context: JiraContext,
  ) {}

  /** Creates an issue, unless this step has done so before. */
  async create(projectKey: string, fields: JsonObject): Promise<string> {
    const found = await this.findCreated(projectKey);
    if (found) {
      return found.key;
    }
    const { key } = await this.api.read(Created, {
      method: 'POST',
      path: '/issue',
      body: {
        fields: { ...fields, project: { key: projectKey } },
        properties: [{ key: MARK, value: this.mark }],
      },
    });
    return key;
  }

  async update(issueKey: string, changes: JsonObject): Promise<void> {
    await this.api.ask({
      method: 'PUT',
      path: pathOf('issue', issueKey),
      body: changes,
    });
  }

  /** Deletes an issue, if it is there. */
  async delete(issueKey: string, deleteSubtasks: boolean): Promise<void> {
    await this.api.ask({
      method: 'DELETE',
      path: pathOf('issue', issueKey),
      query: { deleteSubtasks },
      accept: [404],
    });
  }

  /** The name of the status that an issue is in. */
  async status(issueKey: string): Promise<string> {
    const { fields } = await this.api.read(Status, {
      path: pathOf('issue', issueKey),
      query: { fields: 'status' },
    });
    return fields.status.name;
  }

  /**
   * Moves an issue to a status, if it is in another one.
   *
   * @throws TerminalError when the workflow does not let it
   */
  async moveTo(issueKey: string, status: string): Promise<void> {
    if (isSame(await this.status(issueKey), status)) {
      return;
    }
    const path = `${pathOf('issue', issueKey)}/transitions`;
    const { transitions } = await this.api.read(Transitions, { path });
    const transition = transitions.find(({ to }) => isSame(to.name, status));
    if (!transition) {
      const possible = transitions.map(({ to }) => `"${to.name}"`);
      throw new TerminalError(
        `${issueKey} cannot go to "${status}" from where it is; it can go to ${
          possible.join(', ') || 'no other status'
        }`,
      );
    }
    const { id } = transition;
    await this.api.ask({ method: 'POST', path, body: { transition: { id } } });
  }

  /** @throws TerminalError when there is no such user, or none whom the login may see */
  async accountOf(email: string): Promise<string> {
    const users = await this.api.read(Users, {
      path: '/user/search',
      query: { query: email },
    });
    const user =
      users.find(({ emailAddress = '' }) => isSame(emailAddress, email)) ??
      // Who hides the address is found by it all the same.
      (users.length === 1 && users[0].emailAddress === undefined
        ? users[0]
        : undefined);
    if (!user) {
      throw new TerminalError(`Jira knows no user with the address ${email}`);
    }
    return user.accountId;
  }

  async search(
    jql: string,
    more: { fields?: string[]; expand?: string; maxResults: number },
    properties?: string[],
  ): Promise<JiraIssue[]> {
    const { fields = ['*navigable'], expand, maxResults } = more;
    const { issues } = await this.api.read(Found, {
      method: 'POST',
      path: '/search/jql',
      body: {
        ...{ jql, fields, maxResults },
        ...(expand && { expand }),
        ...(properties && { properties }),
      },
    });
    return issues;
  }

  /** Adds a comment, unless this step has done so before. */
  async comment(issueKey: string, body: JsonObject): Promise<string> {
    const path = `${pathOf('issue', issueKey)}/comment`;
    const found = await this.findComment(path);
    if (found) {
      return found;
    }
    const { id } = await this.api.read(CreatedComment, {
      method: 'POST',
      path,
      body: { body, properties: [{ key: MARK, value: this.mark }] },
    });
    return id;
  }

  /** Deletes a comment, if it is there. */
  async deleteComment(issueKey: string, id: string): Promise<void> {
    await this.api.ask({
      method: 'DELETE',
      path: pathOf('issue', issueKey, 'comment', id),
      accept: [404],
    });
  }

  private async findCreated(
    projectKey: string,
  ): Promise<JiraIssue | undefined> {
    const { now, startedAt } = this.context;
    const minutes = Math.ceil((now() - startedAt + EARLIER_MS) / MINUTE_MS);
    const issues = await this.search(
      `project = ${quote(
        projectKey,
      )} AND creator = currentUser() AND created >= "-${minutes}m" ORDER BY created DESC`,
      { fields: ['summary'], maxResults: 100 },
      [MARK],
    );
    return issues.find(
      ({ properties = {} }) => readMark(properties[MARK]) === this.mark.step,
    );
  }

  private async findComment(path: string): Promise<string | undefined> {
    const { comments } = await this.api.read(Comments, {
      path,
      query: { orderBy: '-created', maxResults: 100 },
    });
    const since = this.context.startedAt - EARLIER_MS;
    const ids = comments
      .filter(({ created }) => Date.parse(created) >= since)
      .map(({ id }) => Number(id));
    if (ids.length === 0) {
      return undefined;
    }
    const { values } = await this.api.read(MarkedComments, {
      method: 'POST',
      path: '/comment/list',
      query: { expand: 'properties' },
      body: { ids },
    });
    return values.find(({ properties = [] }) =>
      properties.some(
        ({ key, value }) => key === MARK && readMark(value) === this.mark.step,
      ),
    )?.id;
  }

  private get mark(): { step: string } {
    const { promotionUid, alias } = this.context;
    return { step: `${promotionUid} ${alias}` };
  }
}

function readMark(value: JsonValue | undefined): unknown {
  return z.object({ step: z.string() }).safeParse(value).data?.step;
}

/**
 * Where Jira's API is: a site, or the gateway, which alone takes tokens with scopes and those
 * of service accounts, and tells sites by their cloud ids.
 *
 * @throws TerminalError when the key `domain` of a Secret is neither
 */
function siteOf(domain: string, secret: string): string {
  const url = domain.includes('://') ? domain : `https://${domain}`;
  if (!URL.canParse(url) || new URL(url).host === '') {
    throw new TerminalError(
      `the key "domain" of Secret "${secret}" is no host such as acme.atlassian.net`,
    );
  }
  const { origin, hostname, pathname } = new URL(url);
  if (hostname !== GATEWAY) {
    return origin;
  }
  const [site] = /^\/ex\/jira\/[^/]+/.exec(pathname) ?? [];
  if (!site) {
    throw new TerminalError(
      `the key "domain" of Secret "${secret}" names no site; write ${GATEWAY}/ex/jira/ and its cloud id, which https://SITE.atlassian.net/_edge/tenant_info tells`,
    );
  }
  return `${origin}${site}`;
}

/** Names of statuses and mail addresses: their case tells nothing. */
export function isSame(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

/** A text in JQL. */
function quote(text: string): string {
  return `"${text.replaceAll(/["\\]/g, '\\$&')}"`;
}
