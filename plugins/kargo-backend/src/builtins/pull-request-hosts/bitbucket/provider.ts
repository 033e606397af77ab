import {
  branchPath,
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
import { isBitbucketApiUser } from '../../../logic/credentials/bitbucketUser';
import { basicLogin } from '../shared/basicLogin';
import { assertMergeMethod, refusedMerge } from '../shared/merging';
import { openHostApi } from '../shared/openHostApi';
import { describeChecks, describeReviews } from '../shared/words';

const Side = z.object({
  branch: z.object({ name: z.string() }),
  commit: z.object({ hash: z.string() }).nullish(),
  repository: z.object({ full_name: z.string() }).nullish(),
});
const PullBody = z.object({
  id: z.int(),
  links: z.object({ html: z.object({ href: z.string() }) }),
  state: z.string(),
  draft: z.boolean().nullish(),
  created_on: z.string().nullish(),
  source: Side,
  destination: Side,
  merge_commit: z.object({ hash: z.string() }).nullish(),
  participants: z
    .array(
      z.object({
        role: z.string().nullish(),
        state: z.string().nullish(),
        user: z.object({ display_name: z.string() }).nullish(),
      }),
    )
    .nullish(),
});
type Pull = z.output<typeof PullBody>;

const Page = z.object({
  values: z.array(PullBody),
  next: z.string().nullish(),
});
const Statuses = z.object({
  values: z.array(
    z.object({
      name: z.string().nullish(),
      key: z.string().nullish(),
      state: z.string(),
    }),
  ),
});
const Commit = z.object({ hash: z.string() });

const BASE = 'https://api.bitbucket.org/2.0';
const STATES = ['OPEN', 'MERGED', 'DECLINED', 'SUPERSEDED'];
const MAX_PAGES = 20;
const METHODS = [
  'fast_forward',
  'merge_commit',
  'rebase_fast_forward',
  'rebase_merge',
  'squash',
  'squash_fast_forward',
];

class BitbucketRepository implements PullRequestRepository {
  readonly #api: RestApi;
  readonly #repo: string;

  constructor(connection: PullRequestConnection) {
    const { owner, name } = readOwnerAndName(connection.repoURL);
    this.#repo = pathOf('repositories', owner, name);
    this.#api = openHostApi(connection, {
      baseURL: BASE,
      headers: authorize(connection),
      ...(!isBitbucketApiUser(connection.username) && {
        hint: 'an API token wants the e-mail address of its owner as the username',
      }),
    });
  }

  async list(branches: {
    sourceBranch: string;
    targetBranch: string;
  }): Promise<PullRequest[]> {
    const q = `source.branch.name = ${quoted(
      branches.sourceBranch,
    )} AND destination.branch.name = ${quoted(branches.targetBranch)}`;
    const found: Pull[] = [];
    for (let page = 1; page <= MAX_PAGES; page++) {
      const { values, next } = await this.#api.read(Page, {
        path: `${this.#repo}/pullrequests`,
        query: { q, state: STATES, pagelen: 50, page },
      });
      found.push(...values);
      if (!next) break;
    }
    const ours = found.filter(({ source, destination }) =>
      isSameRepository(source, destination),
    );
    // Only as many as there are for these two branches: their short ids are made whole.
    return Promise.all(ours.map(pull => this.#complete(pull)));
  }

  /** Bitbucket has no labels. */
  async create(wanted: NewPullRequest): Promise<PullRequest> {
    const { sourceBranch, targetBranch, title, description } = wanted;
    return this.#complete(
      await this.#api.read(PullBody, {
        method: 'POST',
        path: `${this.#repo}/pullrequests`,
        body: {
          title,
          description,
          source: { branch: { name: sourceBranch } },
          destination: { branch: { name: targetBranch } },
        },
      }),
    );
  }

  async get(number: number): Promise<PullRequest> {
    return this.#complete(await this.#get(number));
  }

  async explain({ number }: PullRequest): Promise<string[]> {
    const [pull, { values }] = await Promise.all([
      this.#get(number),
      this.#api.read(Statuses, {
        path: `${this.#repo}/pullrequests/${number}/statuses`,
        query: { pagelen: 100 },
      }),
    ]);
    const people = (pull.participants ?? []).map(({ user, ...rest }) => ({
      ...rest,
      name: user?.display_name ?? 'somebody',
    }));
    return [
      ...(pull.draft ? ['it is a draft'] : []),
      ...describeReviews({
        against: people
          .filter(({ state }) => state === 'changes_requested')
          .map(({ name }) => name),
        awaited: people
          .filter(({ role, state }) => role === 'REVIEWER' && !state)
          .map(({ name }) => name),
      }),
      ...describeChecks(
        values.map(({ name, key, state }) => ({
          name: name || key || 'a build',
          state: checkState(state),
        })),
      ),
    ];
  }

  async merge({ number }: PullRequest, method?: string): Promise<MergeOutcome> {
    assertMergeMethod('Bitbucket', METHODS, method);
    const pull = await this.#get(number);
    if (pull.state === 'MERGED') {
      return { kind: 'merged', pullRequest: await this.#complete(pull) };
    }
    if (pull.state !== 'OPEN') {
      return { kind: 'refused', reason: 'it was closed without being merged' };
    }
    if (pull.draft) {
      return { kind: 'not-ready', reason: 'it is a draft' };
    }
    return this.#tryMerge(number, method);
  }

  async #tryMerge(
    number: number,
    method: string | undefined,
  ): Promise<MergeOutcome> {
    try {
      const { status, body } = await this.#api.ask({
        method: 'POST',
        path: `${this.#repo}/pullrequests/${number}/merge`,
        body: {
          type: 'pullrequest',
          close_source_branch: false,
          ...(method && { merge_strategy: method }),
        },
      });
      return status === 202
        ? { kind: 'not-ready', reason: 'Bitbucket is merging it' }
        : {
            kind: 'merged',
            pullRequest: await this.#complete(this.#api.parse(PullBody, body)),
          };
    } catch (error) {
      return refusedMerge(error);
    }
  }

  async deleteBranch(name: string): Promise<void> {
    await this.#api.ask({
      method: 'DELETE',
      path: `${this.#repo}/refs/branches/${branchPath(name)}`,
      accept: [404],
    });
  }

  #get(number: number): Promise<Pull> {
    return this.#api.read(PullBody, {
      path: `${this.#repo}/pullrequests/${number}`,
    });
  }

  /** Pull requests tell the beginnings of ids only. */
  async #complete(pull: Pull): Promise<PullRequest> {
    const [headCommit, mergeCommit] = await Promise.all([
      this.#fullId(pull.source.commit?.hash),
      this.#fullId(pull.merge_commit?.hash),
    ]);
    const closed = pull.state === 'OPEN' ? 'open' : 'closed';
    return {
      number: pull.id,
      url: pull.links.html.href,
      state: pull.state === 'MERGED' ? 'merged' : closed,
      sourceBranch: pull.source.branch.name,
      targetBranch: pull.destination.branch.name,
      isFromFork: !isSameRepository(pull.source, pull.destination),
      ...(headCommit && { headCommit }),
      ...(pull.state === 'MERGED' && mergeCommit && { mergeCommit }),
      ...(pull.created_on && { createdAt: pull.created_on }),
    };
  }

  async #fullId(hash: string | undefined): Promise<string | undefined> {
    if (hash === undefined || hash.length >= 40) {
      return hash;
    }
    const { status, body } = await this.#api.ask({
      path: `${this.#repo}/commit${pathOf(hash)}`,
      // One of a branch that is gone, perhaps.
      accept: [404],
    });
    return status === 404 ? undefined : this.#api.parse(Commit, body).hash;
  }
}

/** Bitbucket Cloud. */
export const bitbucketProvider: PullRequestProvider = {
  id: 'bitbucket',
  appliesTo: hostname => hostname === 'bitbucket.org',
  connect: connection => new BitbucketRepository(connection),
};

/** An API token counts with the address of its owner, every other token by itself. */
function authorize({
  token,
  username,
}: PullRequestConnection): Record<string, string> {
  if (!token) {
    return {};
  }
  const secret = token.reveal();
  return {
    authorization: isBitbucketApiUser(username)
      ? basicLogin(username, secret)
      : `Bearer ${secret}`,
  };
}

/** A text in Bitbucket's language of queries. */
function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}

function isSameRepository(
  source: Pull['source'],
  destination: Pull['destination'],
): boolean {
  return source.repository?.full_name === destination.repository?.full_name;
}

function checkState(state: string): 'passed' | 'running' | 'failed' {
  switch (state) {
    case 'SUCCESSFUL':
      return 'passed';
    case 'INPROGRESS':
      return 'running';
    default:
      return 'failed';
  }
}
