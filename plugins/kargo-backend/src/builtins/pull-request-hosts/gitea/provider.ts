import { InputError } from '@backstage/errors';
import {
  branchPath,
  isHostRefusal,
  MergeOutcome,
  NewPullRequest,
  pathOf,
  PullRequest,
  PullRequestConnection,
  PullRequestProvider,
  PullRequestRepository,
  readOwnerAndName,
  RestApi,
} from 'backstage-plugin-kargo-node';
import { z } from 'zod';
import { basicLogin } from '../shared/basicLogin';
import { isBetween } from '../shared/isBetween';
import { assertMergeMethod, refusedMerge } from '../shared/merging';
import { openHostApi } from '../shared/openHostApi';
import { describeChecks, describeReviews } from '../shared/words';

const Side = z.object({
  ref: z.string(),
  sha: z.string().nullish(),
  repo_id: z.int().nullish(),
});
const PullBody = z.object({
  number: z.int(),
  html_url: z.string(),
  state: z.string(),
  draft: z.boolean().nullish(),
  merged: z.boolean().nullish(),
  mergeable: z.boolean().nullish(),
  merge_commit_sha: z.string().nullish(),
  created_at: z.string().nullish(),
  head: Side,
  base: Side,
  requested_reviewers: z.array(z.object({ login: z.string() })).nullish(),
});
type Pull = z.output<typeof PullBody>;

const Label = z.object({ id: z.int(), name: z.string() });
const Reviews = z.array(
  z.object({
    state: z.string(),
    stale: z.boolean().nullish(),
    user: z.object({ login: z.string() }).nullish(),
  }),
);
const CombinedStatus = z.object({
  statuses: z
    .array(z.object({ context: z.string(), status: z.string() }))
    .nullish(),
});

const PAGE = 50;
const METHODS = [
  'fast-forward-only',
  'manually-merged',
  'merge',
  'rebase',
  'rebase-merge',
  'squash',
];

class GiteaRepository implements PullRequestRepository {
  readonly #api: RestApi;
  readonly #repo: string;

