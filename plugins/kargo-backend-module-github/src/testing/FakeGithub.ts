import { JsonObject } from 'backstage-plugin-kargo-common';
import {
  HttpClient,
  HttpRequest,
  HttpResponse,
} from 'backstage-plugin-kargo-node';

/** The repository that is asked for, whichever. */
const REPO = /^\/repos\/[^/]+\/[^/]+/;

/** An issue as GitHub keeps it. */
export interface StoredIssue {
  number: number;
  title: string;
  body: string | null;
  state: string;
  labels: Array<{ name: string }>;
  assignees: Array<{ login: string }>;
  html_url: string;
}

/** A run of a workflow as GitHub keeps it. */
export interface StoredRun {
  id: number;
  status: string;
  conclusion: string | null;
  created_at: string;
  html_url: string;
}

/** The issues and workflows of one repository, in the shapes that GitHub documents. */
export class FakeGithub implements HttpClient {
  readonly asked: string[] = [];
  readonly issues: StoredIssue[] = [];
  readonly comments: Array<{ id: number; html_url: string; body: string }> = [];
  readonly runs: StoredRun[] = [];
  /** What runs were begun with. */
  readonly dispatched: JsonObject[] = [];
  tokens: Array<string | undefined> = [];
  query: URLSearchParams | undefined;
  /** Whether the answer to what is created is lost on its way. */
  losesAnswers = false;
  refuses: { status: number; message: string } | undefined;

  add(fields: Partial<StoredIssue> = {}): StoredIssue {
    const number = this.issues.length + 1;
    const issue: StoredIssue = {
      ...{ number, title: 'Deploy', body: null, state: 'open' },
      ...{ labels: [], assignees: [] },
      html_url: `https://github.com/acme/web/issues/${number}`,
      ...fields,
    };
    this.issues.push(issue);
    return issue;
  }

  async send(request: HttpRequest): Promise<HttpResponse> {
    const url = new URL(request.url);
    const method = request.method ?? 'GET';
    const headers = request.headers as Record<string, string>;
    this.tokens.push(headers.authorization);
    this.query = url.searchParams;
    const route = `${method} ${url.pathname.replace(REPO, '')}`;
    this.asked.push(route);
    const sent = request.body ? JSON.parse(String(request.body)) : {};
    const [status, body] = this.refuses
      ? [this.refuses.status, { message: this.refuses.message }]
      : this.answer(route, sent);
    if (method === 'POST' && this.losesAnswers) {
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
    const [, number, rest = ''] =
      /^\w+ \/issues\/(\d+)(|\/.*)$/.exec(route) ?? [];
    const issue = this.issues.find(each => each.number === Number(number));
    switch (route.split(' ')[0] + (number ? ` N${rest}` : route.slice(4))) {
      default:
        return this.answerOther(route, sent);
      case 'GET N':
        return issue ? [200, issue] : [404, { message: 'Not Found' }];
      case 'PATCH N': {
        const { assignees, ...fields } = sent;
        Object.assign(issue!, fields);
        if (assignees) {
          issue!.assignees = (assignees as string[]).map(login => ({ login }));
        }
        return [200, issue];
      }
      case 'POST N/labels':
        issue!.labels.push(...names(sent.labels));
        return [200, issue!.labels];
      case 'PUT N/labels':
        issue!.labels = names(sent.labels);
        return [200, issue!.labels];
      case 'GET N/comments':
        return [200, this.comments];
      case 'POST N/comments': {
        const id = 100 + this.comments.length;
        const html_url = `${issue!.html_url}#issuecomment-${id}`;
        this.comments.push({ id, html_url, body: sent.body as string });
        return [201, this.comments.at(-1)];
      }
    }
  }

  private answerOther(route: string, sent: JsonObject): [number, unknown?] {
    const [method, path] = route.split(' ');
    const label = /^\/issues\/(\d+)\/labels\/(.+)$/.exec(path);
    const id = Number(/^\/issues\/comments\/(\d+)$/.exec(path)?.[1]);
    const at = this.comments.findIndex(each => each.id === id);
    if (label) {
      const issue = this.issues[Number(label[1]) - 1];
      const name = decodeURIComponent(label[2]);
      issue.labels = issue.labels.filter(each => each.name !== name);
      return [200, issue.labels];
    }
    if (method === 'GET' && /^\/actions\/workflows\/[^/]+$/.test(path)) {
      return [200, { id: 1 }];
    }
    const run =
      /^\/actions\/(?:workflows\/[^/]+\/)?(dispatches|runs)(?:\/(\d+))?$/.exec(
        path,
      );
    if (run) return this.answerRuns(run[1], Number(run[2]), sent);
    if (path === '/issues' && method === 'GET') return [200, this.issues];
    if (path === '/issues') {
      const { title, body, labels, assignees } = sent;
      const issue = this.add({
        title: title as string,
        body: body as string,
        labels: names(labels),
        assignees: (assignees as string[]).map(login => ({ login })),
      });
      return [201, issue];
    }
    if (path === '/search/issues') return [200, { items: this.issues }];
    if (at < 0) return [404, { message: 'Not Found' }];
    if (method === 'DELETE') {
      this.comments.splice(at, 1);
      return [204];
    }
    this.comments[at].body = sent.body as string;
    return [200, this.comments[at]];
  }

  private answerRuns(
    what: string,
    id: number,
    sent: JsonObject,
  ): [number, unknown?] {
    if (what === 'dispatches') {
      const { return_run_details: isToTell, ...body } = sent;
      const run = this.runs.length + 7;
      this.dispatched.push(body);
      this.runs.push({
        ...{ id: run, status: 'queued', conclusion: null },
        created_at: '2026-01-01T00:00:00Z',
        html_url: 'https://github.com/acme/web/actions/runs/7',
      });
      return isToTell ? [200, { workflow_run_id: run }] : [204];
    }
    if (!id) return [200, { workflow_runs: this.runs }];
    const found = this.runs.find(each => each.id === id);
    return found ? [200, found] : [404, { message: 'Not Found' }];
  }
}

/** Labels as GitHub keeps them. */
function names(labels: unknown) {
  return (labels as string[]).map(name => ({ name }));
}
