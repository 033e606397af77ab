import {
  branchPath,
  githubApiURL,
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
import { isBetween } from '../shared/isBetween';
import { refusedMerge } from '../shared/merging';
import { openHostApi } from '../shared/openHostApi';
import { GithubCommits } from './commits';
import { describeChecks, describeReviews } from '../shared/words';

const Side = z.object({
  ref: z.string(),
  sha: z.string(),
  repo: z.object({ full_name: z.string() }).nullish(),
});
const PullBody = z.object({
  number: z.int(),
  html_url: z.string(),
  state: z.string(),
  draft: z.boolean().nullish(),
  merged_at: z.string().nullish(),
  created_at: z.string().optional(),
  merge_commit_sha: z.string().nullish(),
  mergeable: z.boolean().nullish(),
  mergeable_state: z.string().nullish(),
  head: Side,
  base: Side,
  requested_reviewers: z.array(z.object({ login: z.string() })).nullish(),
  requested_teams: z.array(z.object({ slug: z.string() })).nullish(),
});
type Pull = z.output<typeof PullBody>;

const Reviews = z.array(
  z.object({
    state: z.string(),
    user: z.object({ login: z.string() }).nullish(),
  }),
);
const CheckRuns = z.object({
  check_runs: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      conclusion: z.string().nullish(),
    }),
  ),
});

const PASSED = ['success', 'neutral', 'skipped'];
const PAGE = 100;
/** States in which merging is tried although something stands in the way: we may be let through. */
const BLOCKED = ['blocked', 'behind'];

class GithubRepository implements PullRequestRepository {
  readonly #api: RestApi;
  readonly #owner: string;
  readonly #repo: string;
  readonly commits: GithubCommits;

  constructor(connection: PullRequestConnection) {
    const address = readOwnerAndName(connection.repoURL);
    const { owner, name } = address;
    this.#owner = owner;
    this.#repo = pathOf('repos', owner, name);
    this.#api = openHostApi(connection, {
      baseURL: githubApiURL(address),
      headers: {
        accept: 'application/vnd.github+json',
        'x-github-api-version': '2022-11-28',
        ...(connection.token && {
          authorization: `Bearer ${connection.token.reveal()}`,
        }),
      },
    });
    this.commits = new GithubCommits(this.#api, this.#repo);
  }

  async list(branches: {
    sourceBranch: string;
    targetBranch: string;
  }): Promise<PullRequest[]> {
    const found = await this.#api.readPages(
      z.array(PullBody),
      {
        path: `${this.#repo}/pulls`,
        query: {
          state: 'all',
          head: `${this.#owner}:${branches.sourceBranch}`,
          base: branches.targetBranch,
          per_page: PAGE,
        },
      },
      (_, items, page) =>
        items.length < PAGE ? undefined : { page: page + 1 },
    );
    return found.map(toPullRequest).filter(pull => isBetween(pull, branches));
  }

  async create(wanted: NewPullRequest): Promise<PullRequest> {
    const { sourceBranch, targetBranch, title, description, labels } = wanted;
    const created = await this.#api.read(PullBody, {
      method: 'POST',
      path: `${this.#repo}/pulls`,
      body: {
        title,
        head: sourceBranch,
        base: targetBranch,
        body: description,
        maintainer_can_modify: false,
      },
    });
    if (labels.length > 0) {
      await this.#api.ask({
        method: 'POST',
        path: `${this.#repo}/issues/${created.number}/labels`,
        body: { labels: [...labels] },
      });
    }
    return toPullRequest(created);
  }

  async get(number: number): Promise<PullRequest> {
    return toPullRequest(await this.#get(number));
  }

  async explain({ number }: PullRequest): Promise<string[]> {
    const pull = await this.#get(number);
    const [reviews, { check_runs: runs }] = await Promise.all([
      this.#api.read(Reviews, {
        path: `${this.#repo}/pulls/${number}/reviews`,
        query: { per_page: PAGE },
      }),
      this.#api.read(CheckRuns, {
        path: `${this.#repo}/commits/${pull.head.sha}/check-runs`,
        query: { per_page: PAGE },
      }),
    ]);
    return [
      ...(pull.draft ? ['it is a draft'] : []),
      ...(pull.mergeable_state === 'dirty'
        ? ['it conflicts with the target branch']
        : []),
      ...(pull.mergeable_state === 'behind'
        ? ['its branch is behind the target branch']
        : []),
      ...describeReviews({
        against: reviewersAgainst(reviews),
        awaited: [
          ...(pull.requested_reviewers ?? []).map(({ login }) => login),
          ...(pull.requested_teams ?? []).map(({ slug }) => slug),
        ],
      }),
      ...describeChecks(
        runs.map(run => ({ name: run.name, state: checkState(run) })),
      ),
    ];
  }

  async merge({ number }: PullRequest, method?: string): Promise<MergeOutcome> {
    const pull = await this.#get(number);
    const before = judgeBefore(pull);
    if (before) {
      return before;
    }
    try {
      await this.#api.ask({
        method: 'PUT',
        path: `${this.#repo}/pulls/${number}/merge`,
        // What was judged is what is merged.
        body: { sha: pull.head.sha, ...(method && { merge_method: method }) },
      });
    } catch (error) {
      if (isHostRefusal(error, 405)) {
        const isBlocked = BLOCKED.includes(pull.mergeable_state ?? '');
        return judgeNotAllowed(error.told, isBlocked);
      }
      if (isHostRefusal(error, 409)) {
        return { kind: 'not-ready', reason: 'its branch has just changed' };
      }
      return refusedMerge(error);
    }
    return { kind: 'merged', pullRequest: await this.get(number) };
  }

  async deleteBranch(name: string): Promise<void> {
    try {
      await this.#api.ask({
        method: 'DELETE',
        path: `${this.#repo}/git/refs/heads/${branchPath(name)}`,
        accept: [404],
      });
    } catch (error) {
      // So it says that there is no such branch; others of the status are real.
      if (!isHostRefusal(error, 422) || !/not exist/i.test(error.told)) {
        throw error;
      }
    }
  }

  #get(number: number): Promise<Pull> {
    return this.#api.read(PullBody, { path: `${this.#repo}/pulls/${number}` });
  }
}

