import { GitUser } from 'backstage-plugin-kargo-node';
import { GitRemote } from './GitClient';

/** How a push meets commits that others pushed meanwhile. */
export type PushIntegrationPolicy =
  | 'AlwaysRebase'
  | 'RebaseOrMerge'
  | 'RebaseOrFail'
  | 'AlwaysMerge'
  | 'None';

/** What git-clone makes of one remote: a bare clone whose checkouts are linked worktrees. */
export interface CloneOptions {
  remote: GitRemote;
  /** Folder of the clone, absolute, not existing; acts as HOME of git. */
  homeDir: string;
  user: GitUser;
  signal?: AbortSignal;
}

/** A checkout of a clone, found again from its path alone. */
export interface WorkingTree {
  /** Absolute path. */
  readonly dir: string;
  /** The URL as the user wrote it, without credentials. */
  readonly remoteURL: string;
  currentBranch(): Promise<string | undefined>;
  headCommit(): Promise<string | undefined>;
  hasDiff(): Promise<boolean>;
  /** Stages everything. */
  addAll(): Promise<void>;
  /** Commits what is staged; returns the commit id. */
  commit(options: {
    message: string;
    author?: GitUser;
    allowEmpty?: boolean;
  }): Promise<string>;
  /** Removes all files except `.git`. */
  clear(): Promise<void>;
  createTag(options: {
    name: string;
    message?: string;
    force?: boolean;
  }): Promise<void>;
  remoteBranchHead(branch: string): Promise<string | undefined>;
  /** Message of a commit. */
  commitMessage(id: string): Promise<string>;
  /** Whether a commit is an ancestor of (or is) another. */
  isAncestor(ancestor: string, descendant: string): Promise<boolean>;
  /**
   * Pushes HEAD to a branch or tag.
   *
   * @throws ConflictError when the remote has commits ours does not include; TerminalError on a merge conflict or policy refusal.
   */
  push(options: {
    targetBranch?: string;
    tag?: string;
    force?: boolean;
    policy: PushIntegrationPolicy;
  }): Promise<void>;
}

/** Makes clones and checkouts for promotion steps with the git program. */
export interface GitWorkingTrees {
  clone(options: CloneOptions): Promise<GitClone>;
  /** The checkout at a path. @throws InputError when there is none. */
  open(
    dir: string,
    options: { credentials?: GitRemote['credentials']; signal?: AbortSignal },
  ): Promise<WorkingTree>;
}

/** A bare clone from which checkouts are made. */
export interface GitClone {
  /** Checks out a branch, tag or commit into a new worktree at an absolute path. */
  checkout(options: {
    dir: string;
    branch?: string;
    tag?: string;
    commit?: string;
    /** Makes an orphan branch when the branch does not exist. */
    create?: boolean;
    sparse?: string[];
  }): Promise<WorkingTree>;
}
