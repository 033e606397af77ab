import { RepoCredentials } from 'backstage-plugin-kargo-node';

/** A remote repository and how to reach it. */
export interface GitRemote {
  url: string;
  credentials?: RepoCredentials;
  insecureSkipTLSVerify?: boolean;
}

/** Name and object id of a ref. For annotated tags `id` is the tag object and `peeled` the commit. */
export interface RemoteRef {
  name: string;
  id: string;
  peeled?: string;
}

/** One commit as a history walk reports it. */
export interface HistoryCommit {
  id: string;
  /** RFC 3339. */
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
  /** Tagger date, or commit date of a lightweight tag; RFC 3339. */
  creatorDate: string;
  author: string;
  committer: string;
  subject: string;
  tagger?: string;
  annotation?: string;
}

/**
 * Reads remote repositories for discovery, through shared mirrors.
 *
 * @remarks
 * One bare blobless mirror per URL and credentials, fetched at most once at a time; a
 * server that refuses filters is mirrored in full. Errors are
 * `CredentialsRejectedError`, `UpstreamUnavailableError`, or `InputError` when the
 * repository or branch does not exist. No error contains credentials.
 */
export interface GitHistory {
  /** One `ls-remote`; calls for the same remote that overlap share it. */
  listRefs(
    remote: GitRemote,
    options: { signal?: AbortSignal; force?: boolean },
  ): Promise<{
    /** What HEAD points to: branch name and commit. */
    head?: { branch?: string; id: string };
    branches: RemoteRef[];
    tags: RemoteRef[];
  }>;
  /**
   * First-parent history of a branch from a commit, newest first, in batches; stop
   * iterating to stop reading. `withPaths` lists touched paths per commit.
   */
  walkBranch(
    remote: GitRemote,
    options: {
      branch?: string;
      head: string;
      since?: string;
      withPaths?: boolean;
      signal?: AbortSignal;
    },
  ): AsyncIterable<HistoryCommit>;
  /** Metadata of tags by name. */
  readTags(
    remote: GitRemote,
    options: { tags: RemoteRef[]; signal?: AbortSignal },
  ): Promise<HistoryTag[]>;
  /** Paths that commits touch against their first parent, in the order of `ids`. */
  readPaths(
    remote: GitRemote,
    options: { ids: string[]; signal?: AbortSignal },
  ): Promise<string[][]>;
}
