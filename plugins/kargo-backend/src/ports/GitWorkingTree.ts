import {
  BranchHead,
  CommitSignature,
  GitUser,
  StepIntegration,
} from 'backstage-plugin-kargo-node';
import { GitRemote } from './GitClient';

/** How a push meets commits that others pushed meanwhile. */
export type PushIntegrationPolicy =
  /** Rebase. */
  | 'AlwaysRebase'
  /** Rebase where that keeps what signatures say, merge otherwise. */
  | 'RebaseOrMerge'
  /** Rebase where that keeps what signatures say, refuse otherwise. */
  | 'RebaseOrFail'
  /** Merge, by fast-forward where possible. */
  | 'AlwaysMerge'
  /** Push as it is. */
  | 'None';

/** What to clone, and who commits there. */
export interface CloneOptions {
  remote: GitRemote;
  /** What steps see of the Promotion; the clone lives beside it, out of their reach. */
  workDir: string;
  /** Tells the clones of one Promotion apart; what an earlier clone of the name left is removed. */
  name: string;
  user: GitUser;
  /** Leaves file contents on the server until they are needed. */
  blobless?: boolean;
  signal?: AbortSignal;
}

/** What to check out; at most one of branch, tag and commit, none is the default branch. */
export interface CheckoutOptions {
  /** Absolute, not existing or empty. */
  dir: string;
  branch?: string;
  tag?: string;
  commit?: string;
  /** Makes an orphan branch with an empty commit, also at the remote, when there is none. */
  create?: boolean;
  /** Folders to restrict the checkout to. */
  sparse?: string[];
  recurseSubmodules?: boolean;
}

/** A bare clone from which checkouts are made. */
export interface GitClone {
  /** @throws Error when the ref does not exist or the branch is checked out already. */
  checkout(options: CheckoutOptions): Promise<WorkingTree>;
}

/** Where to push. */
export interface PushOptions {
  /** Full name without `refs/heads/`. */
  targetBranch: string;
  force: boolean;
  policy: PushIntegrationPolicy;
  maxAttempts: number;
}

/** What came of a push; `refused` means that no further attempt can help. */
export type PushOutcome =
  | { kind: 'pushed' }
  | { kind: 'refused'; reason: string };

/** A checkout of a clone, found again from its path alone. */
export interface WorkingTree {
  /** The URL as the user wrote it, without credentials. */
  readonly remoteURL: string;
  readonly insecureSkipTLSVerify: boolean;
  /** `undefined` when HEAD is detached. */
  currentBranch(): Promise<string | undefined>;
  headCommit(): Promise<string>;
  /** Stages everything below the path that was opened, without ignored files. */
  addAll(): Promise<void>;
  /** Whether something is staged. */
  hasStagedChanges(): Promise<boolean>;
  /**
   * Commits what is staged, as the clone's user unless told otherwise.
   *
   * @returns false when nothing was staged
   */
  commit(options: { message: string; author?: GitUser }): Promise<boolean>;
  /** Removes and stages the removal of all tracked or addable files below the path that was opened. */
  clear(): Promise<void>;
  /** Tags HEAD; annotated when there is a message. */
  createTag(options: {
    name: string;
    message?: string;
    force?: boolean;
  }): Promise<void>;
  /** Head of a branch at the remote. */
  findRemoteBranch(branch: string): Promise<string | undefined>;
  /** Message of a commit. */
  commitMessage(id: string): Promise<string>;
  /**
   * Brings HEAD to a branch at the remote, together with what others pushed meanwhile.
   * When the remote has everything already, nothing happens.
   *
   * @throws Error when the remote cannot be reached or does not accept it.
   */
  push(options: PushOptions): Promise<PushOutcome>;
  /** @throws Error when the remote has a tag of that name elsewhere. */
  pushTag(name: string): Promise<void>;
  /** Brings HEAD together with a branch of the remote, which stays as it is. */
  integrate(
    branch: string,
    policy: PushIntegrationPolicy,
  ): Promise<StepIntegration>;
  /** Brings HEAD to a ref of the remote, over whatever is there. */
  pushRef(ref: string): Promise<void>;
  readSignatures(ids: readonly string[]): Promise<CommitSignature[]>;
  /** Makes the checkout what a branch of the remote is now. */
  adoptRemote(branch: string): Promise<void>;
}

/** Makes clones and checkouts for promotion steps. */
export interface GitWorkingTrees {
  /**
   * The newest commits of branches at a remote, in their order.
   *
   * @param options.name - as of `clone`; what is fetched is removed again
   */
  readBranches(options: {
    remote: GitRemote;
    workDir: string;
    name: string;
    branches: readonly string[];
    signal?: AbortSignal;
  }): Promise<Array<BranchHead | undefined>>;
  clone(options: CloneOptions): Promise<GitClone>;
  /**
   * The checkout that a path lies in; repairs what a process that was killed left behind.
   *
   * @throws InputError when there is none made by `clone`.
   */
  open(options: {
    workDir: string;
    /** Absolute, the root of the checkout or a folder in it. */
    dir: string;
    credentials?: GitRemote['credentials'];
    signal?: AbortSignal;
  }): Promise<WorkingTree>;
}
