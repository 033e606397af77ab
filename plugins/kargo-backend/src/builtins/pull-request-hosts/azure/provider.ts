import { InputError } from '@backstage/errors';
import {
  MergeOutcome,
  NewPullRequest,
  pathOf,
  PullRequest,
  PullRequestConnection,
  PullRequestProvider,
  PullRequestRepository,
  readRepositoryURL,
  RepositoryAddress,
  RestApi,
  RestRequest,
} from 'backstage-plugin-kargo-node';
import { z } from 'zod';
import { basicLogin } from '../shared/basicLogin';
import { assertMergeMethod, refusedMerge } from '../shared/merging';
import { openHostApi } from '../shared/openHostApi';
import { describeChecks, describeReviews } from '../shared/words';

const CommitRef = z.object({ commitId: z.string() });
const PullBody = z.object({
  pullRequestId: z.int(),
  status: z.string(),
  isDraft: z.boolean().nullish(),
  creationDate: z.string().nullish(),
  sourceRefName: z.string(),
  targetRefName: z.string(),
  mergeStatus: z.string().nullish(),
  lastMergeSourceCommit: CommitRef.nullish(),
  lastMergeCommit: CommitRef.nullish(),
  forkSource: z.looseObject({}).nullish(),
  reviewers: z
    .array(
      z.object({
        displayName: z.string(),
        vote: z.number(),
        isRequired: z.boolean().nullish(),
      }),
    )
    .nullish(),
});
type Pull = z.output<typeof PullBody>;

const Pulls = z.object({ value: z.array(PullBody) });
const Statuses = z.object({
  value: z.array(
    z.object({
      state: z.string(),
      context: z.object({ name: z.string() }).nullish(),
    }),
  ),
});
const Refs = z.object({
  value: z.array(z.object({ name: z.string(), objectId: z.string() })),
});

const RefUpdates = z.object({
  value: z.array(
    z.object({
      success: z.boolean(),
      updateStatus: z.string().nullish(),
      customMessage: z.string().nullish(),
    }),
  ),
});

const STATES: Readonly<Record<string, PullRequest['state']>> = {
  abandoned: 'closed',
  completed: 'merged',
};
const HEADS = 'refs/heads/';
const GONE = '0'.repeat(40);
const API_VERSION = '7.1';
const PAGE = 100;
const MAX_PAGES = 20;
const METHODS = ['noFastForward', 'rebase', 'rebaseMerge', 'squash'];
/** Azure takes a completion and carries it out afterwards. */
const COMPLETION_LOOKS = 10;
const COMPLETION_PAUSE_MS = 1_000;

class AzureRepository implements PullRequestRepository {
  readonly #api: RestApi;
  /** Address of the repository's pages. */
  readonly #pages: string;

