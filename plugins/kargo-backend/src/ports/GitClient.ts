import { RepoCredentials } from 'backstage-plugin-kargo-node';

/** A remote repository and how to reach it. */
export interface GitRemote {
  url: string;
  credentials?: RepoCredentials;
  insecureSkipTLSVerify?: boolean;
}

/** A ref by its full name (`refs/heads/main`, `HEAD`); for annotated tags `id` is the tag object. */
export interface RemoteRef {
  name: string;
  id: string;
  /** What an annotated tag leads to. */
  peeled?: string;
}

/** The branches and tags of a remote at one moment. */
export interface RemoteRefs {
  /** Contains HEAD only when it was asked for and leads to a commit. */
  refs: RemoteRef[];
  /** Name of the branch that HEAD stands for, when asked for. */
  defaultBranch?: string;
}

/** One commit as a history walk reports it. */
export interface HistoryCommit {
  id: string;
  /** Committer date with its zone, RFC 3339. */
  commitDate: string;
  /** `Name <email>`. */
  author: string;
  committer: string;
  subject: string;
  /** Paths touched against the first parent, without rename detection; only when asked for. */
  paths?: string[];
}

/** One tag with what can be selected by. */
export interface HistoryTag {
  tag: string;
  /** Id of the commit that the tag leads to. */
  id: string;
  /** Id of the tag object, when annotated. */
  tagObject?: string;
  /** Tagger date, or commit date of a lightweight tag, with its zone; RFC 3339. */
  creatorDate: string;
  author: string;
  committer: string;
  subject: string;
  tagger?: string;
  annotation?: string;
}

/** Where a history walk begins and what it reports. */
export interface HistoryWalk {
  /** Full name of the ref that leads to `head`: `refs/heads/main`, or `HEAD`. */
  ref: string;
  /** The newest commit. */
  head: string;
  /** The commit to stop before; it must be a first-parent ancestor of `head`. */
  after?: string;
  /** RFC 3339. Stops at the first commit with an older committer date. */
  since?: string;
  /** Lists touched paths of every commit. */
  withPaths?: boolean;
  /**
   * With `withPaths`: leaves out paths outside these files and directories (plain
   * names, relative), and commits that touch nothing inside.
   */
  under?: string[];
  signal?: AbortSignal;
}

/** Which commits to tell apart, and how many to list. */
export interface RangeRequest {
  /** Full commit ids. */
  from: string;
  to: string;
  /** Full names of refs that may lead to them; the default branch when empty. */
  refs: readonly string[];
  /** How many are listed of each side. */
  limit: number;
  signal?: AbortSignal;
}

/** Commits of one side of a range, newest first. */
export interface RangeSide {
  commits: HistoryCommit[];
  /** Whether there are more than are listed. */
  isCut: boolean;
}

/** What two commits have that the other has not. */
export interface CommitRange {
  /** What `to` has and `from` has not. */
  added: RangeSide;
  /** What `from` has and `to` has not. */
  removed: RangeSide;
}

/**
 * Reads remote repositories for discovery, through shared mirrors.
 *
 * @remarks
 * Bare mirrors without file contents, one per URL and credentials, fetched at most once
 * at a time; a server that refuses filters is mirrored in full. Errors are
 * `CredentialsRejectedError`, `UpstreamUnavailableError`, or `InputError` when the
 * repository or branch does not exist. No error contains credentials.
 */
export interface GitHistory {
  /** One list; calls for the same remote that overlap share it. */
  listRefs(
    remote: GitRemote,
    options: {
      /** Whether HEAD is needed, for which git must list every ref there is. */
      withHead?: boolean;
      /** Whether the answer must be asked for from now on. */
      force?: boolean;
      signal?: AbortSignal;
    },
  ): Promise<RemoteRefs>;
  /** First-parent history, newest first; stop iterating to stop reading. */
  walkBranch(
    remote: GitRemote,
    options: HistoryWalk,
  ): AsyncIterable<HistoryCommit>;
  /** Whether a commit is on the first-parent history of `head`. */
  isFirstParentAncestor(
    remote: GitRemote,
    options: {
      ref: string;
      head: string;
      ancestor: string;
      signal?: AbortSignal;
    },
  ): Promise<boolean>;
  /**
   * Metadata of tags, in the order given; tags that lead to no commit, or vanished
   * meanwhile, are left out.
   */
  readTags(
    remote: GitRemote,
    options: { tags: RemoteRef[]; signal?: AbortSignal },
  ): Promise<HistoryTag[]>;
  /** Paths that tagged commits touch against their first parent, in the order of `tags`. */
  readPaths(
    remote: GitRemote,
    options: { tags: HistoryTag[]; signal?: AbortSignal },
  ): Promise<string[][]>;
  /**
   * How two commits differ, through merges as well, as `git log` tells it. Nothing is
   * fetched where the mirror has both; `undefined` when no ref leads to one of them.
   */
  compareCommits(
    remote: GitRemote,
    request: RangeRequest,
  ): Promise<CommitRange | undefined>;
}
