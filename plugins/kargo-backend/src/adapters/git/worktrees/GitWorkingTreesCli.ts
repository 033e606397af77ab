import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { BranchHead } from 'backstage-plugin-kargo-node';
import { LateFiles } from 'backstage-plugin-kargo-node/capabilities';
import { LRUCache } from 'lru-cache';
import { toBranchName } from '../../../logic/branchName';
import { Clock } from '../../../ports/Clock';
import { GitRemote } from '../../../ports/GitClient';
import {
  CheckoutOptions,
  CloneOptions,
  ExportOptions,
  GitClone,
  GitWorkingTrees,
  WorkingTree,
} from '../../../ports/GitWorkingTree';
import { cloneConfig } from '../mirrors/cloneConfig';
import { CloneMirrors, CloneWithoutGit } from '../mirrors/CloneMirrors';
import { accessURL, GitProgram } from '../process/gitEnvironment';
import { isBrokenCopyError } from '../process/parseGitFailure';
import { runGit } from '../process/runGit';
import { SmartHttp } from '../smart-http/SmartHttp';
import { readBranchHead } from './branchHead';
import { addWorktree, WorktreeOptions } from './clone';
import { readCloneRecord, writeCloneRecord } from './cloneRecord';
import { CloneGit, CloneGitOptions } from './gitOfTree';
import { abandonIntegration } from './integrate';
import { LateCheckouts, LeftOutFiles } from './LateCheckouts';
import { countFiles, settingsOf } from './leftOut';
import { removeHalfBrought } from './leftOutOnDisk';
import {
  forgetRepositories,
  refuseForeignRepositories,
} from './foreignRepositories';
import {
  CloneLocation,
  locateClone,
  locateTree,
  readGitDir,
  removeClone,
  TreeLocation,
} from './location';
import { KeyedLock, removeStaleLocks } from './locks';
import { findRef, Head, readHead } from './refs';
import { PushShortcut } from './PushShortcut';
import { CliWorkingTree } from './tree';

/** What working trees need. */
export interface GitWorkingTreesCliOptions {
  readonly program: GitProgram;
  readonly clock: Clock;
  /** What earlier clones have brought; each brings everything unless told. */
  readonly mirrors?: CloneMirrors;
  /** Spares git where one request is enough; git does everything unless told. */
  readonly smartHttp?: SmartHttp;
  /**
   * How many files a branch had when it was last checked out, for a checkout to leave them out
   * where it may; 200 unless told. Of fewer, it takes longer to bring one than to have all.
   */
  readonly leaveOutFrom?: number;
  /** From 0 to 1; spreads the retries of pushes that meet. */
  readonly random?: () => number;
}

/** Below, a start of git to bring one file takes longer than to check out the others. */
const LEAVE_OUT_FROM = 200;

interface Session {
  readonly workDir: string;
  readonly credentials?: GitRemote['credentials'];
  readonly signal?: AbortSignal;
}

/**
 * Working trees by the git program: a bare clone whose checkouts are linked worktrees.
 *
 * @remarks
 * Everything that later steps need (URL, identity, trust) stands beside or in the bare
 * clone; credentials do not, each step brings its own. Git is always told where
 * its data is and never looks for it: what it would find may be a step's or a
 * repository's work.
 */
export class GitWorkingTreesCli implements GitWorkingTrees {
  readonly #locks = new KeyedLock();
  readonly #leftOut = new LeftOutFiles();
  /** How many files branches had when they were checked out last. */
  readonly #sizes = new LRUCache<string, number>({ max: 10_000 });
  readonly #pushShortcut: PushShortcut | undefined;

  static create(options: GitWorkingTreesCliOptions): GitWorkingTreesCli {
    return new GitWorkingTreesCli(options);
  }

  private constructor(private readonly options: GitWorkingTreesCliOptions) {
    const { mirrors, smartHttp } = options;
    this.#pushShortcut =
      mirrors && smartHttp && PushShortcut.create({ mirrors, smartHttp });
  }