  constructor(connection: PullRequestConnection) {
    const { scheme, host, owner, name } = readOwnerAndName(connection.repoURL);
    this.#repo = pathOf('repos', owner, name);
    this.#api = openHostApi(connection, {
      baseURL: `${scheme}://${host}/api/v1`,
      headers: authorize(connection),
    });
  }

  /** Gitea cannot be asked for branches: all are read, and compared here. */
  async list(branches: {
    sourceBranch: string;
    targetBranch: string;
  }): Promise<PullRequest[]> {
    const found = await this.#readPages(z.array(PullBody), {
      path: `${this.#repo}/pulls`,
      query: { state: 'all', sort: 'recentupdate' },
    });
    return found.map(toPullRequest).filter(pull => isBetween(pull, branches));
  }

  async create(wanted: NewPullRequest): Promise<PullRequest> {
    const { sourceBranch, targetBranch, title, description, labels } = wanted;
    const ids = await this.#labelIds(labels);
    return toPullRequest(
      await this.#api.read(PullBody, {
        method: 'POST',
        path: `${this.#repo}/pulls`,
        body: {
          head: sourceBranch,
          base: targetBranch,
          title,
          body: description,
          ...(ids.length > 0 && { labels: ids }),
        },
      }),
    );
  }

  async get(number: number): Promise<PullRequest> {
    return toPullRequest(await this.#get(number));
  }

  async explain({ number }: PullRequest): Promise<string[]> {
    const pull = await this.#get(number);
    const [reviews, { statuses }] = await Promise.all([
      this.#api.read(Reviews, {
        path: `${this.#repo}/pulls/${number}/reviews`,
      }),
      this.#api.read(CombinedStatus, {
        path: `${this.#repo}/commits/${pull.head.sha}/status`,
      }),
    ]);
    const against = reviews
      .filter(({ state, stale }) => state === 'REQUEST_CHANGES' && !stale)
      .map(({ user }) => user?.login ?? 'somebody');
    return [
      ...(pull.draft ? ['it is a draft'] : []),
      ...(pull.mergeable === false
        ? [
            'it conflicts with the target branch, or a rule of that stands in its way',
          ]
        : []),
      ...describeReviews({
        against,
        awaited: (pull.requested_reviewers ?? []).map(({ login }) => login),
      }),
      ...describeChecks(
        (statuses ?? []).map(({ context, status }) => ({
          name: context,
          state: checkState(status),
        })),
      ),
    ];
  }

  async merge(
    { number }: PullRequest,
    method = 'merge',
  ): Promise<MergeOutcome> {
    assertMergeMethod('Gitea', METHODS, method);
    const pull = await this.#get(number);
    const before = judgeBefore(pull);
    if (before) {
      return before;
    }
    try {
      await this.#api.ask({
        method: 'POST',
        path: `${this.#repo}/pulls/${number}/merge`,
        body: {
          Do: method,
          // What was judged is what is merged.
          ...(pull.head.sha && { head_commit_id: pull.head.sha }),
        },
      });
    } catch (error) {
      if (isHostRefusal(error, 409)) {
        return {
          kind: 'not-ready',
          reason: error.told || 'it has just changed',
        };
      }
      return refusedMerge(error);
    }
    return { kind: 'merged', pullRequest: await this.get(number) };
  }

  async deleteBranch(name: string): Promise<void> {
    await this.#api.ask({
      method: 'DELETE',
      path: `${this.#repo}/branches/${branchPath(name)}`,
      accept: [404],
    });
  }

  /** @throws InputError when the repository lacks one. */
  async #labelIds(names: readonly string[]): Promise<number[]> {
    if (names.length === 0) {
      return [];
    }
    const known = await this.#readPages(z.array(Label), {
      path: `${this.#repo}/labels`,
    });
    return [...new Set(names)].map(name => {
      const found = known.find(label => label.name === name);
      if (!found) {
        throw new InputError(
          `the repository has no label "${name}"; Gitea takes only labels that exist`,
        );
      }
      return found.id;
    });
  }

  #readPages<T>(
    schema: z.ZodType<T[]>,
    request: { path: string; query?: Record<string, string> },
  ): Promise<T[]> {
    return this.#api.readPages(
      schema,
      { ...request, query: { ...request.query, limit: PAGE } },
      // A host may give fewer than asked for; only an empty page is the end.
      (_, items, page) => (items.length === 0 ? undefined : { page: page + 1 }),
    );
  }

  #get(number: number): Promise<Pull> {
    return this.#api.read(PullBody, { path: `${this.#repo}/pulls/${number}` });
  }
}

/** Gitea, and Forgejo, which speaks the same. */
export const giteaProvider: PullRequestProvider = {
  id: 'gitea',
  appliesTo: hostname => hostname.includes('gitea'),
  connect: connection => new GiteaRepository(connection),
};

/** With a user, a password counts as well as a token in its place. */
function authorize({
  token,
  username,
}: PullRequestConnection): Record<string, string> {
  if (!token) {
    return {};
  }
  const secret = token.reveal();
  return {
    authorization: username ? basicLogin(username, secret) : `token ${secret}`,
  };
}

function toPullRequest(pull: Pull): PullRequest {
  const closed = pull.state === 'open' ? 'open' : 'closed';
  return {
    number: pull.number,
    url: pull.html_url,
    state: pull.merged ? 'merged' : closed,
    sourceBranch: pull.head.ref,
    targetBranch: pull.base.ref,
    isFromFork: pull.head.repo_id !== pull.base.repo_id,
    ...(pull.head.sha && { headCommit: pull.head.sha }),
    ...(pull.merged &&
      pull.merge_commit_sha && { mergeCommit: pull.merge_commit_sha }),
    ...(pull.created_at && { createdAt: pull.created_at }),
  };
}

function judgeBefore(pull: Pull): MergeOutcome | undefined {
  if (pull.merged) {
    return { kind: 'merged', pullRequest: toPullRequest(pull) };
  }
  if (pull.state !== 'open') {
    return { kind: 'refused', reason: 'it was closed without being merged' };
  }
  if (pull.draft) {
    return { kind: 'not-ready', reason: 'it is a draft' };
  }
  return pull.mergeable === false
    ? { kind: 'not-ready', reason: 'Gitea says that it cannot be merged now' }
    : undefined;
}

function checkState(status: string): 'passed' | 'running' | 'failed' {
  switch (status) {
    case 'success':
    case 'warning':
      return 'passed';
    case 'pending':
      return 'running';
    default:
      return 'failed';
  }
}