  constructor(private readonly connection: PullRequestConnection) {
    const { repoURL, token } = connection;
    if (!token) {
      throw new InputError(
        `pull requests of "${repoURL}" need git credentials with a token`,
      );
    }
    const { organization, project, name } = readAzureURL(repoURL);
    const base = `https://dev.azure.com${pathOf(organization, project)}`;
    this.#pages = `${base}/_git${pathOf(name)}`;
    this.#api = openHostApi(connection, {
      baseURL: `${base}/_apis/git/repositories${pathOf(name)}`,
      headers: { authorization: basicLogin('', token.reveal()) },
    });
  }

  async list(branches: {
    sourceBranch: string;
    targetBranch: string;
  }): Promise<PullRequest[]> {
    const found: Pull[] = [];
    for (let page = 0; page < MAX_PAGES; page++) {
      const { value } = await this.#read(Pulls, {
        path: '/pullrequests',
        query: {
          'searchCriteria.status': 'all',
          'searchCriteria.sourceRefName': `${HEADS}${branches.sourceBranch}`,
          'searchCriteria.targetRefName': `${HEADS}${branches.targetBranch}`,
          $top: PAGE,
          $skip: page * PAGE,
        },
      });
      found.push(...value);
      if (value.length < PAGE) break;
    }
    return found
      .filter(({ forkSource }) => !forkSource)
      .map(pull => this.#toPullRequest(pull));
  }

  async create(wanted: NewPullRequest): Promise<PullRequest> {
    const { sourceBranch, targetBranch, title, description, labels } = wanted;
    return this.#toPullRequest(
      await this.#read(PullBody, {
        method: 'POST',
        path: '/pullrequests',
        body: {
          sourceRefName: `${HEADS}${sourceBranch}`,
          targetRefName: `${HEADS}${targetBranch}`,
          title,
          description,
          ...(labels.length > 0 && {
            labels: labels.map(name => ({ name })),
          }),
        },
      }),
    );
  }

  async get(number: number): Promise<PullRequest> {
    return this.#toPullRequest(await this.#get(number));
  }

  async explain({ number }: PullRequest): Promise<string[]> {
    const [pull, statuses] = await Promise.all([
      this.#get(number),
      this.#read(Statuses, { path: `/pullrequests/${number}/statuses` }),
    ]);
    const reviewers = pull.reviewers ?? [];
    return [
      ...(pull.isDraft ? ['it is a draft'] : []),
      ...(pull.mergeStatus === 'conflicts'
        ? ['it conflicts with the target branch']
        : []),
      ...describeReviews({
        // -10 is a rejection, -5 waits for the author.
        against: reviewers
          .filter(({ vote }) => vote < 0)
          .map(({ displayName }) => displayName),
        awaited: reviewers
          .filter(({ vote, isRequired }) => vote === 0 && isRequired)
          .map(({ displayName }) => displayName),
      }),
      ...describeChecks(
        statuses.value.map(({ state, context }) => ({
          name: context?.name ?? 'a check',
          state: checkState(state),
        })),
      ),
    ];
  }

  async merge({ number }: PullRequest, method?: string): Promise<MergeOutcome> {
    assertMergeMethod('Azure DevOps', METHODS, method);
    const pull = await this.#get(number);
    const before = this.#judgeBefore(pull);
    if (before) {
      return before;
    }
    try {
      await this.#ask({
        method: 'PATCH',
        path: `/pullrequests/${number}`,
        body: {
          status: 'completed',
          // What was judged is what is merged.
          lastMergeSourceCommit: {
            commitId: pull.lastMergeSourceCommit?.commitId ?? '',
          },
          completionOptions: {
            deleteSourceBranch: false,
            ...(method && { mergeStrategy: method }),
          },
        },
      });
    } catch (error) {
      return refusedMerge(error);
    }
    return this.#awaitCompletion(number);
  }

  async #awaitCompletion(number: number): Promise<MergeOutcome> {
    for (let look = 1; ; look++) {
      const pullRequest = await this.get(number);
      if (pullRequest.state === 'merged') {
        return { kind: 'merged', pullRequest };
      }
      if (look >= COMPLETION_LOOKS) {
        return { kind: 'not-ready', reason: 'Azure DevOps is completing it' };
      }
      await this.connection.sleep(COMPLETION_PAUSE_MS);
    }
  }

  async deleteBranch(name: string): Promise<void> {
    const ref = `${HEADS}${name}`;
    const { value } = await this.#read(Refs, {
      path: '/refs',
      query: { filter: `heads/${name}` },
    });
    // The filter is the beginning of names.
    const found = value.find(each => each.name === ref);
    if (!found) {
      return;
    }
    const updated = await this.#read(RefUpdates, {
      method: 'POST',
      path: '/refs',
      body: [{ name: ref, oldObjectId: found.objectId, newObjectId: GONE }],
    });
    // The request as a whole succeeds also when the update does not.
    const failed = updated.value.find(({ success }) => !success);
    if (failed) {
      throw new Error(
        `Azure DevOps refused: ${
          failed.customMessage || failed.updateStatus || 'without a reason'
        }`,
      );
    }
  }

  #judgeBefore(pull: Pull): MergeOutcome | undefined {
    switch (pull.status) {
      case 'completed':
        return { kind: 'merged', pullRequest: this.#toPullRequest(pull) };
      case 'abandoned':
        return {
          kind: 'refused',
          reason: 'it was closed without being merged',
        };
      case 'active':
        break;
      default:
        return { kind: 'not-ready', reason: `it is ${pull.status}` };
    }
    if (pull.isDraft) {
      return { kind: 'not-ready', reason: 'it is a draft' };
    }
    return pull.mergeStatus === 'succeeded'
      ? undefined
      : {
          kind: 'not-ready',
          reason: `its merge status is ${pull.mergeStatus ?? 'not known yet'}`,
        };
  }

  #toPullRequest(pull: Pull): PullRequest {
    const state = STATES[pull.status] ?? 'open';
    return {
      number: pull.pullRequestId,
      url: `${this.#pages}/pullrequest/${pull.pullRequestId}`,
      state,
      sourceBranch: branchOf(pull.sourceRefName),
      targetBranch: branchOf(pull.targetRefName),
      isFromFork: Boolean(pull.forkSource),
      ...(pull.lastMergeSourceCommit && {
        headCommit: pull.lastMergeSourceCommit.commitId,
      }),
      // While it is active this is a merge that was tried out.
      ...(state === 'merged' &&
        pull.lastMergeCommit && { mergeCommit: pull.lastMergeCommit.commitId }),
      ...(pull.creationDate && { createdAt: pull.creationDate }),
    };
  }

  #get(number: number): Promise<Pull> {
    return this.#read(PullBody, { path: `/pullrequests/${number}` });
  }

  #read<T>(schema: z.ZodType<T>, request: RestRequest): Promise<T> {
    return this.#api.read(schema, withVersion(request));
  }

  #ask(request: RestRequest): Promise<unknown> {
    return this.#api.ask(withVersion(request));
  }
}

