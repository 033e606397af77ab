import {
  StepCheckoutOptions,
  StepCloneOptions,
  StepExportOptions,
  StepGit,
  StepGitClone,
  StepGitTree,
} from 'backstage-plugin-kargo-node';
import { FolderScope } from '../../../ports/CapabilityFactories';
import { NotedCheckouts } from './NotedCheckouts';
import { Restraint } from './Restraint';

/** What git is restrained with. */
export interface RestrainedGitOptions {
  git: StepGit;
  restraint: Restraint;
  checkouts: NotedCheckouts;
  files: Pick<FolderScope['files'], 'locate'>;
}

/** Git that commits and does not push, and notes where every checkout began. */
export class RestrainedGit implements StepGit {
  constructor(private readonly options: RestrainedGitOptions) {}

  async clone(options: StepCloneOptions): Promise<StepGitClone> {
    const clone = await this.options.git.clone(options);
    return {
      checkout: async checkout => {
        const tree = await clone.checkout(checkout);
        await this.#note(checkout, tree);
        return this.#restrain(tree);
      },
    };
  }

  async open(path: string): Promise<StepGitTree> {
    return this.#restrain(await this.options.git.open(path));
  }

  readBranches(
    options: Parameters<StepGit['readBranches']>[0],
  ): ReturnType<StepGit['readBranches']> {
    return this.options.git.readBranches(options);
  }

  export(options: StepExportOptions): Promise<void> {
    return this.options.git.export(options);
  }

  async #note({ path }: StepCheckoutOptions, tree: StepGitTree): Promise<void> {
    const { checkouts, files } = this.options;
    const branch = await tree.currentBranch();
    checkouts.note({
      path,
      dir: await files.locate(path),
      repoURL: tree.remoteURL,
      ...(branch !== undefined && { branch }),
      from: await tree.headCommit(),
    });
  }

  /** Member by member: what is added to the contract has to be thought about here. */
  #restrain(tree: StepGitTree): StepGitTree {
    const { restraint } = this.options;
    const { remoteURL } = tree;
    return {
      remoteURL,
      currentBranch: () => tree.currentBranch(),
      headCommit: () => tree.headCommit(),
      addAll: () => tree.addAll(),
      hasStagedChanges: () => tree.hasStagedChanges(),
      commit: options => tree.commit(options),
      clear: () => tree.clear(),
      createTag: options => tree.createTag(options),
      findRemoteBranch: branch => tree.findRemoteBranch(branch),
      commitMessage: id => tree.commitMessage(id),
      readSignatures: ids => tree.readSignatures(ids),
      integrate: branch => tree.integrate(branch),
      adoptRemote: branch => tree.adoptRemote(branch),
      push: async ({ targetBranch }) =>
        restraint.refuse(`push to ${targetBranch} of ${remoteURL}`),
      pushTag: async name =>
        restraint.refuse(`push the tag ${name} to ${remoteURL}`),
      pushRef: async () => restraint.refuse(`push to ${remoteURL}`),
    };
  }
}
