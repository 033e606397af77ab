import {
  BranchHead,
  GitUser,
  StepCheckoutOptions,
  StepCloneOptions,
  StepExportOptions,
  StepGit,
  StepGitClone,
  StepGitTree,
  StepCredentials,
} from 'backstage-plugin-kargo-node';
import { FolderScope } from '../../ports/CapabilityFactories';
import { Clock } from '../../ports/Clock';
import {
  GitWorkingTrees,
  PushIntegrationPolicy,
  WorkingTree,
} from '../../ports/GitWorkingTree';
import { Workspace } from '../../ports/Workspaces';

/** What git for steps needs. */
export interface PromotionGitOptions {
  workingTrees: Omit<GitWorkingTrees, 'lateFiles'>;
  credentials: StepCredentials;
  /** The system's commit identity, from ClusterConfig, else from configuration. */
  gitUser: () => Promise<GitUser>;
  /** How pushes meet commits that others pushed meanwhile. */
  pushIntegrationPolicy: PushIntegrationPolicy;
  clock: Clock;
  scope: Pick<
    FolderScope,
    'alias' | 'files' | 'isDryRun' | 'mayLeaveFilesOut' | 'signal'
  > & {
    workspace: Pick<Workspace, 'dir'>;
  };
}

/** Git in a Promotion's folder: judges paths and finds credentials, so that steps need neither. */
export class PromotionGit implements StepGit {
  constructor(private readonly options: PromotionGitOptions) {}

  async clone(options: StepCloneOptions): Promise<StepGitClone> {
    const { workingTrees, credentials, gitUser, scope } = this.options;
    const { repoURL, insecureSkipTLSVerify, blobless, author, first } = options;
    const located = async ({ path, ...ref }: StepCheckoutOptions) => ({
      ...ref,
      dir: await scope.files.locate(path),
    });
    // Git looks at the disk whether something is in the way.
    await (first && scope.files.complete(first.path));
    const clone = await workingTrees.clone({
      remote: {
        url: repoURL,
        credentials: await credentials.find({ type: 'git', repoURL }),
        insecureSkipTLSVerify,
      },
      workDir: scope.workspace.dir,
      name: scope.alias,
      user: author ?? (await gitUser()),
      blobless,
      isRemoteReadOnly: scope.isDryRun,
      mayLeaveFilesOut: scope.mayLeaveFilesOut,
      ...(first && { first: await located(first) }),
      signal: scope.signal,
    });
    return {
      checkout: async wanted => {
        if (wanted.path !== first?.path) {
          await scope.files.complete(wanted.path);
        }
        const checkout = await located(wanted);
        return this.bind(await clone.checkout(checkout), checkout.dir);
      },
    };
  }

  async open(path: string): Promise<StepGitTree> {
    const dir = await this.options.scope.files.locate(path);
    return this.bind(await this.openAt(dir), dir);
  }

  async readBranches(
    options: Parameters<StepGit['readBranches']>[0],
  ): Promise<Array<BranchHead | undefined>> {
    const { workingTrees, credentials, scope } = this.options;
    const { repoURL, branches, insecureSkipTLSVerify } = options;
    return workingTrees.readBranches({
      remote: {
        url: repoURL,
        credentials: await credentials.find({ type: 'git', repoURL }),
        insecureSkipTLSVerify,
      },
      workDir: scope.workspace.dir,
      name: `${scope.alias}::branches`,
      branches,
      signal: scope.signal,
    });
  }

  async export({
    repoURL,
    path,
    timeoutMs,
    ...wanted
  }: StepExportOptions): Promise<void> {
    const { workingTrees, credentials, gitUser, clock, scope } = this.options;
    const { name, email } = await gitUser();
    const over = new AbortController();
    const limit = new AbortController();
    if (timeoutMs !== undefined) {
      clock.sleep(timeoutMs, over.signal).then(
        () => limit.abort(new Error(`it took longer than ${timeoutMs} ms`)),
        // It ended before.
        () => undefined,
      );
    }
    try {
      await workingTrees.export({
        ...wanted,
        remote: {
          url: repoURL,
          credentials: await credentials.find({ type: 'git', repoURL }),
        },
        workDir: scope.workspace.dir,
        dir: await scope.files.locate(path),
        name: `${scope.alias}::export`,
        // Nobody commits there, so nothing is signed.
        user: { name, email },
        signal: AbortSignal.any([scope.signal, limit.signal]),
      });
    } catch (error) {
      throw limit.signal.aborted && !scope.signal.aborted
        ? limit.signal.reason
        : error;
    } finally {
      over.abort();
    }
  }

  private async openAt(
    dir: string,
    credentials?: Awaited<ReturnType<StepCredentials['find']>>,
  ): Promise<WorkingTree> {
    const { workingTrees, scope } = this.options;
    const { workspace, signal } = scope;
    return workingTrees.open({
      workDir: workspace.dir,
      dir,
      ...(credentials && { credentials }),
      signal,
    });
  }

  /** Only what talks to the remote needs credentials, and only the checkout knows its remote. */
  private bind(tree: WorkingTree, dir: string): StepGitTree {
    const withCredentials = async (): Promise<WorkingTree> => {
      const found = await this.options.credentials.find({
        type: 'git',
        repoURL: tree.remoteURL,
      });
      return found ? this.openAt(dir, found) : tree;
    };
    return {
      remoteURL: tree.remoteURL,
      currentBranch: () => tree.currentBranch(),
      headCommit: () => tree.headCommit(),
      addAll: () => tree.addAll(),
      hasStagedChanges: () => tree.hasStagedChanges(),
      commit: options => tree.commit(options),
      clear: () => tree.clear(),
      createTag: options => tree.createTag(options),
      commitMessage: id => tree.commitMessage(id),
      findRemoteBranch: async branch =>
        (await withCredentials()).findRemoteBranch(branch),
      push: async options =>
        (await withCredentials()).push({
          ...options,
          // What overwrites has nothing to integrate with.
          policy: options.force ? 'None' : this.options.pushIntegrationPolicy,
        }),
      pushTag: async name => (await withCredentials()).pushTag(name),
      integrate: async branch =>
        (await withCredentials()).integrate(
          branch,
          this.options.pushIntegrationPolicy,
        ),
      pushRef: async ref => (await withCredentials()).pushRef(ref),
      readSignatures: ids => tree.readSignatures(ids),
      adoptRemote: async branch =>
        (await withCredentials()).adoptRemote(branch),
    };
  }
}
