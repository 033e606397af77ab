import { JsonObject, JsonValue } from 'backstage-plugin-kargo-common';
import {
  HttpClient,
  HttpRequest,
  HttpResponse,
} from 'backstage-plugin-kargo-node';

/** What the clock of the Jira shows, and does not go on. */
export const NOW = Date.UTC(2026, 0, 1);

/** An issue as Jira keeps it. */
export interface StoredIssue {
  key: string;
  fields: JsonObject & { status: { name: string } };
  properties: Record<string, JsonValue>;
}

interface Property {
  key: string;
  value: JsonValue;
}

/** One project of a Jira, in the shapes that version 3 of its API documents. */
export class FakeJira implements HttpClient {
  readonly asked: string[] = [];
  readonly logins = new Set<string | null>();
  /** What stood before the paths of the API. */
  readonly bases = new Set<string>();
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
    const [base, path] = url.href.split('/rest/api/3');
    this.bases.add(base);
    const route = `${request.method} ${path}`;
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
