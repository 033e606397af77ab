import { InputError } from '@backstage/errors';
import {
  isHostRefusal,
  MergeOutcome,
  NewPullRequest,
  pathOf,
  PullRequest,
  PullRequestConnection,
  PullRequestProvider,
  PullRequestRepository,
  readRepositoryURL,
  RestApi,
} from 'backstage-plugin-kargo-node';
import { z } from 'zod';
import { assertMergeMethod, refusedMerge } from '../shared/merging';
import { openHostApi } from '../shared/openHostApi';
import { describeReviews } from '../shared/words';

const MergeRequestBody = z.object({
  iid: z.int(),
  web_url: z.string(),
  state: z.string(),
  draft: z.boolean().nullish(),
  sha: z.string().nullish(),
  created_at: z.string().nullish(),
  source_branch: z.string(),
  target_branch: z.string(),
  source_project_id: z.int().nullish(),
  target_project_id: z.int().nullish(),
  merge_commit_sha: z.string().nullish(),
  squash_commit_sha: z.string().nullish(),
  detailed_merge_status: z.string().nullish(),
  has_conflicts: z.boolean().nullish(),
  head_pipeline: z.object({ status: z.string() }).nullish(),
});
type MergeRequest = z.output<typeof MergeRequestBody>;

const Approvals = z.object({
  approvals_left: z.int().nullish(),
  suggested_approvers: z.array(z.object({ username: z.string() })).nullish(),
});

const PAGE = 100;
const METHODS = ['merge', 'squash'];

/** What GitLab calls the reasons for which a merge request cannot be merged, in words. */
const STATUS_WORDS: Readonly<Record<string, string>> = {
  approvals_syncing: 'its approvals are being counted',
  checking: 'GitLab is finding out whether it can be merged',
  ci_must_pass: 'its pipeline has not passed',
  ci_still_running: 'its pipeline is running',
  commits_status: 'its source branch has no commits',
  conflict: 'it conflicts with the target branch',
  discussions_not_resolved: 'discussions are not resolved',
  draft_status: 'it is a draft',
  external_status_checks: 'external checks have not passed',
  jira_association_missing: 'it names no Jira issue',
  merge_request_blocked: 'another merge request blocks it',
  merge_time: 'it may not be merged before its time',
  need_rebase: 'its branch is behind the target branch',
  not_approved: 'it is not approved',
  not_open: 'it is not open',
  preparing: 'GitLab is preparing it',
  requested_changes: 'changes are requested',
  security_policy_violations: 'it violates a security policy',
  status_checks_must_pass: 'status checks have not passed',
  unchecked: 'GitLab has not found out yet whether it can be merged',
};

class GitlabRepository implements PullRequestRepository {
  readonly #api: RestApi;
  readonly #project: string;