/** GitHub, its subdomains for companies, and GitHub Enterprise Server. */
export const githubProvider: PullRequestProvider = {
  id: 'github',
  appliesTo: hostname =>
    hostname.includes('github') || hostname.endsWith('.ghe.com'),
  connect: connection => new GithubRepository(connection),
};

function toPullRequest(pull: Pull): PullRequest {
  const isMerged = Boolean(pull.merged_at);
  const closed = pull.state === 'open' ? 'open' : 'closed';
  return {
    number: pull.number,
    url: pull.html_url,
    state: isMerged ? 'merged' : closed,
    sourceBranch: pull.head.ref,
    targetBranch: pull.base.ref,
    isFromFork: pull.head.repo?.full_name !== pull.base.repo?.full_name,
    headCommit: pull.head.sha,
    // While it is open this is a merge that was tried out.
    ...(isMerged &&
      pull.merge_commit_sha && { mergeCommit: pull.merge_commit_sha }),
    ...(pull.created_at && { createdAt: pull.created_at }),
  };
}

/** The last word of each reviewer counts. */
function reviewersAgainst(reviews: z.output<typeof Reviews>): string[] {
  const last = new Map(
    reviews
      .filter(({ state }) =>
        ['APPROVED', 'CHANGES_REQUESTED', 'DISMISSED'].includes(state),
      )
      .map(({ user, state }) => [user?.login ?? 'somebody', state]),
  );
  return [...last].flatMap(([login, state]) =>
    state === 'CHANGES_REQUESTED' ? [login] : [],
  );
}

/** What there is to say before merging is tried; nothing when it is to be tried. */
function judgeBefore(pull: Pull): MergeOutcome | undefined {
  if (pull.merged_at) {
    return { kind: 'merged', pullRequest: toPullRequest(pull) };
  }
  if (pull.state !== 'open') {
    return { kind: 'refused', reason: 'it was closed without being merged' };
  }
  if (pull.draft) {
    return { kind: 'not-ready', reason: 'it is a draft' };
  }
  switch (pull.mergeable_state) {
    case 'clean':
    case 'unstable':
    case 'has_hooks':
    case 'blocked':
    case 'behind':
      return undefined;
    case 'dirty':
      return { kind: 'refused', reason: 'it conflicts with the target branch' };
    case 'draft':
      return { kind: 'not-ready', reason: 'it is a draft' };
    case 'unknown':
      return {
        kind: 'not-ready',
        reason: 'GitHub has not found out yet whether it can be merged',
      };
    default:
      return pull.mergeable
        ? undefined
        : { kind: 'not-ready', reason: 'it cannot be merged yet' };
  }
}

/** GitHub has one status for what will pass and for what never will; its words differ. */
function judgeNotAllowed(told: string, isBlocked: boolean): MergeOutcome {
  if (/not allowed/i.test(told)) {
    return { kind: 'refused', reason: told };
  }
  return isBlocked ||
    told.includes('Base branch was modified') ||
    told.includes('Pull Request is not mergeable')
    ? { kind: 'not-ready', reason: told }
    : { kind: 'refused', reason: told };
}

function checkState(run: {
  status: string;
  conclusion?: string | null;
}): 'passed' | 'running' | 'failed' {
  if (run.status !== 'completed') {
    return 'running';
  }
  return PASSED.includes(run.conclusion ?? '') ? 'passed' : 'failed';
}
