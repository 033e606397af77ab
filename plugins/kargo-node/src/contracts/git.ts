/** The identity of commits that the engine makes. @public */
export interface GitUser {
  name: string;
  email: string;
  /** ASCII-armoured GPG private key. */
  signingKey?: string;
}

/** What to clone. @public */
export interface StepCloneOptions {
  repoURL: string;
  insecureSkipTLSVerify?: boolean;
  /** Leaves file contents on the server until they are needed. */
  blobless?: boolean;
  /** Who commits there; the system's identity unless told. */
  author?: GitUser;
  /** What will be checked out first, so that it can be made while the remote is asked. */
  first?: StepCheckoutOptions;
}

/** What to check out; at most one of branch, tag and commit, none is the default branch. @public */
export interface StepCheckoutOptions {
  /** In the Promotion's folder; not existing or empty. */
  path: string;
  branch?: string;
  tag?: string;
  commit?: string;
  /** Makes an orphan branch with an empty commit, also at the remote, when there is none. */
  create?: boolean;
  /** Folders to restrict the checkout to. */
  sparse?: string[];
  recurseSubmodules?: boolean;
}

/** Which files of a repository to put where. @public */
export interface StepExportOptions {
  repoURL: string;
  /** In the Promotion's folder; not existing or empty. */
  path: string;
  /**
   * What `git fetch` takes for a revision: a tag, a branch, the whole id of a commit or the full
   * name of a ref; the default branch unless told.
   */
  revision?: string;
  recurseSubmodules?: boolean;
  /** Longest time for all of it, in milliseconds. */
  timeoutMs?: number;
}

/** A clone from which checkouts are made. @public */
export interface StepGitClone {
  /** @throws Error when the ref does not exist or the branch is checked out already. */
  checkout(options: StepCheckoutOptions): Promise<StepGitTree>;
}

/** Where to push. @public */
export interface StepPushOptions {
  /** Full name without `refs/heads/`. */
  targetBranch: string;
  /** Overwrites what is there. */
  force: boolean;
  maxAttempts: number;
}

/** What came of a push; `refused` means that no further attempt can help. @public */
export type StepPushOutcome =
  | { kind: 'pushed' }
  | { kind: 'refused'; reason: string };

/** What came of bringing HEAD together with a branch; `refused` means that no further attempt can help. @public */
export type StepIntegration =
  | { kind: 'integrated' }
  | { kind: 'refused'; reason: string };

/** Who vouches for a commit. @public */
export interface CommitSignature {
  id: string;
  /** Whether it is signed by a key that the portal trusts. */
  isTrusted: boolean;
  /** `Name <address>` of the key, where there is one. */
  signer?: string;
}

/** A checkout made by a step, found again from its path alone. @public */
export interface StepGitTree {
  /** The URL as the user wrote it, without credentials. */
  readonly remoteURL: string;
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
   * Brings HEAD to a branch at the remote, together with what others pushed meanwhile, as
   * the portal's operator decided. When the remote has everything already, nothing happens.
   *
   * @throws Error when the remote cannot be reached or does not accept it.
   */
  push(options: StepPushOptions): Promise<StepPushOutcome>;
  /** @throws Error when the remote has a tag of that name elsewhere. */
  pushTag(name: string): Promise<void>;
  /**
   * Brings HEAD together with what others pushed to a branch of the remote, as the portal's
   * operator decided. The remote stays as it is.
   */
  integrate(branch: string): Promise<StepIntegration>;
  /** Brings HEAD to a ref of the remote that is the engine's own, below `refs/kargo/`. */
  pushRef(ref: string): Promise<void>;
  readSignatures(ids: readonly string[]): Promise<CommitSignature[]>;
  /** Makes the checkout what a branch of the remote is now. */
  adoptRemote(branch: string): Promise<void>;
}

/** The newest commit of a branch at the remote. @public */
export interface BranchHead {
  /** Full id. */
  commit: string;
  /** Full id of the content: equal ids are equal content. */
  tree: string;
  /** The whole message. */
  message: string;
}

/**
 * Git in the Promotion's folder.
 *
 * @remarks
 * Credentials are found by the URL of the repository and never shown to the step. A clone's
 * own data lies where no path of a step leads.
 *
 * @public
 */
export interface StepGit {
  /** What an earlier attempt of this step cloned and checked out is removed. */
  clone(options: StepCloneOptions): Promise<StepGitClone>;
  /**
   * The checkout that a path lies in.
   *
   * @throws InputError when no step made one there.
   */
  open(path: string): Promise<StepGitTree>;
  /**
   * The newest commits of branches at a remote, without a clone; `undefined` for branches
   * that do not exist there.
   */
  readBranches(options: {
    repoURL: string;
    branches: readonly string[];
    insecureSkipTLSVerify?: boolean;
  }): Promise<Array<BranchHead | undefined>>;
  /**
   * Puts the files of a revision in a folder, which is no checkout: no step can commit there.
   *
   * @throws InputError when the repository has no such revision, Error when it takes too long.
   */
  export(options: StepExportOptions): Promise<void>;
}