/** Azure DevOps Services. */
export const azureProvider: PullRequestProvider = {
  id: 'azure',
  appliesTo: hostname =>
    hostname === 'dev.azure.com' ||
    hostname === 'ssh.dev.azure.com' ||
    hostname.endsWith('.visualstudio.com'),
  connect: connection => new AzureRepository(connection),
};

function withVersion(request: RestRequest): RestRequest {
  return {
    ...request,
    query: { ...request.query, 'api-version': API_VERSION },
  };
}

function branchOf(ref: string): string {
  return ref.startsWith(HEADS) ? ref.slice(HEADS.length) : ref;
}

function checkState(state: string): 'passed' | 'running' | 'failed' {
  switch (state) {
    case 'succeeded':
    case 'notApplicable':
      return 'passed';
    case 'pending':
    case 'notSet':
      return 'running';
    default:
      return 'failed';
  }
}

/**
 * `https://dev.azure.com/org/project/_git/repo`, `https://org.visualstudio.com/project/_git/repo`
 * or `git@ssh.dev.azure.com:v3/org/project/repo`; a repository named as its project may
 * leave the project out.
 */
function readAzureURL(repoURL: string): {
  organization: string;
  project: string;
  name: string;
} {
  const parts = azureParts(readRepositoryURL(repoURL));
  const [organization, ...rest] = parts;
  const [project, mark, name, ...more] =
    rest[0] === '_git' ? [rest[1], ...rest] : rest;
  if (
    !organization ||
    !project ||
    mark !== '_git' ||
    !name ||
    more.length > 0
  ) {
    throw new InputError(
      `"${repoURL}" is not the URL of a repository of Azure DevOps, which ends in project/_git/repository`,
    );
  }
  return { organization, project, name };
}

/** Organization, project and what follows, in whatever form the URL has. */
function azureParts({ hostname, path }: RepositoryAddress): string[] {
  const [first, ...rest] = path;
  if (first === 'v3') {
    const [organization, project, ...name] = rest;
    return [organization, project, '_git', ...name];
  }
  if (hostname.endsWith('.visualstudio.com')) {
    const [organization] = hostname.split('.');
    return [organization, ...path.filter(part => part !== 'DefaultCollection')];
  }
  return path;
}
