import { GitChanges } from 'backstage-plugin-kargo-common';
import {
  BranchHead,
  GitUser,
  StepCheckoutOptions,
  StepGitTree,
  StepIntegration,
  StepPushOptions,
  StepPushOutcome,
} from 'backstage-plugin-kargo-node';
import { LateFiles } from 'backstage-plugin-kargo-node/capabilities';
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
  /** A branch that a checkout makes stays here: the remote is only read. */
  isRemoteReadOnly?: boolean;
  /** Files of checkouts may be left out until `lateFiles` is asked for them. */
  mayLeaveFilesOut?: boolean;
  /** What will be checked out first: it may be made while the remote is asked. */
  first?: CheckoutOptions;
  signal?: AbortSignal;
}

/** What to check out, as a step says it, but where. */
export interface CheckoutOptions extends Omit<StepCheckoutOptions, 'path'> {
  /** Absolute, not existing or empty. */
  dir: string;
  /** Instead of a branch, tag or commit: what `git fetch` takes for one of them. */
  revision?: string;
}

/** Which files to put where, without a clone that stays. */
export interface ExportOptions
  extends Pick<CloneOptions, 'remote' | 'workDir' | 'name' | 'user' | 'signal'>,
    Pick<CheckoutOptions, 'dir' | 'revision' | 'recurseSubmodules'> {}

/** A bare clone from which checkouts are made. */
export interface GitClone {
  /** @throws Error when the ref does not exist or the branch is checked out already. */
  checkout(options: CheckoutOptions): Promise<WorkingTree>;
}

/** Where to push, and how to meet what others pushed. */
export interface PushOptions extends StepPushOptions {
  policy: PushIntegrationPolicy;
}

/** How a checkout differs from a commit. */
export type TreeChanges = Pick<
  GitChanges,
  'files' | 'fileCount' | 'isCommitted'
>;

/** A checkout of a clone, as steps see it, but that a push is told how to meet others. */
export interface WorkingTree extends Omit<StepGitTree, 'push' | 'integrate'> {
  readonly insecureSkipTLSVerify: boolean;
  /**
   * Brings HEAD to a branch at the remote, together with what others pushed meanwhile.
   * When the remote has everything already, nothing happens.
   *
   * @throws Error when the remote cannot be reached or does not accept it.
   */
  push(options: PushOptions): Promise<StepPushOutcome>;
  /** Brings HEAD together with a branch of the remote, which stays as it is. */
  integrate(
    branch: string,
    policy: PushIntegrationPolicy,
  ): Promise<StepIntegration>;
  /**
   * How HEAD differs from an earlier commit; where HEAD is that commit still, how the files
   * would if all of them were committed, for which they are staged.
   *
   * @param commit - its full id
   */
  changesSince(commit: string): Promise<TreeChanges>;
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
  /** Brings what checkouts in a Promotion's folder have left out. */
  lateFiles(options: { workDir: string; signal?: AbortSignal }): LateFiles;
  /**
   * Puts the files of a revision in a folder, which is no checkout.
   *
   * @throws InputError when the repository has no such revision.
   */
  export(options: ExportOptions): Promise<void>;
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
