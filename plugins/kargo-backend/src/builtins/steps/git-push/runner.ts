import { findCommitURL } from 'backstage-plugin-kargo-common';
import {
  createStep,
  StepGitTree,
  StepOutcome,
} from 'backstage-plugin-kargo-node';
import { z } from 'zod';
import { toBranchName } from '../../../logic/branchName';
import { GitPushConfig } from './config';

type Config = z.output<typeof GitPushConfig>;

/**
 * Pushes the commits of a checkout, or a tag.
 *
 * @remarks
 * May run again: a remote that has the commits already is left alone, and a generated
 * branch is the Promotion's own, so overwriting it repeats what happened.
 */
export const gitPushStep = createStep({
  id: 'git-push',
  description: 'Pushes commits or a tag to the remote repository.',
  config: GitPushConfig,
  needs: ['git'],
  workspace: 'reads',
  async run(config, { git, promotion }) {
    const tree = await git.open(config.path);
    const branch = config.generateTargetBranch
      ? `kargo/promotion/${promotion}`
      : toBranchName(config.targetBranch ?? '') || (await tree.currentBranch());
    const refusal = await push(tree, branch, config);
    if (refusal !== undefined) {
      return { kind: 'failed', reason: refusal, final: true };
    }
    return describePush(tree, branch, config);
  },
});

/** Returns why pushing is refused for good, if it is. */
async function push(
  tree: StepGitTree,
  branch: string | undefined,
  config: Config,
): Promise<string | undefined> {
  if (config.tag) {
    await tree.pushTag(config.tag);
    return undefined;
  }
  if (!branch) {
    throw new Error(
      `"${config.path}" is not on a branch (HEAD is detached); set "targetBranch"`,
    );
  }
  const outcome = await tree.push({
    targetBranch: branch,
    force: config.force || config.generateTargetBranch,
    maxAttempts: config.maxAttempts,
  });
  return outcome.kind === 'refused' ? outcome.reason : undefined;
}

async function describePush(
  tree: StepGitTree,
  branch: string | undefined,
  config: Config,
): Promise<StepOutcome> {
  const commit = await tree.headCommit();
  const commitURL = findCommitURL(tree.remoteURL, commit, config.provider);
  return {
    kind: 'succeeded',
    output: {
      ...(branch && { branch }),
      commit,
      ...(commitURL && { commitURL }),
    },
  };
}