  async clone(options: CloneOptions): Promise<GitClone> {
    const { remote, workDir, name, user, blobless, signal } = options;
    const { isRemoteReadOnly, mayLeaveFilesOut } = options;
    const location = locateClone(workDir, name);
    await renewHome(workDir, location);
    this.#leftOut.forget(workDir);
    let ahead = await this.#makeClone(location, options);
    if (user.signingKey) {
      await writeFile(location.signingKeyFile, user.signingKey, {
        mode: 0o600,
      });
    }
    const isPartial = blobless ?? false;
    await writeCloneRecord(location, {
      remoteURL: accessURL(remote.url),
      insecureSkipTLSVerify: remote.insecureSkipTLSVerify ?? false,
      isPartial,
    });
    const session = { workDir, credentials: remote.credentials, signal };
    const git = this.#gitInClone(location, session, remote, isPartial);
    return {
      checkout: async checkout => {
        const isMade = ahead !== undefined && isSameBranch(ahead, checkout);
        ahead = undefined;
        try {
          if (!isMade) {
            await this.#addWorktree(git, location, {
              ...checkout,
              isRemoteReadOnly,
              mayLeaveFilesOut,
            });
          }
          this.#leftOut.forget(workDir);
          return await this.#findTree(session, checkout.dir);
        } catch (error) {
          if (isBrokenCopyError(error)) {
            // What was borrowed may be to blame; the next attempt does not borrow.
            await this.options.mirrors?.drop(remote);
          }
          throw error;
        }
      },
    };
  }

  /**
   * Makes the bare repository of a clone; what is left for later cannot be borrowed.
   *
   * @returns what was checked out meanwhile, if anything
   */
  async #makeClone(
    location: CloneLocation,
    options: CloneOptions,
  ): Promise<CheckoutOptions | undefined> {
    const { remote, workDir, user, blobless, signal } = options;
    const { home, repository } = location;
    const { program, mirrors, smartHttp } = this.options;
    const make = async (reference?: string) => {
      await runGit(program, {
        args: [
          'clone',
          '--bare',
          '--quiet',
          ...(blobless ? ['--filter=blob:none'] : []),
          ...(reference === undefined ? [] : [`--reference=${reference}`]),
          `--config=user.name=${user.name}`,
          `--config=user.email=${user.email}`,
          '--',
          accessURL(remote.url),
          repository,
        ],
        home,
        remote,
        signal,
      });
    };
    if (blobless || !mirrors) {
      await make();
      return undefined;
    }
    const scratch = path.join(home, 'borrowed');
    if (!smartHttp) {
      await mirrors.clone(remote, { repository, scratch, make, signal });
      return undefined;
    }
    let refs: ReturnType<SmartHttp['listRefs']> | undefined;
    const withoutGit: CloneWithoutGit = {
      // Asked once, whatever comes of it.
      listRefs: () => {
        refs ??= smartHttp.listRefs(remote, signal);
        return refs;
      },
      toConfig: core => cloneConfig(core, { url: accessURL(remote.url), user }),
    };
    if (await this.#checkOutAhead(mirrors, location, withoutGit, options)) {
      return options.first;
    }
    await renewHome(workDir, location);
    await mirrors.clone(remote, {
      ...{ repository, scratch, make, signal, withoutGit },
    });
    return undefined;
  }

  /** Makes a clone and checks a branch out while the remote is asked; whether that is what it names now. */
  async #checkOutAhead(
    mirrors: CloneMirrors,
    location: CloneLocation,
    withoutGit: CloneWithoutGit,
    { remote, workDir, first, mayLeaveFilesOut, signal }: CloneOptions,
  ): Promise<boolean> {
    if (!first || !isOfBranch(first)) {
      return false;
    }
    const { repository } = location;
    const guess = await mirrors.guess(remote, { repository, withoutGit });
    const before = guess && (await findBranch(repository, first.branch));
    if (!guess || !before) {
      return false;
    }
    const git = this.#gitInClone(location, { workDir, signal }, remote, false);
    const { branch } = before;
    const [isConfirmed, isCheckedOut] = await Promise.all([
      guess.confirm(),
      this.#addWorktree(
        git,
        location,
        { dir: first.dir, branch, mayLeaveFilesOut },
        first.branch,
      ).then(
        () => true,
        // It is made again, and then tells why not.
        () => false,
      ),
    ]);
    const after = await findBranch(repository, first.branch);
    return isConfirmed && isCheckedOut && isDeepStrictEqual(before, after);
  }

  async export(options: ExportOptions): Promise<void> {
    const { dir, revision, recurseSubmodules, ...cloned } = options;
    const { home } = locateClone(cloned.workDir, cloned.name);
    try {
      const clone = await this.clone(cloned);
      await clone.checkout({ dir, revision, recurseSubmodules });
      // There is no checkout without the clone.
      await forgetRepositories(dir);
    } finally {
      await rm(home, { recursive: true, force: true });
    }
  }

  async readBranches(
    options: Parameters<GitWorkingTrees['readBranches']>[0],
  ): Promise<Array<BranchHead | undefined>> {
    const { remote, workDir, name, branches, signal } = options;
    const location = locateClone(workDir, name);
    await removeClone(workDir, location);
    try {
      await mkdir(location.home, { recursive: true, mode: 0o700 });
      await runGit(this.options.program, {
        args: ['init', '--bare', '--quiet', '--', location.repository],
        home: location.home,
        signal,
      });
      const session = { workDir, credentials: remote.credentials, signal };
      const git = this.#gitInClone(location, session, remote, false);
      const heads: Array<BranchHead | undefined> = [];
      for (const branch of branches) {
        heads.push(await readBranchHead(git, branch));
      }
      return heads;
    } finally {
      await removeClone(workDir, location);
    }
  }

  lateFiles(options: { workDir: string; signal?: AbortSignal }): LateFiles {
    return new LateCheckouts({
      workDir: options.workDir,
      leftOut: this.#leftOut,
      gitOf: location => this.#git(location, options, location.root),
    });
  }

  async open(options: Session & { dir: string }): Promise<WorkingTree> {
    const location = await locateTree(options.workDir, options.dir);
    const atTop = await this.#git(location, options, location.root);
    await this.#leftOut.locks.run(location.gitDir, async () => {
      await removeStaleLocks(location);
      await removeHalfBrought(atTop, location);
    });
    const tree = await this.#tree(location, options, options.dir);
    await abandonIntegration(tree.git, location.gitDir, tree.guard);
    return tree.workingTree;
  }

  async #addWorktree(
    git: CloneGit,
    location: CloneLocation,
    options: WorktreeOptions & Pick<CloneOptions, 'mayLeaveFilesOut'>,
    wanted = options.branch,
  ): Promise<void> {
    const { leaveOutFrom = LEAVE_OUT_FROM } = this.options;
    const { dir, mayLeaveFilesOut } = options;
    const isCounted = mayLeaveFilesOut && isOfBranch(options) && !git.isPartial;
    const key = `${accessURL(git.remote.url)} ${wanted ?? ''}`;
    const leavesFilesOut =
      isCounted && (this.#sizes.get(key) ?? 0) >= leaveOutFrom;
    const findGitDir = (folder: string) =>
      readGitDir(path.join(folder, '.git'));
    await addWorktree(
      git,
      location.repository,
      { ...options, leavesFilesOut },
      async folder => {
        const gitDir = await findGitDir(folder);
        return gitDir === undefined
          ? undefined
          : git.inTree({ dir: folder, gitDir, isPartial: true });
      },
    );
    const gitDir = isCounted ? await findGitDir(dir) : undefined;
    if (gitDir !== undefined) {
      this.#sizes.set(key, await countFiles(gitDir));
    }
  }

  async #findTree(session: Session, dir: string): Promise<WorkingTree> {
    const tree = await locateTree(session.workDir, dir);
    return (await this.#tree(tree, session, dir)).workingTree;
  }

  async #git(
    location: TreeLocation,
    session: Session,
    dir: string,
    inTurn?: CloneGitOptions['inTurn'],
  ): Promise<CloneGit> {
    const record = await readCloneRecord(location);
    const remote: GitRemote = {
      url: record.remoteURL,
      credentials: session.credentials,
      insecureSkipTLSVerify: record.insecureSkipTLSVerify,
    };
    return CloneGit.create({
      program: this.options.program,
      location,
      remote,
      cwd: dir,
      env: { GIT_DIR: location.gitDir, GIT_WORK_TREE: location.root },
      config: () => settingsOf(location.gitDir),
      isPartial: record.isPartial,
      signal: session.signal,
      inTurn,
    });
  }

  async #tree(location: TreeLocation, session: Session, dir: string) {
    const { locks } = this.#leftOut;
    const git = await this.#git(location, session, dir, work =>
      locks.run(location.gitDir, work, session.signal),
    );
    const { clock, random = Math.random } = this.options;
    const guard = () =>
      refuseForeignRepositories(session.workDir, location.root);
    const workingTree = CliWorkingTree.create({
      git,
      location,
      guard,
      remoteURL: git.remote.url,
      environment: {
        clock,
        random,
        locks: this.#locks,
        pushShortcut: this.#pushShortcut,
        signal: session.signal,
      },
    });
    return { git, guard, workingTree };
  }

  #gitInClone(
    location: CloneLocation,
    session: Session,
    remote: GitRemote,
    isPartial: boolean,
  ): CloneGit {
    return CloneGit.create({
      program: this.options.program,
      location,
      remote,
      cwd: location.repository,
      env: { GIT_DIR: location.repository },
      isPartial,
      signal: session.signal,
    });
  }
}

/** Makes room for a clone: what an earlier attempt has left goes. */
async function renewHome(
  workDir: string,
  location: CloneLocation,
): Promise<void> {
  await removeClone(workDir, location);
  await mkdir(location.home, { recursive: true, mode: 0o700 });
}

/** Whether a checkout is of a whole branch, the default one among them, and of nothing else. */
function isOfBranch(checkout: CheckoutOptions): boolean {
  const { tag, commit, revision, sparse, recurseSubmodules } = checkout;
  return !(tag || commit || revision || sparse || recurseSubmodules);
}

function isSameBranch(one: CheckoutOptions, other: CheckoutOptions): boolean {
  return (
    isOfBranch(other) && one.dir === other.dir && one.branch === other.branch
  );
}

/** Where a branch stands in a bare clone, the default one unless told. */
async function findBranch(
  repository: string,
  name: string | undefined,
): Promise<Required<Head> | undefined> {
  if (!name) {
    const head = await readHead(repository, repository);
    return head?.branch === undefined
      ? undefined
      : { branch: head.branch, commit: head.commit };
  }
  const branch = toBranchName(name);
  const commit = await findRef(repository, `refs/heads/${branch}`);
  return commit === undefined ? undefined : { branch, commit };
}
