import { SecretText } from '../SecretText';
import { HttpClient } from './http';

/** A request to bring one branch of a repository into another. @public */
export interface PullRequest {
  /** By which its host names it within the repository. */
  number: number;
  /** Its page. */
  url: string;
  state: 'open' | 'merged' | 'closed';
  sourceBranch: string;
  targetBranch: string;
  /** Whether the source branch lies in another repository. */
  isFromFork: boolean;
  /** Full id of the newest commit of the source branch, as far as the host tells it. */
  headCommit?: string;
  /** Full id of what it was merged as; only when it is merged and the host tells. */
  mergeCommit?: string;
  /** RFC 3339. */
  createdAt?: string;
}

/** What a pull request is made of. @public */
export interface NewPullRequest {
  sourceBranch: string;
  targetBranch: string;
  title: string;
  description: string;
  labels: readonly string[];
}

/** What came of asking to merge. @public */
export type MergeOutcome =
  | { kind: 'merged'; pullRequest: PullRequest }
  /** It may be merged later: a check runs, a review is missing, it is a draft. */
  | { kind: 'not-ready'; reason: string }
  /** It will not be merged as it is. */
  | { kind: 'refused'; reason: string };

/** Who made a commit, and when. @public */
export interface CommitPerson {
  name: string;
  email: string;
  /** RFC 3339. */
  date: string;
}

/** What a host is asked to make a commit of. @public */
export interface NewHostedCommit {
  /** Ids. */
  tree: string;
  parents: string[];
  message: string;
  /** Without author and committer the commit is the host's own, and signed by it. */
  author?: CommitPerson;
  committer?: CommitPerson;
}

/** A commit as a host tells it. @public */
export interface HostedCommit extends NewHostedCommit {
  id: string;
  author: CommitPerson;
  committer: CommitPerson;
}

/** How one commit stands to another. @public */
export interface HostedComparison {
  relation: 'identical' | 'ahead' | 'behind' | 'diverged';
  /** How many commits the head has that the base lacks. */
  total: number;
  /** These commits, oldest first; of very many only the first. */
  missing: HostedCommit[];
}

/** Commits that a host makes in its own name, and so with its signature. @public */
export interface HostedCommits {
  /** Id of a branch's newest commit. */
  findBranch(name: string): Promise<string | undefined>;
  compare(base: string, head: string): Promise<HostedComparison>;
  /** @returns its id */
  create(commit: NewHostedCommit): Promise<string>;
  /** Brings a branch to a commit; `false` when it has other commits and may not lose them. */
  moveBranch(
    name: string,
    commit: string,
    options: { force: boolean; isNew: boolean },
  ): Promise<boolean>;
  /** Deletes a ref by its full name. */
  deleteRef(ref: string): Promise<void>;
}

/**
 * The pull requests of one repository.
 *
 * @remarks
 * Every member throws an `UpstreamUnavailableError` when the host is down or throttles,
 * with the time it named, and a `CredentialsRejectedError` when it does not let us in.
 *
 * @public
 */
export interface PullRequestRepository {
  /** All that bring the source branch of this repository into the target branch. */
  list(branches: {
    sourceBranch: string;
    targetBranch: string;
  }): Promise<PullRequest[]>;
  /** @throws InputError when the host knows a label or a branch not. */
  create(wanted: NewPullRequest): Promise<PullRequest>;
  /** @throws NotFoundError */
  get(number: number): Promise<PullRequest>;
  /**
   * What an open pull request waits for, each in a few words for people: checks, reviews,
   * conflicts. Empty when nothing stands in its way or the host does not tell.
   */
  explain(pullRequest: PullRequest): Promise<string[]>;
  /**
   * Merges an open pull request as it is now.
   *
   * @param method - in the host's own words; its own choice when absent
   * @throws InputError for a method that the host does not have.
   */
  merge(pullRequest: PullRequest, method?: string): Promise<MergeOutcome>;
  /** Deletes a branch; one that is gone is fine. */
  deleteBranch(name: string): Promise<void>;
  /** Absent where the host does not make commits for others. */
  readonly commits?: HostedCommits;
}

/** What a provider connects with. @public */
export interface PullRequestConnection {
  /** Of the repository, `http(s)` or SSH. */
  repoURL: string;
  /** Absent: anonymously. */
  token?: SecretText;
  /** The user that the credentials name beside it; many hosts do not care. */
  username?: string;
  /** Under the portal's rules for outgoing requests; ends with the step. */
  http: HttpClient;
  insecureSkipTLSVerify: boolean;
  /** Epoch milliseconds. */
  now(): number;
  /** Waits, but no longer than the step does. */
  sleep(milliseconds: number): Promise<void>;
}

/** A kind of host that has pull requests. @public */
export interface PullRequestProvider {
  /** What `provider` of the steps names. */
  readonly id: string;
  /** Whether a host by its name is one of these. Pure. */
  appliesTo(hostname: string): boolean;
  /** @throws InputError when the URL is not one of a repository there, or a token is needed. */
  connect(connection: PullRequestConnection): PullRequestRepository;
}

/** Pull requests, with the credentials of the Promotion's project. @public */
export interface StepPullRequests {
  /**
   * The pull requests of a repository.
   *
   * @param options.provider - id of the provider, where the host's name does not tell
   * @throws InputError when no provider knows the host.
   */
  open(options: {
    repoURL: string;
    provider?: string;
    insecureSkipTLSVerify?: boolean;
  }): Promise<PullRequestRepository>;
}
