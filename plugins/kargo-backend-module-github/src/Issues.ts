import { JsonObject } from 'backstage-plugin-kargo-common';
import { StepContext } from 'backstage-plugin-kargo-node';
import { z } from 'zod';
import {
  GithubRepository,
  openRepository,
  RepositoryConfig,
} from './GithubRepository';

const IssueBody = z.object({
  number: z.int(),
  title: z.string(),
  body: z.string().nullish(),
  state: z.string(),
  labels: z.array(
    z.union([z.string(), z.object({ name: z.string().nullish() })]),
  ),
  assignees: z.array(z.object({ login: z.string() })).nullish(),
  html_url: z.string(),
});
const CommentBody = z.object({
  id: z.int(),
  html_url: z.string(),
  body: z.string().nullish(),
});
const Found = z.object({ items: z.array(IssueBody) });

/** An issue as steps and expressions see it: plain texts and lists of them. */
export interface Issue {
  number: number;
  title: string;
  body: string;
  state: string;
  labels: string[];
  assignees: string[];
  url: string;
}

/** A comment of an issue or a pull request. */
export interface Comment {
  id: number;
  url: string;
}

const PAGE = 100;
/** The most that a search is to give. */
const MAX_FOUND = 30;
/** Clocks of two hosts differ; what is looked for is told by its mark, not by its time. */
const EARLIER_MS = 10 * 60_000;

/**
 * GitHub's API for the issues of one repository.
 *
 * @remarks
 * What a step creates carries a mark of its own, a comment that GitHub does not show, so
 * that it is found again when nobody heard that it was made.
 */
export class Issues {
  /** @throws TerminalError when the address names no repository */
  static async open(
    config: RepositoryConfig,
    context: StepContext<'credentials' | 'http'>,
  ): Promise<Issues> {
    return new Issues(await openRepository(config, context, 'issue'), context);
  }

  private constructor(
    private readonly repository: GithubRepository,
    private readonly context: StepContext,
  ) {}

  async get(number: number): Promise<Issue> {
    const { api } = this.repository;
    return toIssue(await api.read(IssueBody, { path: this.pathOf(number) }));
  }

  /** At most thirty, the best first; GitHub's index follows some seconds behind. */
  async search(query: string): Promise<Issue[]> {
    const { api, owner, name } = this.repository;
    const isKind = /(^|\s)(is|type):/.test(query);
    const { items } = await api.read(Found, {
      path: '/search/issues',
      query: {
        q: `${query} repo:${owner}/${name}${isKind ? '' : ' is:issue'}`,
        per_page: MAX_FOUND,
      },
    });
    // Whatever a query makes GitHub look through, another repository's issues are none of it.
    const own = `/${owner}/${name}/`.toLowerCase();
    return items
      .filter(({ html_url: page }) =>
        new URL(page).pathname.toLowerCase().startsWith(own),
      )
      .map(toIssue);
  }

  /** Creates an issue, unless this step has done so before. */
  async create(fields: JsonObject & { body: string }): Promise<Issue> {
    const { api, path } = this.repository;
    const list = await this.findMarked(z.array(IssueBody), `${path}/issues`, {
      state: 'all',
    });
    const found =
      list ??
      (await api.read(IssueBody, {
        method: 'POST',
        path: `${path}/issues`,
        body: { ...fields, body: this.mark(fields.body) },
      }));
    return toIssue(found);
  }

  async update(number: number, fields: JsonObject): Promise<void> {
    await this.repository.api.ask({
      method: 'PATCH',
      path: this.pathOf(number),
      body: fields,
    });
  }

  async addLabels(number: number, labels: string[]): Promise<void> {
    await this.repository.api.ask({
      method: 'POST',
      path: `${this.pathOf(number)}/labels`,
      body: { labels },
    });
  }

  /** Leaves these labels and no others. */
  async setLabels(number: number, labels: string[]): Promise<void> {
    await this.repository.api.ask({
      method: 'PUT',
      path: `${this.pathOf(number)}/labels`,
      body: { labels },
    });
  }

  /** Takes a label away, if it is there. */
  async removeLabel(number: number, label: string): Promise<void> {
    await this.repository.api.ask({
      method: 'DELETE',
      path: `${this.pathOf(number)}/labels/${encodeURIComponent(label)}`,
      accept: [404],
    });
  }

  /** Adds a comment, unless this step has done so before. */
  async comment(number: number, body: string): Promise<Comment> {
    const path = `${this.pathOf(number)}/comments`;
    const found =
      (await this.findMarked(z.array(CommentBody), path, {})) ??
      (await this.repository.api.read(CommentBody, {
        method: 'POST',
        path,
        body: { body: this.mark(body) },
      }));
    return toComment(found);
  }

  async updateComment(id: number, body: string): Promise<Comment> {
    const updated = await this.repository.api.read(CommentBody, {
      method: 'PATCH',
      path: this.commentPath(id),
      body: { body },
    });
    return toComment(updated);
  }

  /** Deletes a comment, if it is there. */
  async deleteComment(id: number): Promise<void> {
    await this.repository.api.ask({
      method: 'DELETE',
      path: this.commentPath(id),
      accept: [404],
    });
  }

  /** What this step made in an attempt whose end nobody saw. */
  private async findMarked<T extends { body?: string | null }>(
    schema: z.ZodType<T[]>,
    path: string,
    query: Record<string, string>,
  ): Promise<T | undefined> {
    const since = new Date(this.context.startedAt - EARLIER_MS).toISOString();
    const all = await this.repository.api.readPages(
      schema,
      { path, query: { ...query, since, per_page: PAGE } },
      (_, items, page) =>
        items.length < PAGE ? undefined : { page: page + 1 },
    );
    return all.find(({ body }) => body?.includes(this.markText));
  }

  private mark(body: string): string {
    return `${body}${body && '\n\n'}${this.markText}`;
  }

  private get markText(): string {
    const { promotionUid, alias } = this.context;
    return `<!-- kargo ${promotionUid} ${encodeURIComponent(alias)} -->`;
  }

  private pathOf(number: number): string {
    return `${this.repository.path}/issues/${number}`;
  }

  private commentPath(id: number): string {
    return `${this.repository.path}/issues/comments/${id}`;
  }
}

/** A mark of ours is nothing that anybody wrote. */
function toIssue(issue: z.output<typeof IssueBody>): Issue {
  const { number, title, state, labels, assignees, html_url: url } = issue;
  return {
    ...{ number, title, state, url },
    body: (issue.body ?? '').replace(
      /(?:\n\n)?<!-- kargo [^ ]+ [^ ]+ -->$/,
      '',
    ),
    labels: labels.flatMap(label =>
      typeof label === 'string' ? label : label.name ?? [],
    ),
    assignees: (assignees ?? []).map(({ login }) => login),
  };
}

function toComment({ id, html_url: url }: z.output<typeof CommentBody>) {
  return { id, url };
}
