import {
  CommitSignature,
  GitUser,
  StepIntegration,
  StepPushOutcome,
} from 'backstage-plugin-kargo-node';
import {
  PushIntegrationPolicy,
  PushOptions,
  TreeChanges,
  WorkingTree,
} from '../../../ports/GitWorkingTree';
import { isGitCommandError } from '../process/parseGitFailure';
import { CloneGit } from './gitOfTree';
import { makeReadyForChanges } from './leftOutOnDisk';
import { TreeLocation } from './location';
import { integrateRemote, pushBranch, PushEnvironment } from './push';
import { branchOf, toBranchName } from '../../../logic/branchName';
import { toTagName } from '../../../logic/tagName';
import { Head, readHead } from './refs';
import { INTEGRATION_REF } from './integrate';
import { fetchFromRemote, findRemoteBranch, pushToRemote } from './remote';
import { readSignatures } from './signatures';
import { createTag } from './createTag';
import { readTreeChanges } from './treeChanges';

/** A checkout, worked on with the git program. */
export class CliWorkingTree implements WorkingTree {
  static create(options: {
    git: CloneGit;
    location: TreeLocation;
    /** Throws when git must not look at the files of the checkout. */
    guard: () => Promise<void>;
    /** As the user wrote it, without credentials. */
    remoteURL: string;
    environment: PushEnvironment;
  }): CliWorkingTree {
    return new CliWorkingTree(
      options.git,
      options.location,
      options.guard,
      options.remoteURL,
      options.environment,
    );
  }

  private constructor(
    private readonly git: CloneGit,
    private readonly location: TreeLocation,
    private readonly guard: () => Promise<void>,
    readonly remoteURL: string,
    private readonly environment: PushEnvironment,
  ) {}

  get insecureSkipTLSVerify(): boolean {
    return this.git.remote.insecureSkipTLSVerify ?? false;
  }

  async currentBranch(): Promise<string | undefined> {
    const head = await this.#readHead();
    return head
      ? head.branch
      : branchOf(await this.git.find('symbolic-ref', '--quiet', 'HEAD'));
  }

  async headCommit(): Promise<string> {
    const head = await this.#readHead();
    return (
      head?.commit ??
      (await this.git.read('rev-parse', '--verify', 'HEAD^{commit}'))
    );
  }

  #readHead(): Promise<Head | undefined> {
    const { gitDir, repository } = this.location;
    return readHead(gitDir, repository);
  }

  async addAll(): Promise<void> {
    await this.guard();
    // Sparse or not: what a step wrote is to be committed.
    await this.git.run({ args: ['add', '--sparse', '--', '.'] });
  }

  async hasStagedChanges(): Promise<boolean> {
    const { exitCode } = await this.git.run({
      args: ['diff', '--cached', '--quiet'],
      accept: [1],
    });
    return exitCode === 1;
  }

  async commit(options: {
    message: string;
    author?: GitUser;
  }): Promise<boolean> {
    await this.guard();
    try {
      await this.#commitStaged(options);
      return true;
    } catch (error) {
      // Asked only now: mostly there is something, and each question starts a program.
      if (isGitCommandError(error) && !(await this.hasStagedChanges())) {
        return false;
      }
      throw error;
    }
  }

  async #commitStaged(options: {
    message: string;
    author?: GitUser;
  }): Promise<void> {
    const { message, author } = options;
    const args = ['commit', '--quiet', '--file=-'];
    if (!author) {
      await this.git.signing(signing =>
        this.git.run({ args, stdin: message, ...signing }),
      );
      return;
    }
    await this.git.signingWith(author.signingKey, ({ config, env }) =>
      this.git.run({
        args,
        stdin: message,
        config: {
          ...config,
          'user.name': author.name,
          'user.email': author.email,
        },
        env,
      }),
    );
  }

  async clear(): Promise<void> {
    await this.addAll();
    await makeReadyForChanges(this.git, this.location);
    await this.git.run({
      args: [
        'rm',
        '-r',
        '--force',
        '--quiet',
        '--ignore-unmatch',
        '--sparse',
        '--',
        '.',
      ],
    });
  }

  async createTag(options: {
    name: string;
    message?: string;
    force?: boolean;
  }): Promise<void> {
    await createTag(this.git, options);
  }

  findRemoteBranch(branch: string): Promise<string | undefined> {
    return findRemoteBranch(this.git, branch);
  }

  commitMessage(id: string): Promise<string> {
    return this.git.read('log', '-1', '--format=%B', '--end-of-options', id);
  }

  async push(options: PushOptions): Promise<StepPushOutcome> {
    await this.guard();
    return pushBranch(this.git, this.location, this.environment, options);
  }

  async integrate(
    branch: string,
    policy: PushIntegrationPolicy,
  ): Promise<StepIntegration> {
    await this.guard();
    const refusal = await integrateRemote(
      this.git,
      this.location,
      toBranchName(branch),
      policy,
    );
    return refusal
      ? { kind: 'refused', reason: refusal.reason }
      : { kind: 'integrated' };
  }

  async pushRef(ref: string): Promise<void> {
    const rejection = await pushToRemote(this.git, `HEAD:${ref}`, {
      force: true,
    });
    if (rejection) {
      throw rejection.error;
    }
  }

  readSignatures(ids: readonly string[]): Promise<CommitSignature[]> {
    return readSignatures(this.git, ids);
  }

  async adoptRemote(branch: string): Promise<void> {
    await this.guard();
    await fetchFromRemote(this.git, `refs/heads/${toBranchName(branch)}`, {
      into: INTEGRATION_REF,
    });
    await makeReadyForChanges(this.git, this.location);
    await this.git.run({
      args: ['reset', '--hard', '--quiet', INTEGRATION_REF],
    });
  }

  async changesSince(commit: string): Promise<TreeChanges> {
    const head = await this.headCommit();
    if (head === commit) {
      await this.addAll();
    } else {
      await this.guard();
    }
    return readTreeChanges(this.git, { from: commit, head });
  }

  async pushTag(written: string): Promise<void> {
    const name = toTagName(written);
    const ref = `refs/tags/${name}`;
    const rejection = await pushToRemote(this.git, `${ref}:${ref}`);
    if (rejection?.kind === 'unavailable') {
      throw rejection.error;
    }
    if (rejection) {
      throw new Error(
        `the remote did not accept tag "${name}": ${rejection.reason}`,
      );
    }
  }
}
