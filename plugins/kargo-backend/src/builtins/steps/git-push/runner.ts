import {
  createStep,
  StepContext,
  StepOutcome,
} from 'backstage-plugin-kargo-node';
import { z } from 'zod';
import {
  GitWorkingTrees,
  PushIntegrationPolicy,
  WorkingTree,
} from '../../../ports/GitWorkingTree';
import { toBranchName } from '../../../logic/branchName';
import { openWorkingTree } from '../shared/openWorkingTree';
import { findCommitURL } from './commitURL';
import { GitPushConfig } from './config';

type Config = z.output<typeof GitPushConfig>;

/** What pushing needs besides the configuration of the step. */
export interface GitPushOptions {
  workingTrees: GitWorkingTrees;
  pushIntegrationPolicy: PushIntegrationPolicy;
}

/**
 * Pushes the commits of a checkout, or a tag.
 *
 * @remarks
 * May run again: a remote that has the commits already is left alone, and a generated
 * branch is the Promotion's own, so overwriting it repeats what happened.
 */
export function createGitPushStep(options: GitPushOptions) {
  return createStep({
    id: 'git-push',
    description: 'Pushes commits or a tag to the remote repository.',
    config: GitPushConfig,
    needs: ['credentials'],
    async run(config, context) {
      const tree = await openWithCredentials(options, config.path, context);
      const branch = config.generateTargetBranch
        ? `kargo/promotion/${context.promotion}`
        : toBranchName(config.targetBranch ?? '') ||
          (await tree.currentBranch());
      const refusal = await push(tree, branch, config, options);
      if (refusal !== undefined) {
        return { kind: 'failed', reason: refusal, final: true };
      }
      return describePush(tree, branch, config);
    },
  });
}

async function openWithCredentials(
  { workingTrees }: GitPushOptions,
  path: string,
  context: StepContext<'credentials'>,
): Promise<WorkingTree> {
  const { remoteURL } = await openWorkingTree(workingTrees, context, path);
  const credentials = await context.capabilities.credentials.find(
    { project: context.project, type: 'git', repoURL: remoteURL },
    { signal: context.signal },
  );
  return openWorkingTree(workingTrees, context, path, credentials);
}

/** Returns why pushing is refused for good, if it is. */
async function push(
  tree: WorkingTree,
  branch: string | undefined,
  config: Config,
  options: GitPushOptions,
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
  const force = config.force || config.generateTargetBranch;
  const outcome = await tree.push({
    targetBranch: branch,
    force,
    policy: force ? 'None' : options.pushIntegrationPolicy,
    maxAttempts: config.maxAttempts,
  });
  return outcome.kind === 'refused' ? outcome.reason : undefined;
}

async function describePush(
  tree: WorkingTree,
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