  constructor(connection: PullRequestConnection) {
    const { scheme, host, path } = readRepositoryURL(connection.repoURL);
    if (path.length < 2) {
      throw new InputError(
        `"${connection.repoURL}" does not end in the group and the name of a project`,
      );
    }
    this.#project = pathOf('projects', path.join('/'));
    this.#api = openHostApi(connection, {
      baseURL: `${scheme}://${host}/api/v4`,
      headers: {
        ...(connection.token && {
          'private-token': connection.token.reveal(),
        }),
      },
    });
  }

  async list(branches: {
    sourceBranch: string;
    targetBranch: string;
  }): Promise<PullRequest[]> {
    const found = await this.#api.readPages(
      z.array(MergeRequestBody),
      {
        path: `${this.#project}/merge_requests`,
        query: {
          state: 'all',
          source_branch: branches.sourceBranch,
          target_branch: branches.targetBranch,
          per_page: PAGE,
        },
      },
      ({ headers }) => {
        const page = headers['x-next-page']?.[0];
        return page ? { page } : undefined;
      },
    );
    return found.map(toPullRequest).filter(({ isFromFork }) => !isFromFork);
  }

  async create(wanted: NewPullRequest): Promise<PullRequest> {
    const { sourceBranch, targetBranch, title, description, labels } = wanted;
    return toPullRequest(
      await this.#api.read(MergeRequestBody, {
        method: 'POST',
        path: `${this.#project}/merge_requests`,
        body: {
          source_branch: sourceBranch,
          target_branch: targetBranch,
          title,
          description,
          ...(labels.length > 0 && { labels: labels.join(',') }),
        },
      }),
    );
  }

  async get(number: number): Promise<PullRequest> {
    return toPullRequest(await this.#get(number));
  }

  async explain({ number }: PullRequest): Promise<string[]> {
    const [request, approvals] = await Promise.all([
      this.#get(number),
      this.#api.ask({
        path: `${this.#project}/merge_requests/${number}/approvals`,
        // Not every edition has them, nor may every token see them.
        accept: [403, 404],
      }),
    ]);
    const { approvals_left: left, suggested_approvers: approvers } =
      Approvals.safeParse(approvals.body).data ?? {};
    const status = request.detailed_merge_status ?? '';
    return [
      ...(status === '' || status === 'mergeable'
        ? []
        : [STATUS_WORDS[status] ?? status]),
      ...(left ? [`${left} more approvals are needed`] : []),
      ...describeReviews({
        against: [],
        awaited: left ? (approvers ?? []).map(({ username }) => username) : [],
      }),
      ...(request.head_pipeline?.status === 'failed'
        ? ['its pipeline failed']
        : []),
    ];
  }

  async merge({ number }: PullRequest, method?: string): Promise<MergeOutcome> {
    assertMergeMethod('GitLab', METHODS, method);
    const request = await this.#get(number);
    const before = judgeBefore(request);
    if (before) {
      return before;
    }
    try {
      const merged = await this.#api.read(MergeRequestBody, {
        method: 'PUT',
        path: `${this.#project}/merge_requests/${number}/merge`,
        body: {
          // What was judged is what is merged.
          ...(request.sha && { sha: request.sha }),
          ...(method && { squash: method === 'squash' }),
        },
      });
      return merged.state === 'merged'
        ? { kind: 'merged', pullRequest: toPullRequest(merged) }
        : { kind: 'not-ready', reason: 'GitLab is merging it' };
    } catch (error) {
      if (isHostRefusal(error, 405, 409, 422)) {
        return {
          kind: 'not-ready',
          reason: error.told || 'GitLab does not merge it yet',
        };
      }
      return refusedMerge(error);
    }
  }

  async deleteBranch(name: string): Promise<void> {
    await this.#api.ask({
      method: 'DELETE',
      path: `${this.#project}/repository/branches${pathOf(name)}`,
      accept: [404],
    });
  }

  #get(number: number): Promise<MergeRequest> {
    return this.#api.read(MergeRequestBody, {
      path: `${this.#project}/merge_requests/${number}`,
    });
  }
}

/** GitLab, on gitlab.com and anywhere else. */
export const gitlabProvider: PullRequestProvider = {
  id: 'gitlab',
  appliesTo: hostname => hostname.includes('gitlab'),
  connect: connection => new GitlabRepository(connection),
};

const STATES: Readonly<Record<string, PullRequest['state']>> = {
  opened: 'open',
  // While GitLab merges it.
  locked: 'open',
  merged: 'merged',
};

function toPullRequest(request: MergeRequest): PullRequest {
  const state = STATES[request.state] ?? 'closed';
  // A fast-forward makes no commit of its own.
  const commit =
    request.merge_commit_sha || request.squash_commit_sha || request.sha;
  return {
    number: request.iid,
    url: request.web_url,
    state,
    sourceBranch: request.source_branch,
    targetBranch: request.target_branch,
    isFromFork: request.source_project_id !== request.target_project_id,
    ...(request.sha && { headCommit: request.sha }),
    ...(state === 'merged' && commit && { mergeCommit: commit }),
    ...(request.created_at && { createdAt: request.created_at }),
  };
}

/** What there is to say before merging is tried; nothing when it is to be tried. */
function judgeBefore(request: MergeRequest): MergeOutcome | undefined {
  if (request.state === 'merged') {
    return { kind: 'merged', pullRequest: toPullRequest(request) };
  }
  if (request.state !== 'opened' && request.state !== 'locked') {
    return { kind: 'refused', reason: 'it was closed without being merged' };
  }
  const status = request.detailed_merge_status ?? 'mergeable';
  if (request.draft || status !== 'mergeable') {
    return {
      kind: 'not-ready',
      reason: request.draft ? 'it is a draft' : STATUS_WORDS[status] ?? status,
    };
  }
  return undefined;
}
